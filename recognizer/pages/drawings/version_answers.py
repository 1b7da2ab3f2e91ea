"""What every version answered to one drawing, side by side."""

from dataclasses import dataclass
from typing import Any

from recognizer import permissions
from recognizer.actions.drawings.store import answer_of
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Answer, Drawing, ModelVersion, User
from recognizer.presentation.charts import Bar, bars


@dataclass(frozen=True)
class VersionAnswer:
    """A row of the table. top: the three likeliest digits with their probabilities.

    right: whether it says what the drawing's label says, None where there is none.
    """

    answer: Answer
    top: list[tuple[int, float]]
    bars: list[Bar]
    serves: bool
    right: bool | None


def about_answers(user: User, drawing: Drawing) -> dict[str, Any]:
    """The versions that read the drawing, newest first, and those that did not.

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
    return VersionAnswer(
        answer=answer,
        top=answer_of(answer).top,
        bars=bars(answer.probabilities),
        serves=answer.version_id == serves,
        right=None if label is None else answer.label == label,
    )
