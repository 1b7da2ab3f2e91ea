"""What became of the labels that a person gave."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from recognizer.actions.labels.gold import LEARNED
from recognizer.actions.labels.label_history import newer_labels
from recognizer.models import Correction, Drawing, ModelVersion

PENDING, APPROVED, REJECTED, WITHDRAWN = Correction.State.values
REPLACED = "replaced"  # what waits no longer, because the drawing got a newer label
OUTCOMES = [*Correction.State.values, REPLACED]


@dataclass(frozen=True)
class Outcomes:
    """Counts of a person's labels by outcome, and of those that versions learned from.

    learned: (version's number, labels), newest version first.
    """

    counts: dict[str, int]
    learned: list[tuple[int, int]]

    @property
    def all(self) -> int:
        return sum(self.counts.values())


def labels_by(person: AbstractUser) -> Any:
    """Return the labels that the person gave to drawings that they may see, newest first.

    A query set with the annotation `outcome`, which mypy does not know: the state, or REPLACED.
    """
    replaced = Q(Q(state=PENDING), Exists(newer_labels()))
    seen = Drawing.objects.visible_to(person).filter(pk=OuterRef("drawing"))
    given = Correction.objects.filter(Exists(seen), by=person.pk)
    return given.annotate(outcome=Case(When(replaced, then=Value(REPLACED)), default=F("state")))


def outcomes_for(person: AbstractUser) -> Outcomes:
    rows = labels_by(person).order_by().values_list("outcome").annotate(count=Count("pk"))
    learned = LEARNED.filter(correction__in=labels_by(person)).order_by("-modelversion__number")
    by_version = learned.values_list("modelversion__number").annotate(count=Count("pk"))
    return Outcomes(dict.fromkeys(OUTCOMES, 0) | dict(rows), list(by_version))


def waiting_count(person: AbstractUser) -> int:
    # The state alone, too: an index finds the few that wait.
    waiting: int = labels_by(person).filter(state=PENDING, outcome=PENDING).count()
    return waiting


def with_outcomes(labels: QuerySet[Correction]) -> QuerySet[Correction]:
    """Load what a list of labels shows, but no pictures."""
    versions = ModelVersion.objects.only("number").order_by("number")
    rows = labels.select_related("drawing").defer("drawing__picture", "drawing__directions")
    return rows.prefetch_related("reviews", Prefetch("learned_by", versions))
