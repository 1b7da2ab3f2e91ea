"""Pages of a list by key: nothing shifts while somebody reads, and page 1,000 is as fast as 1."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """`older`: the key that the next page begins before, None on the last."""

    rows: list[Any]
    older: int | None


def page_of(rows: QuerySet[Any], size: int) -> Page:
    """The first `size` of rows that are ordered by falling id."""
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, shown[-1].pk if len(found) > size else None)
