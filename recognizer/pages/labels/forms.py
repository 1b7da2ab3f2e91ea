"""Forms for labels, withdrawals and the gold set."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.models import LABEL_CHOICES


class LabelForm(forms.Form):
    """A label: one of the buttons, or a number that was typed."""

    label = forms.TypedChoiceField(
        label=_("Label"), choices=LABEL_CHOICES, coerce=int, empty_value=None, required=False
    )
    number = forms.CharField(label=_("Number"), required=False)

    @property
    def given(self) -> int | str:
        """What `label_drawing` takes."""
        label: int | None = self.cleaned_data["label"]
        return self.cleaned_data["number"] if label is None else label


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, error_messages={"max_length": TOO_LONG}
    )


class GoldForm(forms.Form):
    gold = forms.TypedChoiceField(
        label=_("Gold"),
        choices=[("1", _("gold")), ("0", _("not gold"))],
        coerce=lambda value: value == "1",
    )
