"""Filters of lists for values that are not fields of their rows."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer.actions.drawings.filters import NUMBERS, UNLABELED, DrawingFilter
from recognizer.models import LABEL_CHOICES, Job
from recognizer.models.jobs import stopped_jobs
from recognizer.presentation.numbers import in_percent

Drawings = Any  # a query set of drawings; the base class knows any query set

CHOICES: list[tuple[str, Any]] = [
    *((str(label), text) for label, text in LABEL_CHOICES),
    (NUMBERS, _("a number")),
]


class PersonFilter(admin.RelatedFieldListFilter):
    """A filter by the people who have rows in the list, with a readable title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("person")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """One look-up for each person, instead of all rows of the list."""
        rows = field.model.objects.filter(**{field.name: OuterRef("pk")})
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, limit_choices_to=Q(Exists(rows)), ordering=ordering
        )


class ChosenFilter(admin.SimpleListFilter):
    """A filter that ignores values other than its own choices."""

    def queryset(self, request: HttpRequest, queryset: Drawings) -> Drawings:
        offered = dict(self.lookup_choices)
        value = self.value()
        return self.narrow(queryset, value) if value in offered else queryset

    def narrow(self, rows: Any, value: Any) -> Any:
        """Return the rows with one of the choices."""
        raise NotImplementedError(type(self).__name__)


class StateFilter(ChosenFilter):
    """The states of jobs as pages show them: a retraining that gates stopped has not succeeded."""

    title = _("status")
    parameter_name = "state"
    stopped = "stopped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Job.Status.choices, (self.stopped, _("stopped by gates"))]

    def narrow(self, rows: Any, value: str) -> Any:
        stopped = stopped_jobs(rows)
        if value == self.stopped:
            return stopped
        return rows.filter(status=value).exclude(pk__in=stopped.values("pk"))


class LabelFilter(ChosenFilter):
    title = _("label")
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(UNLABELED, _("no label")), *CHOICES]

    def narrow(self, drawings: Drawings, value: str) -> Drawings:
        return DrawingFilter(label=value).apply(drawings)


class AnswerFilter(ChosenFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("wrong", _("differs from the label")), *CHOICES]

    def narrow(self, drawings: Drawings, value: str) -> Drawings:
        wanted = DrawingFilter(wrong=True) if value == "wrong" else DrawingFilter(answer=value)
        return wanted.apply(drawings)


class ConfidenceFilter(ChosenFilter):
    title = _("confidence")
    parameter_name = "confidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("low", gettext("below %(share)s") % {"share": in_percent(settings.LOW_CONFIDENCE, 0)})
        ]

    def narrow(self, drawings: Drawings, value: str) -> Drawings:
        return DrawingFilter(low=True).apply(drawings)


class GoldFilter(ChosenFilter):
    title = _("gold")
    parameter_name = "gold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("gold")), ("no", _("not gold"))]

    def narrow(self, drawings: Drawings, value: str) -> Drawings:
        return drawings.filter(gold_at__isnull=value == "no")
