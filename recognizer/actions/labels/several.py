"""Decide about the labels of several chosen drawings at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from recognizer.actions.labels.label_history import (
    PENDING,
    current_corrections,
    review_corrections,
)
from recognizer.actions.labels.reviewers import may_review, why_not_decide_all
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
    obstacles = why_not_decide_all(waiting, by)
    allowed = [each for each in waiting if not obstacles[each.pk]]
    changed = review_corrections(corrections=allowed, by=by, verdict=verdict, reason=reason)
    skipped = Counter(why for why in obstacles.values() if why)
    if rest := len(drawings) - len(waiting) + len(allowed) - changed:
        skipped[_("No label of them waits.")] = rest
    return Outcome(changed, dict(skipped))
