"""The gold set: drawings that administrators chose to measure every candidate on."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractUser
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mlcore.labels import CLASSES
from recognizer.actions.labels.label_history import newest_approved
from recognizer.errors import Conflict
from recognizer.models import Correction, Drawing, ModelVersion

LEARNED = ModelVersion.learned_from.through.objects.all()  # which version learned which correction


def mark_gold(*, drawings: Iterable[Drawing], by: AbstractUser) -> int:
    """Marks those that may be gold; returns how many were marked by this call.

    Gold needs an approved label, and a drawing that no version learned from. Raises Conflict, with
    the reason, where none of the drawings can be marked.
    """
    chosen = list(drawings)
    obstacles = why_not_all_gold(chosen)
    markable = [pk for pk, why in obstacles.items() if not why]
    if chosen and not markable:
        raise Conflict(obstacles[chosen[0].pk])
    rows = Drawing.objects.filter(pk__in=markable, gold_at=None)
    return rows.update(gold_at=timezone.now(), gold_by=by.pk)


def unmark_gold(*, drawings: Iterable[Drawing]) -> int:
    """Takes them out of the gold set, to be learned from again; returns how many were in it."""
    rows = Drawing.objects.filter(pk__in=[drawing.pk for drawing in drawings])
    return rows.filter(gold_at__isnull=False).update(gold_at=None, gold_by=None)


def why_not_gold(drawing: Drawing) -> str:
    """Why the drawing cannot become gold; empty where it can, or is."""
    return why_not_all_gold([drawing])[drawing.pk]


def why_not_all_gold(drawings: Sequence[Drawing]) -> dict[int, str]:
    """The same of each, by its id, in one query however many they are."""
    learned = LEARNED.filter(correction__drawing__in=drawings).order_by()
    by_drawing = learned.values("correction__drawing").annotate(first=Min("modelversion__number"))
    first = {row["correction__drawing"]: row["first"] for row in by_drawing}
    return {each.pk: obstacle_to_gold(each, first.get(each.pk)) for each in drawings}


def obstacle_to_gold(drawing: Drawing, learned_first: int | None) -> str:
    """learned_first: the number of the first version that learned from the drawing."""
    if drawing.label_state != Correction.State.APPROVED:
        words = _("%(drawing)s has no approved label, so it cannot be gold.")
        return capfirst(words % {"drawing": drawing})
    if learned_first is not None:
        words = _("%(drawing)s cannot be gold because %(version)s learned from it.")
        version = ModelVersion(number=learned_first)
        return capfirst(words % {"version": version, "drawing": drawing})
    return ""


def learned_by(*drawings: Drawing) -> QuerySet[ModelVersion]:
    """The versions that learned from any of the drawings' corrections, oldest first."""
    learned = LEARNED.filter(modelversion=OuterRef("pk"), correction__drawing__in=drawings)
    return ModelVersion.objects.filter(Exists(learned)).order_by("number")


def marked_drawings() -> frozenset[int]:
    return frozenset(Drawing.objects.filter(gold_at__isnull=False).values_list("pk", flat=True))


def gold_set() -> dict[int, int]:
    """The drawings that are measured on, by id, each with its label.

    What counts is the newest approved label, so that a later one which waits takes nothing out of
    the set. A drawing that was marked while a version learned from it measures nothing any more.
    """
    rows = Correction.objects.filter(drawing__gold_at__isnull=False, pk__in=newest_approved())
    learned = LEARNED.filter(correction__drawing=OuterRef("drawing"))
    return dict(rows.exclude(Exists(learned)).values_list("drawing_id", "to_label"))


def gold_counts() -> list[int]:
    """How many drawings of the gold set show each label, 0 to 10."""
    counts = Counter(gold_set().values())
    return [counts[label] for label in range(CLASSES)]
