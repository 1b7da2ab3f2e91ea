"""Forms of the history: filters and chosen drawings."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from recognizer.models import LABEL_CHOICES
from recognizer.models.drawings import DrawingQuerySet
from recognizer.pages.forms import ANY, NO_CHOICE, Numbers

UNLABELED = "none"


def day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


def one() -> forms.CheckboxInput:
    """Return a checkbox that adds `name=1` to the query."""
    return forms.CheckboxInput({"value": 1})


class HistoryFilter(forms.Form):
    """The filters in the query of the history. "Answer" is a drawing's newest answer."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[ANY, *LABEL_CHOICES],
        required=False,
        error_messages=NO_CHOICE,
    )
    label = forms.ChoiceField(
        label=_("Label"),
        choices=[ANY, (UNLABELED, _("none yet")), *LABEL_CHOICES],
        required=False,
        error_messages=NO_CHOICE,
    )
    since = forms.DateField(label=_("Since"), required=False, widget=day())
    until = forms.DateField(label=_("Until"), required=False, widget=day())
    low = forms.BooleanField(required=False, label=_("Unsure"), widget=one())
    wrong = forms.BooleanField(required=False, label=_("Answered wrongly"), widget=one())
    before = forms.IntegerField(
        label=_("Before"), required=False, min_value=1, widget=forms.HiddenInput
    )

    NARROWING = ("answer", "label", "since", "until", "low", "wrong")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end is before the start."))
        return values

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.NARROWING)

    @property
    def address(self) -> str:
        """Return the active filters as a query string with "?"; empty without any."""
        kept = {name: self.data[name] for name in self.NARROWING if self.cleaned_data.get(name)}
        return f"?{urlencode(kept)}" if kept else ""

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Return the drawings that pass the filters and are older than `before`."""
        wanted = self.cleaned_data
        if wanted["before"]:
            drawings = drawings.filter(pk__lt=wanted["before"])
        if wanted["since"]:
            drawings = drawings.filter(created_at__date__gte=wanted["since"])
        if wanted["until"]:
            drawings = drawings.filter(created_at__date__lte=wanted["until"])
        if wanted["label"] == UNLABELED:
            drawings = drawings.filter(label=None)
        elif wanted["label"]:
            drawings = drawings.filter(label=wanted["label"])
        asks = wanted["answer"] or wanted["wrong"] or wanted["low"]
        return self.by_answer(drawings.with_newest_answer()) if asks else drawings

    def by_answer(self, drawings: Any) -> DrawingQuerySet:
        """Filter drawings of `with_newest_answer()`, whose annotations mypy does not know."""
        wanted = self.cleaned_data
        if wanted["answer"]:
            drawings = drawings.filter(newest_answer=wanted["answer"])
        if wanted["wrong"]:
            drawings = drawings.filter(label__isnull=False).exclude(newest_answer=F("label"))
        if wanted["low"]:
            drawings = drawings.filter(newest_confidence__lt=settings.LOW_CONFIDENCE)
        narrowed: DrawingQuerySet = drawings
        return narrowed


class ChosenForm(forms.Form):
    """Chosen drawings; `confirmed` after the person has seen the page that asks."""

    drawings = Numbers(label=_("Drawings"), error_messages={"required": _("Choose at least one.")})
    confirmed = forms.BooleanField(label=_("Confirm"), required=False, widget=forms.HiddenInput)
