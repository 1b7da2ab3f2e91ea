"""Forms of the lists of drawings: filters, exports and chosen drawings."""

from typing import Any

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from recognizer.actions.drawings.filters import GOLD, NUMBERS, UNLABELED, DrawingFilter
from recognizer.actions.drawings.listing import NEWEST, OLDEST, SURE, UNSURE, Place
from recognizer.actions.drawings.store import LARGEST_KEY
from recognizer.actions.exchange.export_drawings import DEFAULT, FORMATS
from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.models import LABEL_CHOICES, Drawing
from recognizer.models.drawings import DrawingQuerySet, LabelState
from recognizer.pages.forms import ANY, NO_CHOICE, Numbers, PeriodForm
from recognizer.pages.labels.forms import LabelForm

A_NUMBER = (NUMBERS, _("a number"))
LARGEST_VERSION = 2**31 - 1


def one() -> forms.CheckboxInput:
    """Return a checkbox that adds `name=1` to the query."""
    return forms.CheckboxInput({"value": 1})


def percent_field(label: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
    )


class HistoryFilter(PeriodForm):
    """The filters in the query of a list of drawings. "Answer" is a drawing's newest answer.

    everybody: the list of all people's drawings instead of one's own. before, confidence: the place
    where a page begins. only: one drawing of the list.
    """

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
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ANY,
            (LabelState.PENDING.value, LabelState.PENDING.label),
            (LabelState.APPROVED.value, LabelState.APPROVED.label),
            (GOLD, _("gold")),
        ],
        required=False,
        error_messages=NO_CHOICE,
    )
    low = forms.BooleanField(required=False, label=_("Unsure"), widget=one())
    wrong = forms.BooleanField(required=False, label=_("Answered wrongly"), widget=one())
    owner = forms.CharField(label=_("Person"), required=False, max_length=150)
    source = forms.ChoiceField(
        label=_("Source"),
        choices=[ANY, *Drawing.Source.choices],
        required=False,
        error_messages=NO_CHOICE,
    )
    version = forms.IntegerField(
        label=_("Version"), required=False, min_value=1, max_value=LARGEST_VERSION
    )
    least_sure = percent_field(_("Confidence from, %"))
    surest = percent_field(_("Confidence to, %"))
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[
            (NEWEST, _("newest first")),
            (OLDEST, _("oldest first")),
            (UNSURE, _("least sure first")),
            (SURE, _("surest first")),
        ],
        required=False,
        error_messages=NO_CHOICE,
    )
    everybody = forms.BooleanField(
        required=False, label=_("Drawings of all people"), widget=forms.HiddenInput
    )
    before = forms.IntegerField(
        label=_("Before"), required=False, min_value=1, widget=forms.HiddenInput
    )
    confidence = forms.FloatField(
        label=_("Confidence"), required=False, min_value=0, max_value=1, widget=forms.HiddenInput
    )
    only = forms.IntegerField(
        label=_("Drawing"), required=False, min_value=1, widget=forms.HiddenInput
    )

    FIRST: tuple[str, ...] = ("answer", "label", "state", "since", "until", "low", "wrong")
    MORE: tuple[str, ...] = ("owner", "source", "version", "least_sure", "surest")
    KEPT: tuple[str, ...] = ("sort", "everybody")
    field_order = (*FIRST, *MORE)

    @property
    def narrowing(self) -> tuple[str, ...]:
        return (*self.FIRST, *self.MORE)

    @property
    def active(self) -> list[str]:
        """Return the names of the filters that narrow the list."""
        values = {name: self.cleaned_data.get(name) for name in self.narrowing}
        return [
            name for name, value in values.items() if value not in (None, "") and value is not False
        ]

    @property
    def is_narrowing(self) -> bool:
        return bool(self.active)

    @property
    def first(self) -> list[forms.BoundField]:
        """Return the fields that are always shown."""
        return [self[name] for name in self.FIRST]

    @property
    def more(self) -> list[forms.BoundField]:
        """Return the fields that are folded; of one's own drawings without the person."""
        hidden = () if self.is_everybodys else ("owner",)
        return [self[name] for name in self.MORE if name not in hidden]

    @property
    def opens_more(self) -> bool:
        return any(name in self.errors or self.data.get(name) for name in self.MORE)

    @property
    def is_everybodys(self) -> bool:
        return bool(getattr(self, "cleaned_data", {}).get("everybody"))

    @property
    def kept(self) -> dict[str, str]:
        """Return the active filters, the order and whose drawings, as they were sent."""
        kept = [name for name in self.KEPT if self.cleaned_data.get(name)]
        return {name: self.data[name] for name in (*self.active, *kept)}

    @property
    def address(self) -> str:
        """Return what is `kept` as a query string with "?"; empty without any."""
        return f"?{urlencode(self.kept)}" if self.kept else ""

    @property
    def filter(self) -> DrawingFilter:
        wanted = {name: self.cleaned_data[name] for name in self.narrowing}
        for name in ("least_sure", "surest"):
            if wanted[name] is not None:
                wanted[name] /= 100
        return DrawingFilter(**wanted)

    @property
    def place(self) -> Place:
        return Place(self.cleaned_data["before"], self.cleaned_data["confidence"])

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Return the drawings that pass the filters."""
        if only := self.cleaned_data["only"]:
            drawings = drawings.filter(pk=min(only, LARGEST_KEY))
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

    @property
    def narrowing(self) -> tuple[str, ...]:
        return (*super().narrowing, "approved")


class DeletionForm(forms.Form):
    """What was deleted at once, by its key."""

    deletion = forms.UUIDField(label=_("deletion"))


class ChosenForm(forms.Form):
    """Chosen drawings of a list; `confirmed` after the person has seen the page that asks."""

    drawings = Numbers(label=_("Drawings"), error_messages={"required": _("Choose at least one.")})
    confirmed = forms.BooleanField(label=_("Confirm"), required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> list[int]:
        """Which drawings, also if the form was refused for something else."""
        ids: list[int] = self.cleaned_data.get("drawings", [])
        return ids


class ChosenExportForm(ChosenForm):
    """Chosen drawings, whose they may be, and the format to export them in."""

    format = FormatField()
    everybody = forms.BooleanField(required=False)


class ChosenLabelForm(ChosenForm, LabelForm):
    """Chosen drawings and the label that all of them get."""


class ChosenVerdictForm(ChosenForm):
    """Chosen drawings, and what is decided about them."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".ndjson,.npz,.zip"}),
        allow_empty_file=True,  # the import says what is missing
    )
