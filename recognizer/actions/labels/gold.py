"""The gold set: drawings chosen by administrators, on which every candidate is measured."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mlcore.labels import CLASSES, Label
from recognizer.actions.labels.label_history import newest_approved
from recognizer.errors import Conflict
from recognizer.models import Correction, Drawing, ModelVersion

LEARNED = ModelVersion.learned_from.through.objects.all()  # rows: version, correction


def mark_gold(*, drawings: Iterable[Drawing], by: AbstractUser) -> int:
    """Mark the drawings that may be gold. Returns how many were newly marked.

    A gold drawing needs an approved label, and no version may have learned from it. Raises Conflict
    with the reason if none of the drawings can be marked.
    """
    chosen = list(drawings)
    obstacles = why_not_all_gold(chosen)
    markable = [pk for pk, why in obstacles.items() if not why]
    if chosen and not markable:
        raise Conflict(obstacles[chosen[0].pk])
    rows = Drawing.objects.filter(pk__in=markable, gold_at=None)
    return rows.update(gold_at=timezone.now(), gold_by=by.pk)


def unmark_gold(*, drawings: Iterable[Drawing]) -> int:
    """Remove drawings from the gold set. Returns how many were in it."""
    rows = Drawing.objects.filter(pk__in=[drawing.pk for drawing in drawings])
    return rows.filter(gold_at__isnull=False).update(gold_at=None, gold_by=None)


def why_not_gold(drawing: Drawing) -> str:
    """Return why the drawing cannot be gold; empty if it can be or already is."""
    return why_not_all_gold([drawing])[drawing.pk]


def why_not_all_gold(drawings: Sequence[Drawing]) -> dict[int, str]:
    """Return `why_not_gold` of each drawing by its id, with one query for all."""
    learned = LEARNED.filter(correction__drawing__in=drawings).order_by()
    by_drawing = learned.values("correction__drawing").annotate(first=Min("modelversion__number"))
    first = {row["correction__drawing"]: row["first"] for row in by_drawing}
    return {each.pk: obstacle_to_gold(each, first.get(each.pk)) for each in drawings}


def obstacle_to_gold(drawing: Drawing, learned_first: int | None) -> str:
    """Return why the drawing cannot be gold. learned_first: first version that learned from it."""
    if drawing.label_state != Correction.State.APPROVED:
        words = _("%(drawing)s has no approved label, so it cannot be gold.")
        return capfirst(words % {"drawing": drawing})
    if learned_first is not None:
        words = _("%(drawing)s cannot be gold because %(version)s learned from it.")
        version = ModelVersion(number=learned_first)
        return capfirst(words % {"version": version, "drawing": drawing})
    return ""


def learned_by(drawings: Iterable[Drawing] | QuerySet[Any, Any]) -> QuerySet[ModelVersion]:
    """Return the versions that learned from any of the drawings' corrections, oldest first.

    drawings: rows, or a query set of them or of their keys.
    """
    learned = LEARNED.filter(modelversion=OuterRef("pk"), correction__drawing__in=drawings)
    return ModelVersion.objects.filter(Exists(learned)).order_by("number")


def marked_drawings() -> frozenset[int]:
    return frozenset(Drawing.objects.filter(gold_at__isnull=False).values_list("pk", flat=True))


def gold_set() -> dict[int, Label]:
    """Return the gold drawings that are used for measuring, as {id: label}.

    The label is the newest approved one; a later pending label does not remove the drawing from the
    set. A drawing is excluded if a version learned from it while it was being marked.
    """
    rows = Correction.objects.filter(drawing__gold_at__isnull=False, pk__in=newest_approved())
    learned = LEARNED.filter(correction__drawing=OuterRef("drawing"))
    return dict(rows.exclude(Exists(learned)).values_list("drawing_id", "to_label"))


def gold_counts() -> list[int]:
    """Count the drawings of the gold set by label, 0 to 10; numbers are left out."""
    gold = Correction.objects.filter(pk__in=newest_approved(), number="", drawing__in=gold_set())
    counts: Counter[Label] = Counter(gold.values_list("to_label", flat=True))
    return [counts[label] for label in range(CLASSES)]
