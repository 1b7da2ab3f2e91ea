"""API tokens: whose they are and when they were used. Deleting one revokes it at once."""

from django.contrib import admin
from django.http import HttpRequest

from recognizer.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """People make their own tokens, since a secret is shown once and to its owner only."""

    list_display = ["name", "owner", "prefix", "created_at", "last_used_at"]
    list_filter = ["created_at", "last_used_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "name", "prefix"]
    search_help_text = "Search by owner, name or the secret's beginning"
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False
