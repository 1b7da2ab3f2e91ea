"""API tokens: owner, expiry and last use. Deleting a token revokes it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.accounts.tokens import revoke_token
from recognizer.admin.base import ReadOnlyAdmin, signed_in
from recognizer.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Nobody can create tokens here: a secret is shown once, to its owner only."""

    fields = list_display = (
        "name",
        "owner",
        "prefix",
        "allowed",
        "created_at",
        "expires_at",
        "last_used_at",
    )
    list_filter = ["created_at", "expires_at", "last_used_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "name", "prefix"]
    search_help_text = _("Search by owner, name or prefix")

    @admin.display(description=_("scopes"))
    def allowed(self, token: ApiToken) -> str:
        return format_html("<code>{}</code>", ", ".join(token.scopes))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.DELETE_TOKEN)

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        revoke_token(token=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset.select_related("owner"):
            revoke_token(token=token, by=signed_in(request))
