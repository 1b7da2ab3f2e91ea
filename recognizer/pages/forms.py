"""Form fields that several pages share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recognizer.models import LABEL_CHOICES

ANY = ("", _("any"))


NO_CHOICE = {"invalid_choice": _("“%(value)s” is not one of the choices.")}


def chosen_label(name: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """Return a field for a label as a number; None without a choice."""
    return forms.TypedChoiceField(
        label=name,
        choices=[ANY, *LABEL_CHOICES],
        coerce=int,
        empty_value=None,
        required=required,
        error_messages=NO_CHOICE,
    )


class Numbers(forms.Field):
    """Whole numbers sent under one name, without duplicates, in their order."""

    widget = forms.MultipleHiddenInput
    one = forms.IntegerField(min_value=1)

    def to_python(self, value: Any) -> list[int]:
        return list(dict.fromkeys(self.one.clean(each) for each in value or []))


class BeforeForm(forms.Form):
    """The key before which a page of a list begins."""

    before = forms.IntegerField(label=_("Before"), min_value=1, required=False)


def day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class PeriodForm(forms.Form):
    """A filter by days; both are included."""

    since = forms.DateField(label=_("Since"), required=False, widget=day())
    until = forms.DateField(label=_("Until"), required=False, widget=day())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end is before the start."))
        return values
