"""The cheapest way to cut ink into digits is found, with others beside it."""

import pytest

from mlcore.recognition.lattice import BEAM, Segment, aligned, hypotheses


def segment(start: int, stop: int, *, left: float | None = None, **costs: float) -> Segment:
    """costs: by text, with "d" before a digit."""
    texts = {text.removeprefix("d"): cost for text, cost in costs.items()}
    begin = float(start) if left is None else left
    return Segment(start, stop, (begin, begin + stop - start), texts, tuple(texts))


# Three strokes: a 1, and a 4 of two strokes, of which the second alone looks like a 1.
FOUR = [
    segment(0, 1, d1=0.1, d7=2.0),
    segment(1, 2, d6=2.0),
    segment(2, 3, d1=0.5),
    segment(1, 3, d4=0.2, d9=1.0),
    segment(0, 2, d4=5.0),
]


def test_the_cheapest_path_comes_first() -> None:
    found = hypotheses(3, FOUR)
    assert [each.text for each in found[:3]] == ["14", "19", "74"]
    assert found[0].cost == pytest.approx(0.3)
    assert [(step.segment.start, step.segment.stop) for step in found[0].steps] == [(0, 1), (1, 3)]


def test_every_text_is_there_once() -> None:
    ways = [segment(0, 1, d1=0.0), segment(1, 2, d1=0.0), segment(0, 2, d1=3.0)]
    texts = [each.text for each in hypotheses(2, [*ways, segment(1, 2, d1=1.0)])]
    assert texts == ["11", "1"]


def test_no_more_than_the_beam_is_kept() -> None:
    many = [segment(i, i + 1, **{f"d{d}": float(d) for d in range(10)}) for i in range(3)]
    assert len(hypotheses(3, many)) == BEAM


def test_digits_above_each_other_are_not_neighbors() -> None:
    above = [segment(0, 1, d0=0.0, left=0), segment(1, 2, d0=0.0, left=0), segment(0, 2, d8=1.0)]
    beside = [segment(0, 1, d0=0.0), segment(1, 2, d0=0.0), segment(0, 2, d8=1.0)]
    assert hypotheses(2, above)[0].text == "8"
    assert hypotheses(2, beside)[0].text == "00"


def test_a_text_is_aligned_although_it_is_not_the_cheapest() -> None:
    found = aligned(3, FOUR, "161")
    assert found is not None
    assert found.text == "161"
    assert found.cost == pytest.approx(2.6)


def test_signs_do_not_count_when_a_text_is_aligned() -> None:
    point = Segment(1, 2, (1, 1.2), {".": 0.1, "1": 4.0}, (".",))
    found = aligned(3, [segment(0, 1, d3=0.0), point, segment(2, 3, d5=0.0)], "35")
    assert found is not None
    assert found.text == "3.5"
    assert found.digits == "35"


def test_a_text_that_no_path_spells_has_no_alignment() -> None:
    assert aligned(3, FOUR, "999") is None
    assert aligned(3, FOUR, "1") is None
