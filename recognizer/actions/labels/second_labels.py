"""Two labels per drawing, on request: how well reviewers agree. They change no drawing's label."""

from dataclasses import dataclass
from random import sample

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from mlcore.evaluation.agreement import cohens_kappa
from mlcore.labels import Label
from recognizer.errors import Conflict
from recognizer.models import (
    Correction,
    Drawing,
    ReviewDecision,
    ReviewLease,
    SecondLabel,
    Why,
)
from recognizer.models.drawings import DrawingQuerySet, of_closed_accounts

RECENT = 2_000  # decisions from which drawings are chosen
COMPARED = 1_000  # newest pairs that the agreement is measured on


@dataclass(frozen=True)
class Agreement:
    """How well second labels agree with the first ones.

    kappa: Cohen's, None if it cannot be said. waiting: second labels that nobody has given yet.
    different: the pairs with two labels, newest first.
    """

    pairs: int
    same: int
    kappa: float | None
    waiting: int
    different: list[SecondLabel]

    @property
    def share(self) -> float | None:
        return self.same / self.pairs if self.pairs else None


@transaction.atomic
def ask_second_labels(*, by: AbstractUser, count: int) -> int:
    """Ask for second labels of drawings that a reviewer decided about lately, chosen at random.

    Returns how many were asked for. Raises Conflict if there is no such drawing.
    """
    known = SecondLabel.objects.filter(drawing=OuterRef("drawing"))
    decisions = ReviewDecision.objects.not_undone().exclude(why=Why.SECOND).exclude(by=None)
    decisions = decisions.filter(~Exists(known), drawing__gold_at=None)
    decisions = decisions.exclude(drawing__in=of_closed_accounts())
    newest = decisions.order_by("-pk").values_list("drawing", "pk")[:RECENT]
    first = dict(reversed(newest))  # of several decisions about a drawing the newest
    if not first:
        raise Conflict(_("Reviewers have decided about no drawing that has no second label yet."))
    chosen = sample(sorted(first), min(count, len(first)))
    rows = [SecondLabel(drawing_id=pk, first_id=first[pk], asked_by_id=by.pk) for pk in chosen]
    SecondLabel.objects.bulk_create(rows, ignore_conflicts=True)  # two may ask at once
    return len(rows)


def waiting_for(by: AbstractUser) -> DrawingQuerySet:
    """Return the drawings that wait for a second label that `by` may give: not their own again."""
    asked = SecondLabel.objects.filter(second=None, first__undone_at=None).exclude(first__by=by.pk)
    rows = Drawing.objects.kept().filter(pk__in=asked.values("drawing"), gold_at=None)
    own = Correction.objects.filter(drawing=OuterRef("pk"), by=by.pk)
    return rows.exclude(owner=by.pk).filter(~Exists(own))


def second_label_asked(drawing: Drawing, by: AbstractUser) -> SecondLabel | None:
    """Return the request that this reviewer is about to answer: they hold a lease for it."""
    if not ReviewLease.objects.filter(drawing=drawing, by=by.pk, why=Why.SECOND).exists():
        return None
    waits = SecondLabel.objects.select_for_update().filter(drawing=drawing, second=None)
    return waits.filter(drawing__in=waiting_for(by)).first()


def agreement() -> Agreement:
    """Measure the newest COMPARED pairs. Which reviewer was first differs from pair to pair."""
    rows = pairs()
    labels = [(label(row.first), label(row.second)) for row in rows]
    different = [row for row, (one, two) in zip(rows, labels, strict=True) if one != two]
    waiting = SecondLabel.objects.filter(second=None, first__undone_at=None).count()
    same = len(rows) - len(different)
    return Agreement(len(rows), same, cohens_kappa(labels), waiting, different)


def pairs() -> list[SecondLabel]:
    given = SecondLabel.objects.filter(second__isnull=False, first__undone_at=None)
    rows = given.select_related("first__by", "second__by", "drawing").order_by("-second_id")
    return list(rows.defer("drawing__picture", "drawing__directions")[:COMPARED])


def label(decision: ReviewDecision | None) -> Label | None:
    return decision.label if decision else None
