"""The audit: view only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from recognizer.admin.base import LongList, ReadOnlyAdmin
from recognizer.models import AuditEvent
from recognizer.presentation.messages import words


@admin.register(AuditEvent)
class AuditEventAdmin(LongList, ReadOnlyAdmin):
    fields = list_display = (
        *("created_at", "kind", "by_name", "by_number", "on", "address", "request_id"),
    )
    list_filter = ["kind", "created_at"]
    search_fields = ["by_name", "address", "request_id"]
    search_help_text = _("Search by name, address or request ID")

    @admin.display(description=_("on"))
    def on(self, event: AuditEvent) -> str:
        return words(event.subject)
