"""The messages and reasons of answers."""

from typing import Any

import pytest
from django.test import Client

from mlcore.recognition.inference import Answer
from recognizer.actions.drawings.refusal_reasons import reason_of
from recognizer.api.answer_texts import words
from tests.api.client import DRAWN, post

pytestmark = pytest.mark.usefixtures("version")

ONE_BESIDE = [[[330, 80], [328, 300]]]


def answer(not_a_digit: float = 0.0, *, refused: bool = False, **shares: float) -> Answer:
    """Make an answer: `answer(d7=0.6, d1=0.4)`. Digits that are not named have probability 0."""
    probabilities = tuple(shares.get(f"d{digit}", 0.0) for digit in range(10))
    best = max(range(10), key=lambda digit: probabilities[digit])
    label = 10 if refused else best
    confidence = not_a_digit if refused else probabilities[best] * (1 - not_a_digit)
    return Answer(probabilities, not_a_digit, label, confidence)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer(d7=0.99, d1=0.01), ""),
        (answer(d7=0.6, d1=0.4), "Looks like a 7, could be a 1."),
        (answer(d1=0.6, d8=0.4), "Looks like a 1, could be an 8."),
        (answer(0.4, d8=0.95, d3=0.05), "Looks like an 8, if it is a digit."),
        (
            answer(0.6, refused=True, d7=0.9, d1=0.1),
            "Looks like a 7, but the confidence is too low.",
        ),
        (answer(0.99, refused=True, d7=0.9, d1=0.1), "No digit recognized."),
    ],
)
def test_an_uncertain_answer_has_a_message(said: Answer, expected: str) -> None:
    assert words(said, reason_of(said)) == expected


def test_the_message_says_that_there_are_several_digits() -> None:
    refused = answer(0.9, refused=True, d7=1.0)
    reason = reason_of(refused, several=True)
    two = words(refused, reason, (4, 7))
    assert two == "This looks like two digits, 4 and 7. Draw one at a time."
    assert words(refused, reason, (4, 7, 1)) == "This looks like 3 digits. Draw one at a time."


@pytest.mark.parametrize(
    ("strokes", "reason"),
    [(DRAWN["strokes"], None), ([], "blank"), (DRAWN["strokes"] + ONE_BESIDE, "several")],
)
def test_an_answer_has_its_reason(as_owner: Client, strokes: Any, reason: str | None) -> None:
    body = post(as_owner, "recognize/", {"strokes": strokes}).json()
    assert body["reason"] == reason
    assert body["is_digit"] is (reason is None)


def test_a_stored_answer_has_a_reason_too(as_owner: Client) -> None:
    star = [[[150, 150], [150 + x, 150 + y]] for x, y in ((0, -90), (80, 45), (-80, 45), (0, 95))]
    assert post(as_owner, "drawings/", DRAWN).json()["answer"]["reason"] is None
    kept = post(as_owner, "drawings/", {"strokes": star}).json()["answer"]
    assert kept["reason"] in ("unknown", "unsure")
