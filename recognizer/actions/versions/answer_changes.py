"""What versions answered to the site's own drawings. One query counts, none loads a picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from mlcore.labels import CLASSES
from recognizer.models import Correction, LabelState, ModelVersion
from recognizer.models.drawings import DrawingQuerySet

# Drawings with annotations, which mypy does not know.
Rows = QuerySet[Any]

# An answer beside its label; of drawings of `with_both`, which hold neither None.
FIXED = Q(now=F("label")) & ~Q(was=F("label"))
BROKEN = Q(was=F("label")) & ~Q(now=F("label"))
CHANGES = {"fixed": FIXED, "broken": BROKEN}


def labeled(drawings: DrawingQuerySet, before: ModelVersion, after: ModelVersion) -> Rows:
    """Those with an approved label, with `was` and `now`: what either answered, None if nothing."""
    approved = drawings.filter(label_state=LabelState.APPROVED)
    joined = approved.annotate(first=answers_of(before), second=answers_of(after))
    return joined.annotate(was=F("first__label"), now=F("second__label"))


def answered_by(drawings: DrawingQuerySet, version: ModelVersion) -> Rows:
    """Those with an approved label that the version answered, with `now`: what it answered."""
    approved = drawings.filter(label_state=LabelState.APPROVED)
    joined = approved.annotate(given=answers_of(version)).annotate(now=F("given__label"))
    return joined.filter(now__isnull=False)


def answers_of(version: ModelVersion) -> FilteredRelation:
    return FilteredRelation("answers", condition=Q(answers__version=version))


def with_both(rows: Rows) -> Rows:
    """Of `labeled` drawings those that both versions answered."""
    return rows.filter(was__isnull=False, now__isnull=False)


def for_thumbnails(rows: Rows) -> Rows:
    """Newest first, without what a thumbnail does not need."""
    return rows.order_by("-pk").defer("picture", "network_input")


@dataclass(frozen=True)
class Changes:
    """Counts of drawings with an approved label.

    before, after: 11x11 confusions, true label first, of the `both` drawings that both answered.
    right: of these, how many either read right. missing: how many either never answered.
    """

    before: list[list[int]]
    after: list[list[int]]
    both: int
    right: tuple[int, int]
    fixed: int
    broken: int
    missing: tuple[int, int]


def changes(rows: Rows) -> Changes:
    """Of `labeled` drawings."""
    counted = rows.order_by().values("label", "was", "now").annotate(n=Count("pk"))
    counts = list(counted.values_list("label", "was", "now", "n"))
    both = [row for row in counts if row[1] is not None and row[2] is not None]
    return Changes(
        before=confusion((label, was, n) for label, was, _, n in both),
        after=confusion((label, now, n) for label, _, now, n in both),
        both=total(both),
        right=(
            total(row for row in both if row[1] == row[0]),
            total(row for row in both if row[2] == row[0]),
        ),
        fixed=total(row for row in both if row[1] != row[0] == row[2]),
        broken=total(row for row in both if row[1] == row[0] != row[2]),
        missing=(
            total(row for row in counts if row[1] is None),
            total(row for row in counts if row[2] is None),
        ),
    )


def confusion_of(rows: Rows) -> list[list[int]]:
    """11x11, true label first, of `answered_by` drawings."""
    counted = rows.order_by().values("label", "now").annotate(n=Count("pk"))
    return confusion(counted.values_list("label", "now", "n"))


def total(rows: Iterable[tuple[Any, ...]]) -> int:
    return sum(row[-1] for row in rows)


def confusion(cells: Iterable[tuple[int, int, int]]) -> list[list[int]]:
    """(true label, answer, how many) as an 11x11 table."""
    table = [[0] * CLASSES for _ in range(CLASSES)]
    for label, answer, n in cells:
        table[label][answer] += n
    return table


def learned(rows: Rows, version: ModelVersion) -> int:
    """How many of the drawings the version was trained on."""
    examples = Correction.objects.filter(learned_by=version).values("drawing")
    return rows.filter(pk__in=examples).count()
