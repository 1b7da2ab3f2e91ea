"""What people may ask of the pages, checked before anything is looked up."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.recipes import DEFAULT, RECIPES, SUMMARIES, Recipe
from recognizer.actions.labelling import MAX_REASON
from recognizer.actions.requests import SEEDS
from recognizer.changes import CHANGES
from recognizer.models import LABEL_CHOICES
from recognizer.models.drawings import DrawingQuerySet
from recognizer.told import told

ANY = ("", _("any"))
UNLABELLED = "none"
NO_CHOICE = {"invalid_choice": _("“%(value)s” is none of the choices.")}


def day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


def one() -> forms.CheckboxInput:
    """A box that writes `name=1` into the address."""
    return forms.CheckboxInput({"value": 1})


def optional_number(name: Any, otherwise: Any, least: float, most: float) -> forms.IntegerField:
    """`otherwise` says what holds where nothing is filled in."""
    widget = forms.NumberInput({"placeholder": otherwise})
    return forms.IntegerField(
        label=name, required=False, min_value=int(least), max_value=int(most), widget=widget
    )


def about_network(name: str) -> str:
    return gettext("%(network)s, %(count)d epochs") % {
        "network": told(SUMMARIES[name]),
        "count": RECIPES[name].epochs,
    }


def chosen_label(name: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """A label as a number, None where none is chosen."""
    return forms.TypedChoiceField(
        label=name,
        choices=[ANY, *LABEL_CHOICES],
        coerce=int,
        empty_value=None,
        required=required,
        error_messages=NO_CHOICE,
    )


def chosen_change() -> forms.ChoiceField:
    """What became of an answer from one version to another."""
    return forms.ChoiceField(
        label=_("Change"),
        choices=[ANY, *((name, name) for name in CHANGES)],
        required=False,
        error_messages=NO_CHOICE,
    )


class HistoryFilter(forms.Form):
    """The filters in the address of the history. "Answer" is the one that counts."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[ANY, *LABEL_CHOICES],
        required=False,
        error_messages=NO_CHOICE,
    )
    label = forms.ChoiceField(
        label=_("Label"),
        choices=[ANY, (UNLABELLED, _("none yet")), *LABEL_CHOICES],
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
            self.add_error("until", _("The end lies before the beginning."))
        return values

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.NARROWING)

    @property
    def address(self) -> str:
        """What narrows, as the end of an address from "?" on; empty where nothing does."""
        kept = {name: self.data[name] for name in self.NARROWING if self.cleaned_data.get(name)}
        return f"?{urlencode(kept)}" if kept else ""

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """The drawings that pass, up to the one that the page begins before."""
        wanted = self.cleaned_data
        if wanted["before"]:
            drawings = drawings.filter(pk__lt=wanted["before"])
        if wanted["since"]:
            drawings = drawings.filter(created_at__date__gte=wanted["since"])
        if wanted["until"]:
            drawings = drawings.filter(created_at__date__lte=wanted["until"])
        if wanted["label"] == UNLABELLED:
            drawings = drawings.filter(label=None)
        elif wanted["label"]:
            drawings = drawings.filter(label=wanted["label"])
        asks = wanted["answer"] or wanted["wrong"] or wanted["low"]
        return self.by_answer(drawings.with_newest_answer()) if asks else drawings

    def by_answer(self, drawings: Any) -> DrawingQuerySet:
        """Takes drawings of `with_newest_answer()`, whose annotations mypy does not know."""
        wanted = self.cleaned_data
        if wanted["answer"]:
            drawings = drawings.filter(newest_answer=wanted["answer"])
        if wanted["wrong"]:
            drawings = drawings.filter(label__isnull=False).exclude(newest_answer=F("label"))
        if wanted["low"]:
            drawings = drawings.filter(newest_confidence__lt=settings.LOW_CONFIDENCE)
        return drawings


class ConfusionForm(forms.Form):
    """The measured set whose confusion is looked at; the page chooses where it is left out."""

    confusion = forms.CharField(label=_("Confusion"), required=False)


class CompareForm(ConfusionForm):
    """Two versions by their numbers; the page chooses what is left out."""

    before = forms.IntegerField(label=_("Before"), min_value=1, required=False)
    after = forms.IntegerField(label=_("After"), min_value=1, required=False)


class AnswerFilter(forms.Form):
    """Narrows drawings of `changes.answered_by`: `now` is the version's answer."""

    narrowing: tuple[str, ...] = ("label", "now")

    label = chosen_label(_("Label"))
    now = chosen_label(_("After"))
    before = forms.IntegerField(label=_("Before"), required=False, min_value=1)

    def apply(self, drawings: QuerySet) -> QuerySet:
        for name in self.narrowing:
            if self.cleaned_data[name] is not None:
                drawings = drawings.filter(**{name: self.cleaned_data[name]})
        return drawings

    def from_key(self, drawings: QuerySet) -> QuerySet:
        """Up to the one that the page begins before."""
        before = self.cleaned_data["before"]
        return drawings.filter(pk__lt=before) if before else drawings


class ChangeFilter(AnswerFilter):
    """Narrows drawings of `changes.with_both`: `was` and `now` are the versions' answers."""

    narrowing = ("label", "was", "now")

    was = chosen_label(_("Before"))
    change = chosen_change()

    def apply(self, drawings: QuerySet) -> QuerySet:
        narrowed, change = super().apply(drawings), self.cleaned_data["change"]
        return narrowed.filter(CHANGES[change]) if change else narrowed


class PicturesForm(forms.Form):
    """Pictures of one label in a measured set: `was` and `now` are the versions' answers."""

    label = chosen_label(_("Label"), required=True)
    was = chosen_label(_("Before"))
    now = chosen_label(_("After"))
    change = chosen_change()
    after = forms.IntegerField(label=_("After"), required=False, min_value=0)


class Numbers(forms.Field):
    """Whole numbers that were sent under one name, each once, in their order."""

    widget = forms.MultipleHiddenInput
    one = forms.IntegerField(min_value=1)

    def to_python(self, value: Any) -> list[int]:
        return list(dict.fromkeys(self.one.clean(each) for each in value or []))


class ChosenForm(forms.Form):
    """Drawings that were ticked; `confirmed` once the person has seen what is going to happen."""

    drawings = Numbers(label=_("Drawings"), error_messages={"required": _("Choose at least one.")})
    confirmed = forms.BooleanField(label=_("Confirm"), required=False, widget=forms.HiddenInput)


class LabelForm(forms.Form):
    label = forms.TypedChoiceField(label=_("Label"), choices=LABEL_CHOICES, coerce=int)


class WithdrawalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON)


class GoldForm(forms.Form):
    gold = forms.TypedChoiceField(
        label=_("Gold"),
        choices=[("1", _("gold")), ("0", _("not gold"))],
        coerce=lambda value: value == "1",
    )


class TrainingForm(forms.Form):
    """A network to be trained from scratch; what is left empty is as usual."""

    architecture = forms.ChoiceField(
        label=_("Architecture"),
        choices=lambda: [(name, about_network(name)) for name in SUMMARIES],
        initial=DEFAULT,
        widget=forms.RadioSelect,
        error_messages=NO_CHOICE,
    )
    epochs = optional_number(_("Epochs"), _("as usual"), *Recipe.ranges()["epochs"])
    seed = optional_number(_("Seed"), _("at random"), 0, SEEDS - 1)


class RereadForm(forms.Form):
    """Which version is asked about the drawings that it has not answered."""

    version = forms.IntegerField(label=_("Version"), min_value=1)


class DeploymentForm(forms.Form):
    """Promotes a version or rolls back; `expected_serving` is what the person saw serving."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    expected_serving = forms.IntegerField(label=_("Expected serving"), min_value=1, required=False)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What will use it"), max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )


class BeforeForm(forms.Form):
    """Where a page of a list begins."""

    before = forms.IntegerField(label=_("Before"), min_value=1, required=False)
