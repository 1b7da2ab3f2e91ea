"""How many of the labeled drawings each version reads right."""

from collections.abc import Collection

from django.db.models import Count, F, Q

from recognizer.models import Answer, LabelState, ModelVersion
from recognizer.models.drawings import DrawingQuerySet

NEWEST = 2_000  # drawings with an approved label that are counted at most


def right_by_version(
    drawings: DrawingQuerySet, versions: Collection[ModelVersion]
) -> dict[int, tuple[int, int]]:
    """Return (right, answered) of each version's id, of the newest drawings with an approved label.

    A version without an answer to any of them is missing. Makes one query.
    """
    newest = drawings.filter(label_state=LabelState.APPROVED).order_by("-pk").values("pk")[:NEWEST]
    answers = Answer.objects.filter(drawing__in=newest, version__in=versions).order_by()
    rows = answers.values("version").annotate(
        right=Count("pk", filter=Q(label=F("drawing__label"))), n=Count("pk")
    )
    return {pk: (right, n) for pk, right, n in rows.values_list("version", "right", "n")}
