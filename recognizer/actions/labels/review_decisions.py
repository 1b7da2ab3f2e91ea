"""Apply a reviewer's decision to a drawing's labels, and undo it.

Nothing is rewritten: a decision adds a review or a correction, and undoing it adds another one. The
client sends an idempotency key with each decision, so that a repeated request counts once.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mlcore.labels import NOT_A_DIGIT, Label, is_negative
from recognizer import codes
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.labels.label_history import (
    current_correction,
    decide,
    label_drawing,
    read_label,
)
from recognizer.actions.labels.review_items import ReviewItem, lease
from recognizer.actions.labels.review_queue import waiting_labels
from recognizer.actions.labels.reviewers import why_not_decide
from recognizer.actions.labels.second_labels import second_label_asked
from recognizer.errors import Conflict, Forbidden
from recognizer.models import (
    Correction,
    Drawing,
    ModelVersion,
    Review,
    ReviewDecision,
    ReviewLease,
    SecondLabel,
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
    *, drawing: Drawing, by: AbstractUser, correction: int | None, label: int | str, key: UUID
) -> ReviewDecision:
    """Record a reviewer's label, and approve or reject the drawing's current label by it.

    correction: the id of the label that the reviewer judged; None if the drawing had none. If
    `label` equals it, it is approved. Otherwise it is rejected if it was pending, and `label` is
    added as the reviewer's own. A repeated key returns the same decision. Raises Refused for an
    invalid label, Conflict if nothing is left to decide, and Forbidden if `by` may not decide.
    """
    try:
        with transaction.atomic():
            drawing = Drawing.objects.select_for_update().get(pk=drawing.pk)
            if known := ReviewDecision.objects.filter(key=key).first():
                return same_as(known, drawing, by)
            if asked := second_label_asked(drawing, by):
                return record_second(asked, by, label, key)
            judged = current_correction(drawing)
            if (judged.pk if judged else None) != correction:
                raise Conflict(_(OVERTAKEN))
            require_waiting(drawing, judged, by)
            return record(drawing, by, judged, label, key)
    except IntegrityError as error:
        if not is_taken(error, ReviewDecision, "key"):
            raise
        # The key was used for another drawing at the same time.
        raise Conflict(_(USED)) from error


def same_as(known: ReviewDecision, drawing: Drawing, by: AbstractUser) -> ReviewDecision:
    if known.by_id != by.pk or known.drawing_id != drawing.pk:
        raise Conflict(_(USED))
    return known


def require_waiting(drawing: Drawing, judged: Correction | None, by: AbstractUser) -> None:
    """Raise Forbidden if `by` may not decide, Conflict if there is nothing to decide."""
    if drawing.gold_at:
        raise Conflict(_("The drawing is gold. Review its labels on the drawing's page."))
    if judged is None:
        return
    if obstacle := why_not_decide(judged, by):
        raise Forbidden(obstacle)
    sole = judged.by_id == by.pk  # the only reviewer may decide, but the label is not in the queue
    if not sole and not waiting_labels(by).filter(pk=judged.pk).exists():
        raise Conflict(_(OVERTAKEN))


def record(
    drawing: Drawing, by: AbstractUser, judged: Correction | None, label: int | str, key: UUID
) -> ReviewDecision:
    held = ReviewLease.objects.filter(drawing=drawing, by=by.pk).first()
    why = held.why if held else (Why.LABEL if judged else Why.DOUBT)
    value, number = read_label(label)
    agrees = judged is not None and is_same(judged, value, number)
    verdict = ""  # a label in another state is not changed
    if judged and judged.state == PENDING:
        verdict = APPROVED if agrees else REJECTED
        decide(judged, by, (PENDING, verdict))
    added = None if agrees else own_label(drawing, by, label)
    about = {"correction": judged, "verdict": verdict, "added": added}
    return stored(drawing, by, key=key, why=why, label=value, **about)


def record_second(
    asked: SecondLabel, by: AbstractUser, label: int | str, key: UUID
) -> ReviewDecision:
    """Record a second label beside the first. The drawing's own label stays as it is."""
    value, _number = read_label(label)
    asked.second = stored(asked.drawing, by, key=key, why=Why.SECOND, label=value)
    asked.save(update_fields=["second"])
    return asked.second


def stored(drawing: Drawing, by: AbstractUser, **about: Any) -> ReviewDecision:
    """Store a decision with the drawing's answer, and end the lease."""
    answer = drawing.answer
    ReviewLease.objects.filter(drawing=drawing).delete()
    return ReviewDecision.objects.create(
        drawing=drawing, by_id=by.pk, answer=answer.label if answer else None, **about
    )


def is_same(judged: Correction, label: Label, number: str) -> bool:
    """Whether a label says the same: the same figures, and both below zero or neither."""
    return judged.to_label == label and is_negative(judged.number) == is_negative(number)


def own_label(drawing: Drawing, by: AbstractUser, label: int | str) -> Correction | None:
    """Add the reviewer's label. Returns None if it is already the label after the rejection."""
    newest = drawing.corrections.order_by("-pk").first()
    source = Correction.Source.REVIEW
    given = label_drawing(drawing=drawing, by=by, label=label, source=source)
    return given if newest is None or given.pk > newest.pk else None


@transaction.atomic
def undo_decision(*, decision: ReviewDecision, by: AbstractUser) -> ReviewDecision:
    """Restore the drawing's previous label and lease the drawing to its reviewer again.

    A second call does nothing. Raises Conflict if the label has changed since then, or if a version
    has learned from it.
    """
    drawing = Drawing.objects.select_for_update().get(pk=decision.drawing_id)
    decision = ReviewDecision.objects.select_related("correction", "added").get(pk=decision.pk)
    if decision.undone_at:
        return decision
    if decision.why == Why.SECOND:
        SecondLabel.objects.filter(second=decision).update(second=None)
    else:
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
    """Raise Conflict if the label has changed since, or if a version has learned from it."""
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


def contradicts_sure_answer(decision: ReviewDecision) -> bool:
    """Whether the label differs from an answer of PROMOTION_SURE or more.

    "Not a digit" contradicts none, as in the gate: the network has learned few non-digits.
    """
    if decision.label == NOT_A_DIGIT or decision.answer in (None, decision.label):
        return False
    answer = decision.drawing.answer
    return answer is not None and answer.confidence >= settings.PROMOTION_SURE
