"""Labels and their history. Every change adds a row; no row is rewritten."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from mlcore.labels import LONGEST_NUMBER, Label
from recognizer.actions.drawings.store import locked_drawings
from recognizer.actions.labels.reviewers import (
    NOT_YOUR_GOLD,
    counts_at_once,
    may_review,
    may_touch_gold,
    why_not_decide,
    why_not_decide_all,
)
from recognizer.actions.reasons import stripped_reason
from recognizer.errors import Conflict, Forbidden, Refused
from recognizer.models import Correction, Drawing, Review, label_of
from recognizer.models.drawings import of_closed_accounts

PENDING, APPROVED, REJECTED, WITHDRAWN = Correction.State.values
LABEL_COLUMNS = ["label", "number", "label_state"]
BATCH = 200  # rows of one statement


@transaction.atomic
def label_drawing(
    *, drawing: Drawing, by: AbstractUser, label: int | str, source: str
) -> Correction:
    """Record a label. It is approved at once if `by` may do that, else it waits for a reviewer.

    label: 0 to 10, or the text of a label, see `label_of`. Repeating the current label adds no row.
    If a reviewer repeats another person's pending label, that label is approved. Raises Refused for
    an invalid label, and Missing if the drawing is gone.
    """
    value, number = read_label(label)
    [drawing] = locked_drawings([drawing.pk])
    newest = current_correction(drawing)
    repeated = newest if newest and (newest.to_label, newest.number) == (value, number) else None
    state = APPROVED if counts_at_once(drawing, by) else PENDING
    if repeated and repeated.state in (state, APPROVED):
        if repeated.state == PENDING and may_review(by) and not why_not_decide(repeated, by):
            decide(repeated, by, (PENDING, APPROVED))
            repeated.refresh_from_db()
        return repeated
    correction = Correction.objects.create(
        drawing=drawing,
        by_id=by.pk,
        from_label=drawing.label,
        to_label=value,
        number=number,
        source=source,
        state=state,
    )
    refresh_label(drawing)
    return correction


def read_label(given: int | str) -> tuple[Label, str]:
    """Return the label, and how a number is written. Raises Refused for what is no label."""
    try:
        return label_of(given)
    except ValueError as error:
        words = _(
            "A label is a digit from 0 to 9, “not_a_digit”, or a number such as 2026 or 3.5 of at "
            "most %(most)d characters."
        )
        raise Refused(words % {"most": LONGEST_NUMBER}) from error


@transaction.atomic
def label_new_drawings(
    *, labels: Sequence[tuple[Drawing, int | str]], by: AbstractUser, source: str
) -> None:
    """Record the first labels of new drawings. All wait for a reviewer, whoever `by` is."""
    for drawing, label in labels:
        drawing.label, drawing.number = read_label(label)
        drawing.label_state = PENDING
    Drawing.objects.bulk_update([drawing for drawing, label in labels], LABEL_COLUMNS, BATCH)
    Correction.objects.bulk_create(
        [
            Correction(
                drawing=drawing,
                by_id=by.pk,
                to_label=drawing.label,
                number=drawing.number,
                source=source,
                state=PENDING,
            )
            for drawing, label in labels
        ],
        BATCH,
    )


@transaction.atomic
def label_drawings(
    *, drawings: Iterable[Drawing], by: AbstractUser, label: int | str, source: str
) -> list[Correction]:
    """Give all of them the same label, as `label_drawing` does, or none."""
    locked = locked_drawings([each.pk for each in drawings])
    return [label_drawing(drawing=each, by=by, label=label, source=source) for each in locked]


@dataclass(frozen=True)
class Decided:
    """How many labels were changed. late: how many were no longer pending. skipped: why others may
    not be decided about by this person, with counts."""

    changed: int
    late: int
    skipped: Counter[str]


def decide_waiting(
    *, corrections: Sequence[Correction], by: AbstractUser, verdict: str, reason: str = ""
) -> Decided:
    """Approve or reject pending corrections, but for those that `by` may not decide about.

    Raises Refused if the reason is too long.
    """
    reason = stripped_reason(reason)
    obstacles = why_not_decide_all(corrections, by)
    allowed = [each for each in corrections if not obstacles[each.pk]]
    changed = sum(
        decide_all(allowed[start : start + BATCH], by, (PENDING, verdict), reason)
        for start in range(0, len(allowed), BATCH)
    )
    return Decided(changed, len(allowed) - changed, Counter(filter(None, obstacles.values())))


def review_corrections(
    *, corrections: Iterable[Correction], by: AbstractUser, verdict: str, reason: str = ""
) -> int:
    """As `decide_waiting`. Returns how many were changed. Raises Forbidden if all are skipped."""
    chosen = list(corrections)
    done = decide_waiting(corrections=chosen, by=by, verdict=verdict, reason=reason)
    if chosen and done.skipped.total() == len(chosen):
        raise Forbidden(next(iter(done.skipped)))
    return done.changed


def withdraw_approval(*, correction: Correction, by: AbstractUser, reason: str) -> None:
    """Withdraw an approval. The drawing's label is then taken from the rest of its history.

    Raises Refused if the reason is missing or too long, Conflict if the correction is not
    approved, and Forbidden if the drawing is gold and `by` may not mark drawings as gold.
    """
    reason = stripped_reason(reason)
    if not reason:
        raise Refused(_("Give a reason for withdrawing the approval."))
    if not decide(correction, by, (APPROVED, WITHDRAWN), reason):
        raise Conflict(
            _("There is no approval to withdraw, or somebody else has already withdrawn it.")
        )


def decide(
    correction: Correction,
    by: AbstractUser,
    step: tuple[str, str],
    reason: str = "",
    reason_code: str = "",
) -> bool:
    """Change the correction's state. step: (before, after). Returns False if not in `before`.

    Raises Forbidden if the drawing is gold and `by` may not mark drawings as gold.
    """
    return decide_all([correction], by, step, reason, reason_code) == 1


@transaction.atomic
def decide_all(
    corrections: Sequence[Correction],
    by: AbstractUser,
    step: tuple[str, str],
    reason: str = "",
    reason_code: str = "",
) -> int:
    """Change the corrections' states as `decide` does. Returns how many were in `before`.

    The number of statements does not depend on how many they are: pass at most BATCH.
    """
    before, after = step
    # The same lock as in label_drawing, so that a concurrent label is not overlooked.
    asked = Drawing.objects.filter(pk__in=[each.drawing_id for each in corrections])
    drawings = list(asked.select_for_update().order_by("pk").only("gold_at"))
    if not all(may_touch_gold(drawing, by) for drawing in drawings):
        raise Forbidden(_(NOT_YOUR_GOLD))
    rows = Correction.objects.filter(pk__in=[each.pk for each in corrections], state=before)
    changed = list(rows.filter(drawing__in=drawings).values_list("pk", flat=True))
    if not changed:
        return 0  # somebody else was faster
    Correction.objects.filter(pk__in=changed).update(state=after)
    reasons = {"reason": reason, "reason_code": reason_code}
    Review.objects.bulk_create(
        [Review(correction_id=pk, by_id=by.pk, verdict=after, **reasons) for pk in changed]
    )
    refresh_labels(drawings)
    return len(changed)


def current_correction(drawing: Drawing) -> Correction | None:
    """Return the newest correction that was neither rejected nor withdrawn."""
    return current_corrections([drawing]).get(drawing.pk)


def current_corrections(drawings: Iterable[Drawing]) -> dict[int, Correction]:
    """Return the `current_correction` of each drawing that has one, by the drawing's id."""
    active = Correction.objects.exclude(state__in=[REJECTED, WITHDRAWN]).order_by("pk")
    return {each.drawing_id: each for each in active.filter(drawing__in=list(drawings))}


def refresh_label(drawing: Drawing) -> None:
    """Set the drawing's label and its state from its history."""
    refresh_labels([drawing])
    drawing.refresh_from_db(fields=LABEL_COLUMNS)


def refresh_labels(drawings: Sequence[Drawing]) -> None:
    """Set the stored labels and their states from the drawings' histories."""
    current = current_corrections(drawings)
    alike: defaultdict[tuple[Any, str, str], list[int]] = defaultdict(list)
    for drawing in drawings:
        newest = current.get(drawing.pk)
        label = (newest.to_label, newest.number, newest.state) if newest else (None, "", "")
        alike[label].append(drawing.pk)
    for label, drawings_with_it in alike.items():
        values = dict(zip(LABEL_COLUMNS, label, strict=True))
        Drawing.objects.filter(pk__in=drawings_with_it).update(**values)


def newer_labels() -> QuerySet[Correction]:
    """Return the labels that replace the one of an outer query: newer ones that stand."""
    newer = Correction.objects.filter(drawing=OuterRef("drawing"), pk__gt=OuterRef("pk"))
    return newer.filter(state__in=[PENDING, APPROVED])


def newest_approved() -> QuerySet[Correction, int]:
    """Return the ids of the newest approved correction of every drawing that has one.

    Drawings of closed accounts are left out: no version may learn from them.
    """
    approved = Correction.objects.filter(state=APPROVED).order_by()
    approved = approved.exclude(drawing__in=of_closed_accounts())
    by_drawing = approved.values("drawing").annotate(newest=Max("pk"))
    return by_drawing.values_list("newest", flat=True)
