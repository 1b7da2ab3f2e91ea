"""What a reviewer's answer does to a drawing's labels, and taking it back.

Nothing is rewritten: an answer adds a review or a correction, and undoing it adds another. An
answer carries a key made by whoever sent it, so that one that is sent twice counts once.
"""

from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recognizer import codes
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.labels.label_history import current_correction, decide, label_drawing
from recognizer.actions.labels.review_items import ReviewItem, lease
from recognizer.actions.labels.review_queue import waiting_labels
from recognizer.actions.labels.reviewers import why_not_decide
from recognizer.errors import Conflict, Forbidden
from recognizer.models import (
    Correction,
    Drawing,
    ModelVersion,
    Review,
    ReviewDecision,
    ReviewLease,
    Why,
)

PENDING, APPROVED, REJECTED, WITHDRAWN = Correction.State.values
UNDONE = codes.UNDONE.code
OVERTAKEN = gettext_noop(
    "Somebody else was faster: there is nothing left to decide about this drawing."
)
USED = gettext_noop(
    "This key was already used for another answer. Create a new key for every answer."
)


def review_drawing(
    *, drawing: Drawing, by: AbstractUser, correction: int | None, label: int, key: UUID
) -> ReviewDecision:
    """Records that `by` says what `drawing` shows, and decides about the label it has.

    correction: the id of the label that the reviewer was to judge, None where there was none. Where
    `label` repeats it, it is approved; where it differs, it is rejected if it still waited, and
    `label` is the reviewer's own. The same key again returns the same decision. Raises Refused for
    a label that does not exist, Conflict where there is nothing to decide any more, and Forbidden
    where somebody else has to.
    """
    try:
        with transaction.atomic():
            drawing = Drawing.objects.select_for_update().get(pk=drawing.pk)
            if known := ReviewDecision.objects.filter(key=key).first():
                return same_as(known, drawing, by)
            judged = current_correction(drawing)
            if (judged.pk if judged else None) != correction:
                raise Conflict(_(OVERTAKEN))
            require_waiting(drawing, judged, by)
            return record(drawing, by, judged, label, key)
    except IntegrityError as error:
        if not is_taken(error, ReviewDecision, "key"):
            raise
        # The key was used at the same moment for another drawing.
        raise Conflict(_(USED)) from error


def same_as(known: ReviewDecision, drawing: Drawing, by: AbstractUser) -> ReviewDecision:
    if known.by_id != by.pk or known.drawing_id != drawing.pk:
        raise Conflict(_(USED))
    return known


def require_waiting(drawing: Drawing, judged: Correction | None, by: AbstractUser) -> None:
    """Raises Forbidden where it is for somebody else to decide, Conflict where nobody has to."""
    if drawing.gold_at:
        raise Conflict(_("The drawing is gold. Decide about its labels on its own page."))
    if judged is None:
        return
    if obstacle := why_not_decide(judged, by):
        raise Forbidden(obstacle)
    sole = judged.by_id == by.pk  # who may, being the only reviewer, but is not asked to
    if not sole and not waiting_labels(by).filter(pk=judged.pk).exists():
        raise Conflict(_(OVERTAKEN))


def record(
    drawing: Drawing, by: AbstractUser, judged: Correction | None, label: int, key: UUID
) -> ReviewDecision:
    held = ReviewLease.objects.filter(drawing=drawing, by=by.pk).first()
    why = held.why if held else (Why.LABEL if judged else Why.DOUBT)
    answer = drawing.answer
    verdict = verdict_on(judged, label)
    if judged and verdict:
        decide(judged, by, (PENDING, verdict))
    added = None if judged and judged.to_label == label else own_label(drawing, by, label)
    ReviewLease.objects.filter(drawing=drawing).delete()
    return ReviewDecision.objects.create(
        key=key,
        drawing=drawing,
        by_id=by.pk,
        why=why,
        label=label,
        correction=judged,
        verdict=verdict,
        added=added,
        answer=answer.label if answer else None,
    )


def verdict_on(judged: Correction | None, label: int) -> str:
    """What becomes of a label that waits; one that is approved already stays as it is."""
    if judged is None or judged.state != PENDING:
        return ""
    return APPROVED if judged.to_label == label else REJECTED


def own_label(drawing: Drawing, by: AbstractUser, label: int) -> Correction | None:
    """The reviewer's own label; None where, with the other rejected, the drawing has it already."""
    newest = drawing.corrections.order_by("-pk").first()
    source = Correction.Source.REVIEW
    given = label_drawing(drawing=drawing, by=by, label=label, source=source)
    return given if newest is None or given.pk > newest.pk else None


@transaction.atomic
def undo_decision(*, decision: ReviewDecision, by: AbstractUser) -> ReviewDecision:
    """Puts the drawing's label back to what it was before, and the drawing before its reviewer.

    Undoing twice is undoing once. Raises Conflict where something has happened to the label since,
    or a version has learned from it.
    """
    drawing = Drawing.objects.select_for_update().get(pk=decision.drawing_id)
    decision = ReviewDecision.objects.select_related("correction", "added").get(pk=decision.pk)
    if decision.undone_at:
        return decision
    require_unchanged(decision)
    if decision.added:
        decide(decision.added, by, (decision.added.state, WITHDRAWN), reason_code=UNDONE)
    if decision.correction and decision.verdict:
        decide(decision.correction, by, (decision.verdict, PENDING), reason_code=UNDONE)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    lease(ReviewItem(drawing, decision.correction, Why(decision.why)), by=by)
    return decision


def require_unchanged(decision: ReviewDecision) -> None:
    """Raises Conflict."""
    since = Q(created_at__gt=decision.created_at)
    labels = Correction.objects.filter(since, drawing=decision.drawing_id)
    reviews = Review.objects.filter(since, correction__drawing=decision.drawing_id)
    others = ReviewDecision.objects.not_undone().filter(since, drawing=decision.drawing_id)
    if labels.exists() or reviews.exists() or others.exists():
        raise Conflict(_("Too late: the drawing's label has since been changed or reviewed again."))
    made = [pk for pk in (decision.added_id, decision.verdict and decision.correction_id) if pk]
    if version := ModelVersion.objects.filter(learned_from__in=made).first():
        words = _(
            "Too late: %(version)s has learned from this label. Its approval can be withdrawn on "
            "the drawing's page."
        )
        raise Conflict(words % {"version": version})
