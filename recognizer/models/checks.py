"""Check constraints, which the database itself enforces. NULL passes every check."""

from typing import Any

from django.db.models import CharField, CheckConstraint, F, Q, Value
from django.db.models.functions import Cast, Length, Replace
from django.db.models.lookups import Exact

from mlcore.labels import NOT_A_DIGIT


def known_label(column: str, *, name: str) -> CheckConstraint:
    """ "Not a digit", or digits alone; "?" is a digit that could not be read."""
    rest: Any = Cast(F(column), CharField())
    for figure in "0123456789?":
        rest = Replace(rest, Value(figure))
    figures = Q(Exact(rest, Value(""))) & ~Q(Exact(Length(F(column)), 0))
    return CheckConstraint(condition=Q(**{column: NOT_A_DIGIT}) | figures, name=name)


def known_class(column: str, *, name: str) -> CheckConstraint:
    """At most 10. The column's type already excludes negative numbers."""
    return CheckConstraint(condition=Q(**{f"{column}__lte": NOT_A_DIGIT}), name=name)


def share(column: str, *, name: str) -> CheckConstraint:
    """From 0 to 1."""
    return CheckConstraint(condition=Q(**{f"{column}__gte": 0, f"{column}__lte": 1}), name=name)


def one_of(column: str, *values: str, name: str) -> CheckConstraint:
    """Callers list the values, because a model's Meta cannot refer to the model's own choices."""
    return CheckConstraint(condition=Q(**{f"{column}__in": values}), name=name)


def length(column: str, count: int, *, name: str) -> CheckConstraint:
    """Exactly `count` bytes."""
    return CheckConstraint(condition=Q(Exact(Length(F(column)), count)), name=name)
