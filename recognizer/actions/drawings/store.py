"""Store drawings, and find the ones that a request names."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import inference
from mlcore.recognition.number_reading import Mark, NumberReading
from recognizer.actions.drawings.quota import locked_usage
from recognizer.actions.drawings.recognition import Ink, Recognition, recognize_to_store
from recognizer.errors import Missing, Refused, TooLarge
from recognizer.models import Answer, Drawing
from recognizer.models.drawings import DrawingQuerySet, packed
from recognizer.presentation.numbers import localized

MAX_AT_ONCE = 500  # drawings that one request may name
BATCH = 200  # rows of one INSERT
MAX_NAMED = 5  # missing drawings that a message names
LARGEST_KEY = 2**63 - 1


def save_drawing(*, owner: AbstractUser, ink: Ink) -> Drawing:
    """Store ink with the serving version's answer.

    Raises Refused if the ink is blank, and QuotaReached.
    """
    return save_recognition(owner=owner, recognition=recognize_to_store(ink))


def save_recognition(*, owner: AbstractUser, recognition: Recognition) -> Drawing:
    """Store recognized ink with its answer. Raises Refused if it is blank, and QuotaReached."""
    drawing, answer = new_drawing(owner=owner, recognition=recognition)
    with transaction.atomic():
        usage = locked_usage(owner)
        usage.add(drawings=1, size=drawing.size)
        drawing.save()
        answer.save()
        usage.store()
    return drawing


def save_drawings(rows: Sequence[tuple[Drawing, Answer]]) -> None:
    """Store rows of `new_drawing`, a few at a time. Call it in a transaction."""
    Drawing.objects.bulk_create([drawing for drawing, answer in rows], BATCH)
    Answer.objects.bulk_create([answer for drawing, answer in rows], BATCH)


def new_drawing(*, owner: AbstractUser, recognition: Recognition) -> tuple[Drawing, Answer]:
    """Return unsaved rows, a drawing and its answer. Raises Refused if the ink is blank."""
    if recognition.answer is None:
        raise Refused(_("Nothing is drawn, so there is nothing to save."))
    ink, directions = recognition.ink, recognition.ink.directions
    drawing = Drawing(
        owner_id=owner.pk,
        source=ink.source,
        strokes=ink.strokes,
        picture=ink.picture,
        network_input=ink.as_bytes,
        directions=None if directions is None else packed(directions),
    )
    drawing.size = size_of(drawing)
    number = recognition.number
    answer = new_answer(
        drawing,
        recognition.version_id,
        recognition.answer,
        recognition.latency_ms,
        number and number.scaled(1 / ink.reduced),  # to the picture that is kept
    )
    return drawing, answer


def size_of(drawing: Drawing) -> int:
    """Return the bytes of the columns that hold the ink."""
    columns = (drawing.picture, drawing.network_input, drawing.directions)
    ink = "" if drawing.strokes is None else json.dumps(drawing.strokes)
    return len(ink) + sum(len(column or b"") for column in columns)


def new_answer(
    drawing: Drawing,
    version_id: int,
    answer: inference.Answer,
    latency_ms: float,
    number: NumberReading | None = None,
) -> Answer:
    """Return an unsaved row with a version's answer."""
    return Answer(
        drawing=drawing,
        owner_id=drawing.owner_id,
        version_id=version_id,
        label=answer.label if number is None else number.digits,
        confidence=answer.confidence if number is None else number.confidence,
        probabilities=list(answer.probabilities),
        not_a_digit=answer.not_a_digit,
        latency_ms=latency_ms,
        number=None if number is None else asdict(number),
    )


def answer_of(answer: Answer) -> inference.Answer:
    """Return the answer of the digit network that a row stores; the inverse of `new_answer`.

    To a number, also one of a digit with a sign, the network's answer is a refusal.
    """
    label = answer.label
    is_one = isinstance(label, int) and not answer.number_text
    return inference.Answer(
        probabilities=tuple(answer.probabilities),
        not_a_digit=answer.not_a_digit,
        label=label if is_one else NOT_A_DIGIT,
        confidence=answer.confidence if is_one else answer.not_a_digit,
    )


def number_of(answer: Answer) -> NumberReading | None:
    """Return the number that a row stores, or None."""
    stored = answer.number
    if stored is None:
        return None
    marks = tuple(
        Mark(
            mark["text"],
            tuple(mark["box"]),
            mark["confidence"],
            tuple(mark["strokes"]),
        )
        for mark in stored["marks"]
    )
    return NumberReading(stored["text"], marks, stored["confidence"], stored["left_out"])


def chosen_drawings(
    *, by: AbstractUser, ids: Collection[int], everybody: bool = False
) -> DrawingQuerySet:
    """Return the person's own drawings with these ids, or anybody's that they see.

    Raises TooLarge for more than MAX_AT_ONCE ids, and Missing if one does not exist or is not seen.
    """
    refuse_too_many(len(ids))
    drawings = Drawing.objects.visible_to(by) if everybody else Drawing.objects.owned_by(by)
    return all_there(drawings, ids)


def refuse_too_many(count: int) -> None:
    if count > MAX_AT_ONCE:
        words = _("%(count)s drawings were chosen; at most %(most)d are allowed at a time.")
        raise TooLarge(words % {"count": localized(f"{count:,}"), "most": MAX_AT_ONCE})


def all_there(drawings: DrawingQuerySet, ids: Collection[int]) -> DrawingQuerySet:
    """Return the drawings with these ids. Raises Missing if one is not among `drawings`."""
    possible = [pk for pk in ids if pk <= LARGEST_KEY]
    found = drawings.filter(pk__in=possible)
    refuse_missing(ids, found.values_list("pk", flat=True))
    return found


def locked_drawings(ids: Collection[int]) -> list[Drawing]:
    """Return anybody's drawings with these ids, locked, without their ink.

    All locks are taken in this order, so that actions on the same drawings cannot deadlock. Raises
    Missing if one is gone.
    """
    rows = Drawing.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    locked = list(rows.defer("strokes", "picture", "network_input", "directions"))
    refuse_missing(ids, [each.pk for each in locked])
    return locked


def refuse_missing(ids: Collection[int], found: Iterable[int]) -> None:
    missing = sorted(set(ids) - set(found))
    if not missing:
        return
    words = _("There is no drawing %(ids)s. Nothing was done.")
    if len(missing) > MAX_NAMED:
        words = _("There are no drawings %(ids)s and others. Nothing was done.")
    raise Missing(words % {"ids": ", ".join(map(str, missing[:MAX_NAMED]))})
