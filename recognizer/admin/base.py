"""Base classes for read-only rows, and the display of values as text."""

import json
import re
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from recognizer.models import Correction

NOTHING = "-"  # the admin's own text for fields without a value
PLAIN_LIST = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")


class ReadOnly(BaseModelAdmin):
    """Rows that nobody can add, change or delete in the admin. `fields` lists what is shown."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LabelTexts:
    """The labels of a correction as text."""

    @admin.display(description=_("from label"))
    def before(self, correction: Correction) -> str:
        return correction.from_text

    @admin.display(description=_("to label"))
    def after(self, correction: Correction) -> str:
        return correction.to_text


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A read-only list and page, for people with the view permission."""


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Related rows on a page, for everybody who may view the page."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def signed_in(request: HttpRequest) -> AbstractUser:
    """Return the request's user. The admin requires a sign-in."""
    return cast(AbstractUser, request.user)


def pretty(value: Any) -> str:
    """Format a JSON value over several lines; a list of plain values stays on one line."""
    if not value:
        return NOTHING
    text = json.dumps(value, indent=2, ensure_ascii=False)
    text = PLAIN_LIST.sub(lambda found: f"[{' '.join(found[1].split())}]", text)
    return format_html('<pre class="json" tabindex="0">{}</pre>', text)
