"""The answers of all versions to one drawing, side by side."""

from dataclasses import dataclass
from typing import Any

from recognizer import permissions
from recognizer.actions.drawings.store import answer_of
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Answer, Drawing, ModelVersion, User
from recognizer.presentation.charts import Bar, bars


@dataclass(frozen=True)
class VersionAnswer:
    """A row of the table.

    likeliest: three labels with their probabilities. shares: the probabilities of all eleven.
    right: whether the answer equals the drawing's label; None without a label.
    """

    answer: Answer
    likeliest: list[tuple[int, float]]
    shares: tuple[float, ...]
    bars: list[Bar]
    serves: bool
    right: bool | None


def answers_context(user: User, drawing: Drawing) -> dict[str, Any]:
    """Return the versions' answers, newest version first, and the versions without one.

    Takes a drawing of `with_answers()`.
    """
    serving = serving_deployment()
    serves = serving.version_id if serving else None
    given = sorted(drawing.answers.all(), key=lambda each: -each.version.number)
    read = {each.version_id for each in given}
    unread = ModelVersion.objects.exclude(pk__in=read).order_by("-number")
    return {
        "answers": [row(each, drawing.label, serves) for each in given],
        "unread": list(unread.values_list("number", flat=True)),
        "may_rescore": user.has_perm(permissions.START_TRAINING),
    }


def row(answer: Answer, label: int | None, serves: int | None) -> VersionAnswer:
    stored = answer_of(answer)
    return VersionAnswer(
        answer=answer,
        likeliest=stored.likeliest,
        shares=stored.class_probabilities,
        bars=bars(stored.class_probabilities),
        serves=answer.version_id == serves,
        right=None if label is None else answer.label == label,
    )
