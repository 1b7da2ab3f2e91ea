"""The filters of the audit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognizer.actions.audit.listing import AuditFilter
from recognizer.models import AuditEvent
from recognizer.pages.forms import ANY, NO_CHOICE, BeforeForm, PeriodForm


class AuditForm(PeriodForm, BeforeForm):
    """The filters in the query of the audit."""

    who = forms.CharField(label=_("Account"), max_length=150, required=False)
    kind = forms.ChoiceField(
        label=_("What"),
        choices=[ANY, *AuditEvent.Kind.choices],
        required=False,
        error_messages=NO_CHOICE,
    )
    field_order = ("who", "kind", "since", "until")

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [self[name] for name in self.field_order]

    @property
    def filter(self) -> AuditFilter:
        return AuditFilter(**self.cleaned_data)

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.field_order)
