"""Pagination of lists."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """Cursor pagination by key: rows added meanwhile neither repeat nor hide others."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        for link in ("next", "previous"):  # the parent writes null as OpenAPI 3.0 did
            page["properties"][link] = {"type": ["string", "null"], "format": "uri"}
        page["required"] = ["next", "previous", "results"]
        return page

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page has. Raises ValidationError; the parent ignores what is
        no number, and lowers what is too large."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not re.fullmatch(r"[0-9]{1,9}", asked) or not 1 <= int(asked) <= self.max_page_size:
            text = _("A number from 1 to %(most)d.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: [text]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                limits = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
                parameter["schema"] = {**parameter["schema"], **limits}
        return parameters

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        position = cursor.position if cursor else None
        # The parent class does not check that the position is a key; the database would fail.
        if position is not None and not re.fullmatch(r"[0-9]{1,18}", str(position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor
