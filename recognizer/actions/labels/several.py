"""Decide about the labels of several chosen drawings at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from recognizer.actions.labels.label_history import (
    PENDING,
    current_corrections,
    decide_waiting,
)
from recognizer.actions.labels.reviewers import may_review
from recognizer.errors import Forbidden
from recognizer.models import Drawing


@dataclass(frozen=True)
class Outcome:
    """How many of the chosen rows were changed. skipped: reasons with counts of the others."""

    changed: int
    skipped: dict[str, int]


def review_drawings(
    *, drawings: Sequence[Drawing], by: AbstractUser, verdict: str, reason: str = ""
) -> Outcome:
    """Approve or reject the labels that wait. Raises Forbidden for people who review nothing."""
    if not may_review(by):
        raise Forbidden(_("Only reviewers can decide about labels."))
    current = current_corrections(drawings)
    for drawing in drawings:
        if drawing.pk in current:
            current[drawing.pk].drawing = drawing
    waiting = [each for each in current.values() if each.state == PENDING]
    done = decide_waiting(corrections=waiting, by=by, verdict=verdict, reason=reason)
    skipped = dict(done.skipped)
    if rest := len(drawings) - len(waiting) + done.late:
        skipped[_("No label of them waits.")] = rest
    return Outcome(done.changed, skipped)
