"""Answers as JSON, in the same format for fresh and stored answers.

Plain functions, for speed: the studio sends ten requests a second. AnswerSerializer describes the
format; a test checks that both agree.
"""

import base64
from typing import Any

from mlcore.labels import CLASSES, DIGITS
from mlcore.recognition.inference import Answer
from mlcore.recognition.number_reading import Mark, NumberReading
from recognizer.actions.drawings.recognition import Recognition, sureness_of, text_of
from recognizer.actions.drawings.refusal_reasons import reason_of
from recognizer.actions.drawings.store import answer_of, number_of
from recognizer.api.answer_texts import words, words_for_nothing
from recognizer.models import Drawing


def answer_to(recognition: Recognition) -> dict[str, Any]:
    return answer_json(
        recognition.answer,
        pixels=recognition.ink.as_bytes,
        version=recognition.version_number,
        latency_ms=recognition.latency_ms,
        number=recognition.number,
        is_picture=recognition.ink.gray is not None,
        nothing=words_for_nothing(recognition.ink) if recognition.answer is None else "",
    )


def stored_answer(drawing: Drawing) -> dict[str, Any] | None:
    """Return a drawing's newest answer. It needs no query after `with_answers()`."""
    answer = drawing.answer
    if answer is None:
        return None
    return answer_json(
        answer_of(answer),
        pixels=bytes(drawing.network_input),
        version=answer.version.number,
        latency_ms=answer.latency_ms,
        number=number_of(answer),
        is_picture=drawing.source == Drawing.Source.UPLOAD,
    )


def answer_json(
    answer: Answer | None,
    *,
    pixels: bytes,
    version: int,
    latency_ms: float,
    number: NumberReading | None = None,
    is_picture: bool,
    nothing: str = "",
) -> dict[str, Any]:
    """answer: None if nothing was drawn, and `nothing` says why.

    pixels: the 784 bytes of the network input's ink. number: what a drawing of several digits
    shows.
    """
    reason = reason_of(answer, several=number is not None)
    return {
        "is_digit": answer is not None and answer.is_digit,
        "digit": answer.digit if answer else None,
        "confidence": answer.confidence if answer else 1.0,
        "top": [{"digit": digit, "probability": p} for digit, p in answer.top] if answer else [],
        "probabilities": answer.probabilities if answer else [0.0] * len(DIGITS),
        "not_a_digit": answer.not_a_digit if answer else 0.0,
        "class_probabilities": answer.class_probabilities if answer else [0.0] * CLASSES,
        "blank": answer is None,
        "reason": reason,
        "message": words(answer, reason, number, is_picture=is_picture) if answer else nothing,
        "text": text_of(answer, number),
        "text_confidence": sureness_of(answer, number),
        "marks": [] if number is None else [mark_json(mark) for mark in number.marks],
        "network_input": base64.b64encode(pixels).decode(),
        "version": version,
        "latency_ms": round(latency_ms, 3),
    }


def mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "text": mark.text,
        "box": [round(edge, 2) for edge in mark.box],
        "confidence": mark.confidence,
        "strokes": list(mark.strokes),
    }
