"""Compare versions' answers to the site's drawings. One query counts; none loads a picture."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from mlcore.evaluation.numbers import NumberFigures
from mlcore.evaluation.significance import mcnemar
from mlcore.labels import CLASSES, NOT_A_DIGIT, Label
from recognizer.models import Correction, LabelState, ModelVersion
from recognizer.models.drawings import DrawingQuerySet

# Drawings with annotations, which mypy does not know.
Rows = QuerySet[Any]

# For rows of `with_both`, in which `was` and `now` are not null.
FIXED = Q(now=F("label")) & ~Q(was=F("label"))
BROKEN = Q(was=F("label")) & ~Q(now=F("label"))
CHANGES = {"fixed": FIXED, "broken": BROKEN}


def labeled(drawings: DrawingQuerySet, before: ModelVersion, after: ModelVersion) -> Rows:
    """Return drawings with an approved label; `was` and `now` are the two answers, or None."""
    approved = drawings.filter(label_state=LabelState.APPROVED)
    joined = approved.annotate(first=answers_of(before), second=answers_of(after))
    return joined.annotate(was=F("first__label"), now=F("second__label"))


def answered_by(drawings: DrawingQuerySet, version: ModelVersion) -> Rows:
    """Return drawings with an approved label that the version answered; `now` is its answer."""
    approved = drawings.filter(label_state=LabelState.APPROVED)
    joined = approved.annotate(given=answers_of(version)).annotate(now=F("given__label"))
    return joined.filter(now__isnull=False)


def answers_of(version: ModelVersion) -> FilteredRelation:
    return FilteredRelation("answers", condition=Q(answers__version=version))


def with_both(rows: Rows) -> Rows:
    """Keep those of the `labeled` drawings that both versions answered."""
    return rows.filter(was__isnull=False, now__isnull=False)


def for_thumbnails(rows: Rows) -> Rows:
    """Sort by newest first and skip columns that thumbnails do not need."""
    return rows.order_by("-pk").defer("picture", "network_input", "directions")


@dataclass(frozen=True)
class LabelChanges:
    """Counts of the drawings of one label that both versions answered."""

    label: int
    n: int
    right: tuple[int, int]
    fixed: int
    broken: int


@dataclass(frozen=True)
class Changes:
    """Counts of drawings with an approved label.

    both: drawings that both versions answered. before, after: their 11x11 confusion matrices, rows
    are true labels. right: correct answers of each version among them. missing: drawings that
    each version did not answer. numbers: the figures of each version for labels that are numbers.
    by_label: the labels that occur, but for numbers.
    """

    before: list[list[int]]
    after: list[list[int]]
    both: int
    right: tuple[int, int]
    fixed: int
    broken: int
    missing: tuple[int, int]
    numbers: tuple[NumberFigures, NumberFigures]
    by_label: list[LabelChanges]

    @property
    def p(self) -> float:
        """The p-value of McNemar's test: how probable such a difference is by chance."""
        return mcnemar(self.fixed, self.broken)


def changes(rows: Rows) -> Changes:
    """Count the changes among `labeled` drawings."""
    counted = rows.order_by().values("label", "was", "now").annotate(n=Count("pk"))
    counts = list(counted.values_list("label", "was", "now", "n"))
    both = [row for row in counts if row[1] is not None and row[2] is not None]
    fixed, broken = counts_if(both, was=False, now=True), counts_if(both, was=True, now=False)
    n, right = counts_if(both), (counts_if(both, was=True), counts_if(both, now=True))
    return Changes(
        before=confusion((label, was, n) for label, was, _, n in both),
        after=confusion((label, now, n) for label, _, now, n in both),
        both=total(both),
        right=(right[0].total(), right[1].total()),
        fixed=fixed.total(),
        broken=broken.total(),
        missing=(
            total(row for row in counts if row[1] is None),
            total(row for row in counts if row[2] is None),
        ),
        numbers=(
            number_figures((label, was, n) for label, was, _, n in both),
            number_figures((label, now, n) for label, _, now, n in both),
        ),
        by_label=[
            LabelChanges(
                label=label,
                n=n[label],
                right=(right[0][label], right[1][label]),
                fixed=fixed[label],
                broken=broken[label],
            )
            for label in range(CLASSES)
            if n[label]
        ],
    )


def counts_if(
    rows: Iterable[tuple[Any, ...]], *, was: bool | None = None, now: bool | None = None
) -> Counter[Label]:
    """Count drawings by label. was, now: only those that each version read right, or wrong."""
    counts: Counter[Label] = Counter()
    for label, before, after, n in rows:
        if was in (None, before == label) and now in (None, after == label):
            counts[label] += n
    return counts


def cells_of(rows: Rows) -> list[tuple[Label, Label, int]]:
    """Count the `answered_by` drawings of each label and answer."""
    counted = rows.order_by().values("label", "now").annotate(n=Count("pk"))
    return list(counted.values_list("label", "now", "n"))


def total(rows: Iterable[tuple[Any, ...]]) -> int:
    return sum(row[-1] for row in rows)


def confusion(cells: Iterable[tuple[Label, Label, int]]) -> list[list[int]]:
    """Turn (true label, answer, count) into an 11x11 matrix of the digits; numbers are left out.

    A digit that was read as a number counts as answered "not a digit".
    """
    table = [[0] * CLASSES for _ in range(CLASSES)]
    for label, answer, n in cells:
        if isinstance(label, int):
            table[label][answer if isinstance(answer, int) else NOT_A_DIGIT] += n
    return table


def number_figures(cells: Iterable[tuple[Label, Label, int]]) -> NumberFigures:
    """Count numbers that were read right, and digits that were not."""
    numbers = [(label, answer, n) for label, answer, n in cells if isinstance(label, str)]
    return NumberFigures.of(
        (label, "" if answer == NOT_A_DIGIT else str(answer), n) for label, answer, n in numbers
    )


def learned(rows: Rows, version: ModelVersion) -> int:
    """Count the drawings that the version was trained on."""
    examples = Correction.objects.filter(learned_by=version).values("drawing")
    return rows.filter(pk__in=examples).count()
