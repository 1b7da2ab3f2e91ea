"""Keyset pagination: new rows shift no page, and page 1,000 is as fast as page 1."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """A page of a list. older: the key after which the next page begins; None on the last."""

    rows: list[Any]
    older: int | None


def page_of(rows: QuerySet[Any], size: int) -> Page:
    """Return the first `size` rows. rows: those of a list after the last row that was shown."""
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, shown[-1].pk if len(found) > size else None)
