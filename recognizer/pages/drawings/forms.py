"""Forms of the history: filters, exports and chosen drawings."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from recognizer.actions.drawings.filters import NUMBERS, UNLABELED, DrawingFilter
from recognizer.actions.exchange.export_drawings import DEFAULT, FORMATS
from recognizer.models import LABEL_CHOICES
from recognizer.models.drawings import DrawingQuerySet
from recognizer.pages.forms import ANY, NO_CHOICE, Numbers, PeriodForm

A_NUMBER = (NUMBERS, _("a number"))


def one() -> forms.CheckboxInput:
    """Return a checkbox that adds `name=1` to the query."""
    return forms.CheckboxInput({"value": 1})


class HistoryFilter(PeriodForm):
    """The filters in the query of the history. "Answer" is a drawing's newest answer."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[ANY, *LABEL_CHOICES, A_NUMBER],
        required=False,
        error_messages=NO_CHOICE,
    )
    label = forms.ChoiceField(
        label=_("Label"),
        choices=[ANY, (UNLABELED, _("none yet")), *LABEL_CHOICES, A_NUMBER],
        required=False,
        error_messages=NO_CHOICE,
    )
    low = forms.BooleanField(required=False, label=_("Unsure"), widget=one())
    wrong = forms.BooleanField(required=False, label=_("Answered wrongly"), widget=one())
    before = forms.IntegerField(
        label=_("Before"), required=False, min_value=1, widget=forms.HiddenInput
    )

    NARROWING: tuple[str, ...] = ("answer", "label", "since", "until", "low", "wrong")
    field_order = NARROWING

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.NARROWING)

    @property
    def kept(self) -> dict[str, str]:
        """Return the active filters as they were sent."""
        return {name: self.data[name] for name in self.NARROWING if self.cleaned_data.get(name)}

    @property
    def address(self) -> str:
        """Return the active filters as a query string with "?"; empty without any."""
        return f"?{urlencode(self.kept)}" if self.kept else ""

    @property
    def filter(self) -> DrawingFilter:
        wanted = {name: self.cleaned_data[name] for name in (*self.NARROWING, "before")}
        return DrawingFilter(**wanted)

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Return the drawings that pass the filters."""
        return self.filter.apply(drawings)


class FormatField(forms.TypedChoiceField):
    """The name of an export's format; DEFAULT if none is sent."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Format"),
            choices=[(name, each.title) for name, each in FORMATS.items()],
            empty_value=DEFAULT,
            required=False,
            error_messages=NO_CHOICE,
        )


class ExportForm(HistoryFilter):
    """Which drawings to export, by the filters of the history, and in which format."""

    format = FormatField()
    approved = forms.BooleanField(required=False, label=_("Only approved labels"), widget=one())
    everybody = forms.BooleanField(required=False, label=_("Drawings of all people"), widget=one())

    NARROWING = (*HistoryFilter.NARROWING, "approved")


class ChosenForm(forms.Form):
    """Chosen drawings; `confirmed` after the person has seen the page that asks."""

    drawings = Numbers(label=_("Drawings"), error_messages={"required": _("Choose at least one.")})
    confirmed = forms.BooleanField(label=_("Confirm"), required=False, widget=forms.HiddenInput)


class ChosenExportForm(ChosenForm):
    """Chosen drawings, and the format to export them in."""

    format = FormatField()


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".ndjson,.npz,.zip"}),
        allow_empty_file=True,  # the import says what is missing
    )
