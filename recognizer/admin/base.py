"""Base classes for read-only rows, and the display of values as text."""

import json
import re
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from recognizer.models import Correction
from recognizer.models.counting import count_up_to

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


class LongListPaginator(Paginator):
    """Pages of a list that may have millions of rows. The first MOST can be paged through.

    A page's keys are found first, by an index: what is computed for each row is computed for the
    page's rows alone, not for all rows before them.
    """

    MOST = 100_000
    object_list: QuerySet[Any]  # the stubs have a wider type

    @cached_property
    def count(self) -> int:
        return min(self.found, self.MOST)

    @cached_property
    def found(self) -> int:
        return count_up_to(self.object_list, self.MOST + 1)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return self.found > self.MOST

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.object_list.values_list("pk", flat=True)[start : start + self.per_page]
        return Page(self.object_list.filter(pk__in=list(keys)), number, self)


class NumberedRows(admin.ModelAdmin):
    """Rows whose keys are numbers."""

    def response_action(self, request: HttpRequest, *args: Any, **rows: Any) -> HttpResponse | None:
        """Refuse keys that are no numbers, for which Django fails."""
        if all(key.isdecimal() for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, *args, **rows)
        raise SuspiciousOperation("A row is named by its number.")


class LongList(NumberedRows):
    """A list that stays quick with millions of rows."""

    paginator = LongListPaginator
    show_full_result_count = False  # a second count of all rows


class LabelTexts:
    """The labels of a correction as text."""

    @admin.display(description=_("from label"))
    def before(self, correction: Correction) -> str:
        return correction.from_text

    @admin.display(description=_("to label"))
    def after(self, correction: Correction) -> str:
        return correction.to_text


class ReadOnlyAdmin(ReadOnly, NumberedRows):
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
