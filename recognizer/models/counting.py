"""Counts that stay quick, however many rows there are."""

from typing import Any

from django.db.models import QuerySet

MANY = 1_000


def count_up_to(rows: QuerySet[Any], most: int = MANY) -> int:
    """Return the number of rows; of more than `most`, that number."""
    return rows.order_by().values("pk")[:most].count()
