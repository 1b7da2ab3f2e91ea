"""Labels that are numbers: given, compared, reviewed, counted."""

from uuid import uuid4

import pytest

from mlcore.evaluation.numbers import NumberFigures
from recognizer.actions.drawings.filters import NUMBERS, DrawingFilter
from recognizer.actions.labels.gold import gold_counts, gold_set, mark_gold
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.label_quality import score_corrections
from recognizer.actions.labels.review_decisions import review_drawing
from recognizer.actions.versions.answer_changes import (
    answered_by,
    cells_of,
    changes,
    confusion,
    labeled,
    number_figures,
)
from recognizer.errors import Refused
from recognizer.models import Answer, Correction, Drawing

SOURCE = Correction.Source.API


def label(drawing: Drawing, by, value):
    return label_drawing(drawing=drawing, by=by, label=value, source=SOURCE)


def answers(drawing: Drawing, value) -> None:
    Answer.objects.filter(drawing=drawing).update(label=value)


@pytest.mark.parametrize(
    ("given", "stored", "number", "shown"),
    [
        ("2026", "2026", "2026", "2026"),
        ("3.5", "35", "3.5", "3.5"),
        ("-4", 4, "-4", "-4"),
        ("10", "10", "10", "10"),
        (10, 10, "", "not a digit"),
        ("not_a_digit", 10, "", "not a digit"),
        ("7", 7, "", "7"),
    ],
)
def test_a_label_is_a_digit_or_a_number(draw, owner, given, stored, number, shown) -> None:
    drawing = draw(owner)
    correction = label(drawing, owner, given)
    correction.refresh_from_db()
    drawing.refresh_from_db()
    assert (correction.to_label, correction.number) == (drawing.label, drawing.number)
    assert (drawing.label, drawing.number, drawing.label_text) == (stored, number, shown)
    assert correction.to_text == shown


@pytest.mark.parametrize("given", ["20?6", "x", "", "1" * 25, True, 7.0])
def test_anything_else_is_refused_and_changes_nothing(draw, owner, given) -> None:
    drawing = draw(owner)
    with pytest.raises(Refused, match="a number such as 2026"):
        label(drawing, owner, given)
    assert not drawing.corrections.exists()


def test_the_same_number_again_adds_no_row_and_other_signs_do(draw, owner) -> None:
    drawing = draw(owner)
    assert label(drawing, owner, "3.5") == label(drawing, owner, "3.5")
    assert label(drawing, owner, "35").number == "35"
    assert drawing.corrections.count() == 2


def test_signs_are_left_aside_when_an_answer_is_compared(draw, owner, reviewer) -> None:
    drawing = draw(owner)
    label(drawing, reviewer, "3.5")
    answers(drawing, "35")
    drawing.refresh_from_db()
    assert not drawing.is_wrong
    assert not DrawingFilter(wrong=True).apply(Drawing.objects.all())
    answers(drawing, "34")
    assert list(DrawingFilter(wrong=True).apply(Drawing.objects.all())) == [drawing]


def test_numbers_are_a_filter_of_labels_and_of_answers(draw, owner) -> None:
    one, other = draw(owner), draw(owner)
    label(one, owner, "10")
    label(other, owner, 10)
    answers(other, "12")
    assert list(DrawingFilter(label=NUMBERS).apply(Drawing.objects.all())) == [one]
    assert list(DrawingFilter(label="10").apply(Drawing.objects.all())) == [other]
    assert list(DrawingFilter(answer=NUMBERS).apply(Drawing.objects.all())) == [other]


def test_a_reviewer_approves_the_same_number_and_replaces_another(draw, owner, reviewer) -> None:
    same, other = draw(owner), draw(owner)
    given = [label(each, owner, "2026") for each in (same, other)]
    decisions = [
        review_drawing(drawing=drawing, by=reviewer, correction=old.pk, label=said, key=uuid4())
        for drawing, old, said in zip((same, other), given, ("2026", "2025"), strict=True)
    ]
    assert [decision.verdict for decision in decisions] == ["approved", "rejected"]
    other.refresh_from_db()
    assert (other.label, other.label_state) == ("2025", "approved")


@pytest.mark.parametrize(
    ("first", "given", "verdict"),
    [
        ("-7", "-7", "approved"),
        ("-7", "+7", "rejected"),
        ("-7", 7, "rejected"),
        ("+7", 7, "approved"),
        ("3.5", "35", "approved"),
        ("-3.5", "3.5", "rejected"),
    ],
)
def test_a_number_below_zero_is_another_one(
    draw, owner, reviewer, first: str, given: int | str, verdict: str
) -> None:
    drawing = draw(owner)
    waiting = label(drawing, owner, first)
    decision = review_drawing(
        drawing=drawing, by=reviewer, correction=waiting.pk, label=given, key=uuid4()
    )
    assert decision.verdict == verdict
    assert (decision.added is None) == (verdict == "approved")


def test_numbers_have_no_label_quality_and_wake_nobody(draw, owner) -> None:
    correction = label(draw(owner), owner, "2026")
    assert score_corrections() == 0
    correction.refresh_from_db()
    assert correction.label_quality is None


def test_versions_are_compared_by_whole_numbers_and_by_digits(
    draw, owner, reviewer, version
) -> None:
    said = {"2026": "2026", "3.5": "45", 7: 7, 1: "11"}
    for given, answer in said.items():
        drawing = draw(owner)
        label(drawing, reviewer, given)
        answers(drawing, answer)
    cells = cells_of(answered_by(Drawing.objects.all(), version))
    table, numbers = confusion(cells), number_figures(cells)
    assert numbers == NumberFigures(n=2, exact=1, digits=6, errors=1)
    assert sum(map(sum, table)) == table[7][7] + table[1][10] == 2
    counted = changes(labeled(Drawing.objects.all(), version, version))
    assert counted.numbers == (numbers, numbers)
    assert (counted.both, counted.right) == (4, (2, 2))


def test_gold_numbers_are_in_the_gold_set_and_count_as_no_digit(draw, owner, reviewer) -> None:
    drawing = draw(owner)
    label(drawing, reviewer, "-4")
    drawing.refresh_from_db()
    mark_gold(drawings=[drawing], by=reviewer)
    assert gold_set() == {drawing.pk: 4}
    assert sum(gold_counts()) == 0
