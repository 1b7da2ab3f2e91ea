"""Storing and deleting drawings."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from mlcore.errors import InvalidInk
from recognizer.actions.recognition import Ink, recognise
from recognizer.models import Drawing, Prediction


def save_drawing(*, owner: AbstractBaseUser, ink: Ink) -> Drawing:
    """Stores ink and the serving version's answer to it. Raises InvalidInk where it is blank."""
    recognition = recognise(ink, augmented=settings.STORED_ANSWERS_AUGMENTED)
    if recognition.answer is None:
        raise InvalidInk("Nothing is drawn, so there is nothing to keep.")
    answer = recognition.answer
    with transaction.atomic():
        drawing = Drawing.objects.create(
            owner_id=owner.pk,
            source=ink.source,
            strokes=ink.strokes,
            picture=ink.picture,
            field=ink.pixels,
        )
        Prediction.objects.create(
            drawing=drawing,
            version_id=recognition.version_id,
            answer=answer.label,
            confidence=answer.confidence,
            probabilities=list(answer.probabilities),
            not_a_digit=answer.not_a_digit,
            latency_ms=recognition.latency_ms,
        )
    return drawing
