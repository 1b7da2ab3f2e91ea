"""Two labels per drawing, on request, and warnings of contradictions."""

from uuid import uuid4

import pytest

from recognizer.actions.labels import second_labels
from recognizer.actions.labels.review_decisions import (
    contradicts_sure_answer,
    review_drawing,
    undo_decision,
)
from recognizer.actions.labels.review_items import next_review_items
from recognizer.actions.labels.second_labels import agreement, ask_second_labels
from recognizer.errors import Conflict
from recognizer.models import Drawing, ModelVersion, ReviewDecision, User, Why
from tests.conftest import person, signed_in, words_of
from tests.pages.rows import answered, make_drawing


@pytest.fixture
def another(db: None) -> User:
    return person("another", "review_correction")


@pytest.fixture
def drawings(owner: User, first: ModelVersion) -> list[Drawing]:
    made = [make_drawing(owner) for _ in range(4)]
    for drawing in made:
        answered(drawing, first, 7, confidence=0.995)
    return made


def decide(drawing: Drawing, by: User, label: int) -> ReviewDecision:
    return review_drawing(drawing=drawing, by=by, correction=None, label=label, key=uuid4())


@pytest.fixture
def asked(drawings: list[Drawing], reviewer: User) -> list[Drawing]:
    """The reviewer labeled all four 7; second labels of them are asked for."""
    for drawing in drawings:
        decide(drawing, reviewer, 7)
    assert ask_second_labels(by=reviewer, count=10) == 4
    return drawings


def test_two_who_ask_at_once_ask_for_each_once(
    drawings: list[Drawing], reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for drawing in drawings:
        decide(drawing, reviewer, 7)

    def other_is_faster(rows: list[int], count: int) -> list[int]:
        monkeypatch.undo()
        assert ask_second_labels(by=reviewer, count=3) == 3
        return rows[:count]

    monkeypatch.setattr(second_labels, "sample", other_is_faster)
    ask_second_labels(by=reviewer, count=4)
    assert agreement().waiting == 4


def test_another_reviewer_gives_the_second_labels(
    asked: list[Drawing], reviewer: User, another: User
) -> None:
    items = next_review_items(by=another, count=4)
    assert [(item.drawing, item.why) for item in items] == [(each, Why.SECOND) for each in asked]
    assert next_review_items(by=reviewer, count=4) == []

    for drawing, label in zip(asked, (7, 7, 1, 7), strict=True):
        decide(drawing, another, label)

    found = agreement()
    assert (found.pairs, found.same, found.waiting) == (4, 3, 0)
    assert found.kappa == 0  # the first always said 7, so chance alone agrees as often
    assert [each.drawing for each in found.different] == [asked[2]]
    labels = Drawing.objects.values_list("label", "label_state")
    assert set(labels) == {(7, "approved")}  # a second label changes none
    assert Drawing.objects.get(pk=asked[2].pk).corrections.count() == 1


def test_a_second_label_is_undone(asked: list[Drawing], another: User) -> None:
    [item] = next_review_items(by=another, count=1)
    decision = decide(item.drawing, another, 1)

    undo_decision(decision=decision, by=another)

    assert (agreement().pairs, agreement().waiting) == (0, 4)
    decide(item.drawing, another, 7)  # it is leased again
    assert agreement().same == 1


def test_nobody_judges_a_drawing_without_having_been_asked(
    asked: list[Drawing], another: User
) -> None:
    with pytest.raises(Conflict):
        decide(asked[0], another, 1)


def test_each_drawing_is_asked_once(asked: list[Drawing], reviewer: User) -> None:
    with pytest.raises(Conflict, match="no drawing that has no second label"):
        ask_second_labels(by=reviewer, count=1)


@pytest.mark.parametrize(
    ("confidence", "label", "contradicts"),
    [(0.995, 1, True), (0.995, 7, False), (0.995, 10, False), (0.98, 1, False)],
)
def test_a_label_contradicts_a_sure_answer(
    owner: User,
    reviewer: User,
    first: ModelVersion,
    confidence: float,
    label: int,
    contradicts: bool,
) -> None:
    drawing = make_drawing(owner)
    answered(drawing, first, 7, confidence)

    assert contradicts_sure_answer(decide(drawing, reviewer, label)) is contradicts


def test_the_page_asks_and_shows_the_agreement(
    drawings: list[Drawing], reviewer: User, another: User, owner: User
) -> None:
    page = "/review/agreement/"
    for drawing in drawings:
        decide(drawing, reviewer, 7)
    client = signed_in(reviewer)

    assert client.post(page, {"count": "0"}).status_code == 400
    assert (
        "4 second labels are asked for."
        in client.post(page, {"count": "20"}, follow=True).content.decode()
    )
    for item in next_review_items(by=another, count=4):
        decide(item.drawing, another, 1)

    words = words_of(reviewer, page)
    assert "Two different labels" in words
    assert "0.00" in words
    assert signed_in(owner).get(page).status_code == 403
