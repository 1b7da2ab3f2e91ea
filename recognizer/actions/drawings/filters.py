"""Which drawings of a list are wanted, for the history and for exports."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F

from recognizer.models import LABEL_CHOICES
from recognizer.models.drawings import DrawingQuerySet, LabelState

UNLABELED = "none"
NUMBERS = "number"
CLASSES = [label for label, text in LABEL_CHOICES]


@dataclass(frozen=True)
class DrawingFilter:
    """The drawings that meet all of these. "Answer" is `Drawing.answer`.

    answer: "0" to "10", or NUMBERS. label: the same, or UNLABELED. since, until: days, both
    included. low: only unsure answers. wrong: only answers that differ from the label. approved:
    only approved labels. before: only smaller keys.
    """

    answer: str = ""
    label: str = ""
    since: date | None = None
    until: date | None = None
    low: bool = False
    wrong: bool = False
    approved: bool = False
    before: int | None = None

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        if self.before:
            drawings = drawings.filter(pk__lt=self.before)
        if self.since:
            drawings = drawings.filter(created_at__date__gte=self.since)
        if self.until:
            drawings = drawings.filter(created_at__date__lte=self.until)
        if self.approved:
            drawings = drawings.filter(label_state=LabelState.APPROVED)
        if self.label == NUMBERS:
            drawings = drawings.exclude(number="")
        elif self.label:
            drawings = drawings.filter(label=None if self.label == UNLABELED else int(self.label))
        asks = self.answer or self.wrong or self.low
        return self.narrowed(drawings.with_newest_answer()) if asks else drawings

    def narrowed(self, drawings: Any) -> DrawingQuerySet:
        """Filter drawings of `with_newest_answer()`, whose annotations mypy does not know."""
        if self.answer == NUMBERS:
            drawings = drawings.exclude(newest_answer__in=CLASSES)
        elif self.answer:
            drawings = drawings.filter(newest_answer=int(self.answer))
        if self.wrong:
            drawings = drawings.filter(label__isnull=False).exclude(newest_answer=F("label"))
        if self.low:
            drawings = drawings.filter(newest_confidence__lt=settings.LOW_CONFIDENCE)
        narrowed: DrawingQuerySet = drawings
        return narrowed
