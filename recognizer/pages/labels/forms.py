"""Forms for labels, withdrawals and the gold set."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.models import LABEL_CHOICES


class LabelForm(forms.Form):
    label = forms.TypedChoiceField(label=_("Label"), choices=LABEL_CHOICES, coerce=int)


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
