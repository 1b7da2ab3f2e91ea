"""Labels and their history. A row is added for everything that happens; none is rewritten."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, QuerySet

from recognizer.errors import Refused
from recognizer.models import LABEL_CHOICES, Correction, Drawing, Review

PENDING, APPROVED, REJECTED = Correction.State.values


def may_review(user: AbstractUser) -> bool:
    return user.is_staff or user.has_perm("recognizer.review_correction")


def may_label(user: AbstractUser, drawing: Drawing) -> bool:
    """Its owner, reviewers, and staff who may change drawings; not those who may only look."""
    return (
        drawing.owner_id == user.pk
        or user.has_perm("recognizer.review_correction")
        or (user.is_staff and user.has_perm("recognizer.change_drawing"))
    )


@transaction.atomic
def label_drawing(*, drawing: Drawing, by: AbstractUser, label: int, source: str) -> Correction:
    """Records that `by` says what `drawing` shows; a reviewer's word counts at once.

    Saying again what is already the label adds nothing, except that a reviewer who repeats a
    waiting label approves it. Raises Refused for a label that does not exist.
    """
    if label not in dict(LABEL_CHOICES):
        raise Refused("A label is a whole number from 0 to 9, or 10 for “not a digit”.")
    drawing = Drawing.objects.select_for_update().get(pk=drawing.pk)
    state = APPROVED if may_review(by) else PENDING
    newest = standing_correction(drawing)
    if newest and newest.to_label == label and newest.state in (state, APPROVED):
        return newest
    correction = Correction.objects.create(
        drawing=drawing,
        by_id=by.pk,
        from_label=drawing.label,
        to_label=label,
        source=source,
        state=state,
    )
    refresh_label(drawing)
    return correction


def review_corrections(*, corrections: Iterable[Correction], by: AbstractUser, verdict: str) -> int:
    """Approves or rejects those that still wait; returns how many were changed by this call."""
    changed = 0
    for correction in corrections:
        with transaction.atomic():
            # The same lock as in label_drawing: a label given meanwhile must not be overlooked.
            drawing = Drawing.objects.select_for_update().filter(pk=correction.drawing_id).first()
            if drawing is None:
                continue
            updated = Correction.objects.filter(pk=correction.pk, state=PENDING).update(
                state=verdict
            )
            if updated != 1:
                continue  # somebody else got there first
            Review.objects.create(correction=correction, by_id=by.pk, verdict=verdict)
            refresh_label(drawing)
            changed += 1
    return changed


def standing_correction(drawing: Drawing) -> Correction | None:
    """The newest correction that was not rejected."""
    return drawing.corrections.exclude(state=REJECTED).order_by("-id").first()


def refresh_label(drawing: Drawing) -> None:
    """Makes the drawing show what its history says."""
    standing = standing_correction(drawing)
    drawing.label = standing.to_label if standing else None
    drawing.label_state = standing.state if standing else ""
    drawing.save(update_fields=["label", "label_state"])


def approved_corrections() -> list[Correction]:
    """The newest approved correction of every drawing that has one, oldest drawing first."""
    rows = Correction.objects.filter(pk__in=newest_approved()).select_related("drawing")
    rows = rows.defer("drawing__strokes", "drawing__picture")  # large, and not learned from
    return list(rows.order_by("drawing_id"))


def newest_approved() -> QuerySet:
    """The ids of what `approved_corrections` returns."""
    approved = Correction.objects.filter(state=APPROVED).order_by()
    by_drawing = approved.values("drawing").annotate(newest=Max("pk"))
    return by_drawing.values_list("newest", flat=True)
