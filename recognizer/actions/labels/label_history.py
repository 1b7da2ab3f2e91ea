"""Labels and their history. A row is added for everything that happens; none is rewritten."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _

from recognizer.actions.labels.reviewers import (
    NOT_YOUR_GOLD,
    counts_at_once,
    may_review,
    may_touch_gold,
    why_not_decide,
)
from recognizer.actions.reasons import stripped_reason
from recognizer.errors import Conflict, Forbidden, Refused
from recognizer.models import LABEL_CHOICES, Correction, Drawing, Review

PENDING, APPROVED, REJECTED, WITHDRAWN = Correction.State.values

label_approved = Signal()  # sent in the transaction that approves a label


@transaction.atomic
def label_drawing(*, drawing: Drawing, by: AbstractUser, label: int, source: str) -> Correction:
    """Records that `by` says what `drawing` shows; it counts at once or waits for somebody else.

    Saying again what is already the label adds nothing, except that a reviewer who repeats what
    somebody else said approves it. Raises Refused for a label that does not exist.
    """
    if label not in dict(LABEL_CHOICES):
        raise Refused(_("A label is a whole number from 0 to 9, or 10 for “not a digit”."))
    drawing = Drawing.objects.select_for_update().get(pk=drawing.pk)
    newest = current_correction(drawing)
    repeated = newest if newest and newest.to_label == label else None
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
        to_label=label,
        source=source,
        state=state,
    )
    refresh_label(drawing)
    if state == APPROVED:
        label_approved.send(Correction)
    return correction


def review_corrections(
    *, corrections: Iterable[Correction], by: AbstractUser, verdict: str, reason: str = ""
) -> int:
    """Approves or rejects those that still wait; returns how many were changed by this call.

    Passes over those that `by` may not decide about. Raises Forbidden where that is all of them,
    and Refused where the reason is too long.
    """
    reason = stripped_reason(reason)
    chosen = list(corrections)
    obstacles = {each.pk: why_not_decide(each, by) for each in chosen}
    if chosen and all(obstacles.values()):
        raise Forbidden(obstacles[chosen[0].pk])
    changed = 0
    for correction in chosen:
        if not obstacles[correction.pk]:
            changed += decide(correction, by, (PENDING, verdict), reason)
    return changed


def withdraw_approval(*, correction: Correction, by: AbstractUser, reason: str) -> None:
    """Takes an approval back: the drawing's label is then what the rest of its history says.

    Raises Refused without a reason or for one that is too long, Conflict where the correction is
    not approved, and Forbidden where the drawing is gold and `by` may not mark it so.
    """
    reason = stripped_reason(reason)
    if not reason:
        raise Refused(_("Say why the approval is withdrawn."))
    if not decide(correction, by, (APPROVED, WITHDRAWN), reason):
        raise Conflict(_("There is no approval to withdraw, or somebody else has withdrawn it."))


@transaction.atomic
def decide(
    correction: Correction,
    by: AbstractUser,
    step: tuple[str, str],
    reason: str = "",
    reason_code: str = "",
) -> bool:
    """Takes the correction from one state to another; False where it is not in the first.

    Raises Forbidden where the drawing is gold and `by` may not mark it so.
    """
    before, after = step
    # The same lock as in label_drawing: a label given meanwhile must not be overlooked.
    drawing = Drawing.objects.select_for_update().filter(pk=correction.drawing_id).first()
    if drawing is None:
        return False
    if not may_touch_gold(drawing, by):
        raise Forbidden(_(NOT_YOUR_GOLD))
    if Correction.objects.filter(pk=correction.pk, state=before).update(state=after) != 1:
        return False  # somebody else got there first
    about = {"reason": reason, "reason_code": reason_code}
    Review.objects.create(correction=correction, by_id=by.pk, verdict=after, **about)
    refresh_label(drawing)
    if after == APPROVED:
        label_approved.send(Correction)
    return True


def current_correction(drawing: Drawing) -> Correction | None:
    """The newest correction that was neither rejected nor withdrawn."""
    not_undone = drawing.corrections.exclude(state__in=[REJECTED, WITHDRAWN])
    return not_undone.order_by("-id").first()


def refresh_label(drawing: Drawing) -> None:
    """Makes the drawing show what its history says."""
    not_undone = current_correction(drawing)
    drawing.label = not_undone.to_label if not_undone else None
    drawing.label_state = not_undone.state if not_undone else ""
    drawing.save(update_fields=["label", "label_state"])


def newest_approved() -> QuerySet[Correction, int]:
    """The id of the newest approved correction of every drawing that has one."""
    approved = Correction.objects.filter(state=APPROVED).order_by()
    by_drawing = approved.values("drawing").annotate(newest=Max("pk"))
    return by_drawing.values_list("newest", flat=True)
