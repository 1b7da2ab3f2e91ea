"""The audit: view only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from recognizer.admin.base import ReadOnlyAdmin
from recognizer.models import AuditEvent
from recognizer.presentation.messages import words


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    fields = list_display = ("created_at", "kind", "by_name", "by_number", "on", "address")
    list_filter = ["kind", "created_at"]
    search_fields = ["by_name", "address"]
    search_help_text = _("Search by name or address")

    @admin.display(description=_("on"))
    def on(self, event: AuditEvent) -> str:
        return words(event.subject)
