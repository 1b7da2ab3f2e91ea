"""What most of the admin has in common: rows to be read, and values shown as text."""

import json
import re
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.utils.html import format_html

NOTHING = "-"  # as the admin shows fields without a value
PLAIN_LIST = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")


class ReadOnly(BaseModelAdmin):
    """Rows that nobody adds, changes or deletes by hand. `fields` says what of them is shown."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """Seeing them takes the view permission."""


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Rows that belong to a page: whoever may see the page sees them."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def signed_in(request: HttpRequest) -> AbstractUser:
    """Who asks. The admin lets nobody in who is not signed in."""
    return cast(AbstractUser, request.user)


def pretty(value: Any) -> str:
    """A JSON value laid out over lines, lists of plain values on one line each."""
    if not value:
        return NOTHING
    text = json.dumps(value, indent=2, ensure_ascii=False)
    text = PLAIN_LIST.sub(lambda found: f"[{' '.join(found[1].split())}]", text)
    return format_html('<pre class="json" tabindex="0">{}</pre>', text)
