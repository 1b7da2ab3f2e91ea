"""Which drawings of a list are wanted, for lists and exports."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef

from recognizer.actions.periods import in_period
from recognizer.models import LABEL_CHOICES, Answer, Drawing, User
from recognizer.models.drawings import AnswerQuerySet, DrawingQuerySet, LabelState

UNLABELED = "none"
NUMBERS = "number"
GOLD = "gold"
CLASSES = [label for label, text in LABEL_CHOICES]


@dataclass(frozen=True)
class DrawingFilter:
    """The drawings that meet all of these. "Answer" is `Drawing.answer`.

    answer: "0" to "10", or NUMBERS. label: the same, or UNLABELED. state: a `LabelState`, or GOLD.
    owner: a part of the name, in any case. version: the number of the one that gave the answer.
    since, until: days, both included. surest, least_sure: bounds of the confidence, 0 to 1, both
    included. low: only unsure answers. wrong: only answers that differ from the label. approved:
    only approved labels.
    """

    answer: str = ""
    label: str = ""
    state: str = ""
    owner: str = ""
    source: str = ""
    version: int | None = None
    since: date | None = None
    until: date | None = None
    least_sure: float | None = None
    surest: float | None = None
    low: bool = False
    wrong: bool = False
    approved: bool = False

    def apply(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        return self.by_answers(self.by_columns(drawings))

    def by_columns(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Apply what the drawings' own columns tell."""
        drawings = in_period(drawings, self.since, self.until)
        if self.owner:
            people = User.objects.filter(username__icontains=self.owner)
            drawings = drawings.filter(owner__in=people)
        if self.source:
            drawings = drawings.filter(source=self.source)
        if self.approved:
            drawings = drawings.filter(label_state=LabelState.APPROVED)
        if self.state == GOLD:
            gold = Drawing.objects.filter(gold_at__isnull=False)  # few, with an index of their own
            drawings = drawings.filter(pk__in=gold.values("pk"))
        elif self.state:
            drawings = drawings.filter(label_state=self.state)
        if self.label == NUMBERS:
            drawings = drawings.exclude(number="")
        elif self.label:
            drawings = drawings.filter(label=None if self.label == UNLABELED else int(self.label))
        return drawings

    def by_answers(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Apply what only the answers tell: a look-up for every drawing."""
        if not self.asks_answers:
            return drawings
        # The owner is compared for an index of one person's answers.
        answers = Answer.objects.filter(drawing=OuterRef("pk"), owner=OuterRef("owner"))
        such = self.such_answers(answers)
        # That there is one at all is asked first: databases find these by an index.
        found = self.with_such_answers(drawings).filter(Exists(such))
        return found.filter(Exists(such.that_count()))

    def with_such_answers(self, drawings: DrawingQuerySet) -> DrawingQuerySet:
        """Leave out drawings that no answer at all can make pass: an index finds the others."""
        asked = (self.surest, settings.LOW_CONFIDENCE if self.low else None)
        bounds = [bound for bound in asked if bound is not None]
        if bounds:
            unsure = Answer.objects.filter(confidence__lte=min(bounds))
            drawings = drawings.filter(pk__in=unsure.values("drawing"))
        if self.version is not None:
            given = Answer.objects.filter(version__number=self.version)
            drawings = drawings.filter(pk__in=given.values("drawing"))
        if self.wrong:
            drawings = drawings.filter(label__isnull=False)
        return drawings

    @property
    def asks_answers(self) -> bool:
        bounds = (self.version, self.least_sure, self.surest)
        return bool(self.answer or self.wrong or self.low) or bounds != (None, None, None)

    def such_answers(self, answers: AnswerQuerySet) -> AnswerQuerySet:
        """Filter the answers to the drawing of an outer query."""
        if self.answer == NUMBERS:
            answers = answers.exclude(label__in=CLASSES)
        elif self.answer:
            answers = answers.filter(label=int(self.answer))
        if self.wrong:
            answers = answers.exclude(label=OuterRef("label"))
        if self.low:
            answers = answers.filter(confidence__lt=settings.LOW_CONFIDENCE)
        if self.least_sure is not None:
            answers = answers.filter(confidence__gte=self.least_sure)
        if self.surest is not None:
            answers = answers.filter(confidence__lte=self.surest)
        if self.version is not None:
            answers = answers.filter(version__number=self.version)
        return answers
