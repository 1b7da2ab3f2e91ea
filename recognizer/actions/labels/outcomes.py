"""What became of the labels that a person gave."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Prefetch, QuerySet

from recognizer.actions.labels.gold import LEARNED
from recognizer.models import Correction, Drawing, ModelVersion

PENDING, APPROVED, REJECTED, WITHDRAWN = Correction.State.values


@dataclass(frozen=True)
class Outcomes:
    """Counts of a person's labels by state, and of those that versions learned from.

    learned: (version's number, labels), newest version first.
    """

    by_state: dict[str, int]
    learned: list[tuple[int, int]]

    @property
    def all(self) -> int:
        return sum(self.by_state.values())


def labels_by(person: AbstractUser) -> QuerySet[Correction]:
    """Return the labels that the person gave to drawings that they may see, newest first."""
    return Correction.objects.filter(by=person.pk, drawing__in=Drawing.objects.visible_to(person))


def outcomes_for(person: AbstractUser) -> Outcomes:
    rows = labels_by(person).order_by().values("state").annotate(count=Count("pk"))
    learned = LEARNED.filter(correction__in=labels_by(person)).order_by("-modelversion__number")
    by_version = learned.values_list("modelversion__number").annotate(count=Count("pk"))
    counts = dict.fromkeys(Correction.State.values, 0)
    return Outcomes(counts | {row["state"]: row["count"] for row in rows}, list(by_version))


def waiting_count(person: AbstractUser) -> int:
    return labels_by(person).filter(state=PENDING).count()


def with_outcomes(labels: QuerySet[Correction]) -> QuerySet[Correction]:
    """Load what a list of labels shows, but no pictures."""
    versions = ModelVersion.objects.only("number").order_by("number")
    rows = labels.select_related("drawing").defer("drawing__picture", "drawing__directions")
    return rows.prefetch_related("reviews", Prefetch("learned_by", versions))
