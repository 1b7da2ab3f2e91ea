"""The messages and reasons of answers."""

import math
from typing import Any

import pytest
from django.test import Client

from mlcore.recognition.inference import Answer
from mlcore.recognition.number_reading import NumberReading
from recognizer.actions.drawings.refusal_reasons import reason_of
from recognizer.api.answer_texts import words
from tests.api.client import DRAWN, post, problem

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
            "Looks like a 7, but it may be none (60%). Write it clearly.",
        ),
        (
            answer(0.99, refused=True, d7=0.9, d1=0.1),
            "Probably not a digit (99%). Write just one number.",
        ),
    ],
)
def test_an_uncertain_answer_has_a_message(said: Answer, expected: str) -> None:
    assert words(said, reason_of(said), is_picture=False) == expected


@pytest.mark.parametrize(
    ("text", "left_out", "expected"),
    [
        ("2026", "", ""),
        ("20?6", "", "“?” stands where no digit could be read."),
        ("70", ".-", "“.-” after the number is left out."),
    ],
)
def test_a_number_has_a_message_if_it_is_not_clear(text: str, left_out: str, expected: str) -> None:
    refused = answer(0.9, refused=True, d7=1.0)
    number = NumberReading(text, (), 0.97, left_out)
    reason = reason_of(refused, several=True)
    assert words(refused, reason, number, is_picture=False) == expected


@pytest.mark.parametrize(
    ("strokes", "reason"),
    [(DRAWN["strokes"], None), ([], "blank"), (DRAWN["strokes"] + ONE_BESIDE, "several")],
)
def test_an_answer_has_its_reason(as_owner: Client, strokes: Any, reason: str | None) -> None:
    body = post(as_owner, "recognize/", {"strokes": strokes}).json()
    assert body["reason"] == reason
    assert body["is_digit"] is (reason is None)


def test_a_number_has_its_text_and_marks(as_owner: Client) -> None:
    strokes = DRAWN["strokes"] + ONE_BESIDE
    body = post(as_owner, "recognize/", {"strokes": strokes}).json()
    assert body["text"] == "71"
    assert body["message"] == ""
    assert 0 < body["text_confidence"] <= 1
    assert [mark["text"] for mark in body["marks"]] == ["7", "1"]
    assert [mark["strokes"] for mark in body["marks"]] == [[0, 1], [2]]
    assert len(body["marks"][0]["box"]) == 4
    assert body["is_digit"] is False


def test_a_digit_is_its_own_text(as_owner: Client) -> None:
    body = post(as_owner, "recognize/", DRAWN).json()
    assert (body["text"], body["marks"]) == ("7", [])
    assert body["text_confidence"] == body["confidence"]
    blank = post(as_owner, "recognize/", {"strokes": []}).json()
    assert (blank["text"], blank["marks"]) == ("", [])


def test_the_mode_is_one_of_three(as_owner: Client) -> None:
    number = post(as_owner, "recognize/?mode=number", DRAWN).json()
    assert [mark["text"] for mark in number["marks"]] == ["7"]
    digit = post(as_owner, "recognize/?mode=digit", {"strokes": DRAWN["strokes"] + ONE_BESIDE})
    assert (digit.json()["text"], digit.json()["marks"]) == ("", [])
    wrong = post(as_owner, "recognize/?mode=word", DRAWN)
    assert problem(wrong) == (400, "invalid")
    assert "mode" in wrong.json()["error"]["fields"]


def test_what_is_no_digit_is_no_number_either(as_owner: Client) -> None:
    turns = [index / 24 * 2 * math.pi for index in range(25)]
    infinity = [[150 + 100 * math.sin(turn), 150 + 50 * math.sin(2 * turn)] for turn in turns]
    for mode in ("auto", "number"):
        body = post(as_owner, f"recognize/?mode={mode}", {"strokes": [infinity]}).json()
        assert (body["text"], body["marks"], body["is_digit"]) == ("", [], False)


def test_a_stored_answer_has_a_reason_too(as_owner: Client) -> None:
    star = [[[150, 150], [150 + x, 150 + y]] for x, y in ((0, -90), (80, 45), (-80, 45), (0, 95))]
    assert post(as_owner, "drawings/", DRAWN).json()["answer"]["reason"] is None
    kept = post(as_owner, "drawings/", {"strokes": star}).json()["answer"]
    assert kept["reason"] in ("unknown", "unsure")


def test_a_saved_number_keeps_its_text_and_marks(as_owner: Client) -> None:
    strokes = DRAWN["strokes"] + ONE_BESIDE
    fresh = post(as_owner, "recognize/", {"strokes": strokes}).json()
    kept = post(as_owner, "drawings/", {"strokes": strokes}).json()["answer"]
    wanted = ("text", "marks", "text_confidence", "reason", "message")
    assert {name: kept[name] for name in wanted} == {name: fresh[name] for name in wanted}


def test_the_history_shows_the_number(as_owner: Client) -> None:
    post(as_owner, "drawings/", {"strokes": DRAWN["strokes"] + ONE_BESIDE})
    page = as_owner.get("/drawings/").content.decode()
    assert '<span class="thumb-digit num">71</span>' in page
