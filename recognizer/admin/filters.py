"""What a list of drawings can be narrowed to beyond the fields of its rows."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from recognizer.models import LABEL_CHOICES

CHOICES = [(str(label), text) for label, text in LABEL_CHOICES]


class PersonFilter(admin.RelatedOnlyFieldListFilter):
    """By people who occur, under a heading that can be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "person"


class ChosenFilter(admin.SimpleListFilter):
    """A filter that passes over values it did not offer."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        offered = dict(self.lookup_choices)
        value = self.value()
        return self.narrow(queryset, value) if value in offered else queryset

    def narrow(self, drawings: QuerySet, value: Any) -> QuerySet:
        """The drawings that one offered value leaves."""
        raise NotImplementedError(type(self).__name__)


class LabelFilter(ChosenFilter):
    title = parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "no label"), *CHOICES]

    def narrow(self, drawings: QuerySet, value: str) -> QuerySet:
        return drawings.filter(label=None if value == "none" else int(value))


class AnswerFilter(ChosenFilter):
    title = parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("wrong", "differs from the label"), *CHOICES]

    def narrow(self, drawings: QuerySet, value: str) -> QuerySet:
        if value == "wrong":
            return drawings.exclude(label=None).exclude(label=F("newest_answer"))
        return drawings.filter(newest_answer=int(value))


class ConfidenceFilter(ChosenFilter):
    title = parameter_name = "confidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", f"below {settings.LOW_CONFIDENCE:.0%}")]

    def narrow(self, drawings: QuerySet, value: str) -> QuerySet:
        return drawings.filter(newest_confidence__lt=settings.LOW_CONFIDENCE)


class GoldFilter(ChosenFilter):
    title = parameter_name = "gold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "gold"), ("no", "not gold")]

    def narrow(self, drawings: QuerySet, value: str) -> QuerySet:
        return drawings.filter(gold_at__isnull=value == "no")
