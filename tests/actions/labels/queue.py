"""Test data of the review queue: drawings with known answers, and other people's labels."""

import uuid
from typing import Any

from recognizer.actions.labels.review_decisions import review_drawing
from recognizer.actions.labels.review_items import next_review_items
from recognizer.models import Correction, Drawing, ModelVersion, ReviewDecision, User
from tests.pages.rows import answered, make_drawing


def labeled(owner: User, label: int = 7, **about: Any) -> Correction:
    """Create a drawing of `owner` with a pending label by them; `about` overrides fields."""
    about = {"state": "pending", "by": owner, **about}
    stands = about["state"] in ("pending", "approved")
    shown = {"label": label, "label_state": about["state"]} if stands else {}
    drawing = make_drawing(owner, **shown)
    return Correction.objects.create(drawing=drawing, to_label=label, source="studio", **about)


def unlabeled(owner: User, version: ModelVersion, confidence: float) -> Drawing:
    drawing = make_drawing(owner)
    answered(drawing, version, 3, confidence)
    return drawing


def order(by: User, count: int = 4, **about: Any) -> list[int]:
    """Return the drawings that come next."""
    return [item.drawing.pk for item in next_review_items(by=by, count=count, **about)]


def review(correction: Correction, by: User, label: int, **about: Any) -> ReviewDecision:
    about = {"key": uuid.uuid4(), **about}
    drawing = correction.drawing
    return review_drawing(drawing=drawing, by=by, correction=correction.pk, label=label, **about)
