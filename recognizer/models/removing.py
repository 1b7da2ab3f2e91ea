"""Removing of what is no longer kept, some rows at a time."""

from typing import Any

from django.db.models import QuerySet


def remove_first(rows: QuerySet[Any], most: int) -> int:
    """Delete the first rows of an ordered query set, at most `most`, and what hangs on them.

    Returns how many were deleted in all. DELETE has no LIMIT, so their keys are read first.
    """
    keys = list(rows.values_list("pk", flat=True)[:most])
    return QuerySet(rows.model, using=rows.db).filter(pk__in=keys).delete()[0]
