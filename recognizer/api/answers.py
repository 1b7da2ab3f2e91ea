"""Answers as JSON: the same shape for a fresh one and for one that was stored.

A plain function, since the studio asks ten times a second; AnswerSerializer describes it, and a
test holds the two together.
"""

import base64
from typing import Any

from django.conf import settings

from mlcore.inference import Answer
from mlcore.labels import DIGITS
from recognizer.actions.recognition import Recognition
from recognizer.models import Drawing


def answer_to(recognition: Recognition) -> dict[str, Any]:
    return answer_json(
        recognition.answer,
        pixels=recognition.ink.pixels,
        version=recognition.version_number,
        latency_ms=recognition.latency_ms,
    )


def stored_answer(drawing: Drawing) -> dict[str, Any] | None:
    """The newest answer to a drawing; free of queries after `with_answers()`."""
    prediction = drawing.prediction
    if prediction is None:
        return None
    answer = Answer(
        probabilities=tuple(prediction.probabilities),
        not_a_digit=prediction.not_a_digit,
        label=prediction.answer,
        confidence=prediction.confidence,
    )
    return answer_json(
        answer,
        pixels=bytes(drawing.field),
        version=prediction.version.number,
        latency_ms=prediction.latency_ms,
    )


def answer_json(
    answer: Answer | None, *, pixels: bytes, version: int, latency_ms: float
) -> dict[str, Any]:
    """answer: None where nothing was drawn. pixels: the 784 bytes that the network saw."""
    return {
        "is_digit": answer is not None and answer.is_digit,
        "digit": answer.digit if answer else None,
        "confidence": answer.confidence if answer else 1.0,
        "top": [{"digit": digit, "probability": p} for digit, p in answer.top] if answer else [],
        "probabilities": answer.probabilities if answer else [0.0] * len(DIGITS),
        "not_a_digit": answer.not_a_digit if answer else 0.0,
        "blank": answer is None,
        "message": words(answer),
        "field": base64.b64encode(pixels).decode(),
        "version": version,
        "latency_ms": round(latency_ms, 3),
    }


def words(answer: Answer | None) -> str:
    """What there is to say beside the digit; empty for a digit that is clear."""
    if answer is None:
        return "Nothing is drawn yet."
    if not answer.is_digit:
        return "Not a digit."
    if answer.confidence < settings.LOW_CONFIDENCE:
        return "Could be another digit."
    return ""
