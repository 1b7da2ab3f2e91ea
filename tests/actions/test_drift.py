from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mlcore.labels import NOT_A_DIGIT
from recognizer.actions import drift
from recognizer.models import Answer, Drawing, ModelVersion, User
from tests.pages.full_site import UPLOADED
from tests.pages.rows import answered, make_drawing, make_version


@pytest.fixture
def save(owner: User, first: ModelVersion) -> Any:
    """Save a drawing some days ago, with an answer."""

    def saved(
        answer: int, days: float, *, confidence: float = 0.97, of: dict[str, Any] | None = None
    ) -> Drawing:
        at = timezone.now() - timedelta(days=days)
        drawing = make_drawing(owner, created_at=at, **(of or {}))
        answered(drawing, first, answer, confidence)
        return drawing

    return saved


@pytest.fixture
def first(db: None) -> ModelVersion:
    return make_version(1)


def found() -> dict[tuple[str, str], drift.Drift]:
    return {(each.source, each.period): each for each in drift.drifts()}


def shown(counts: drift.Counts) -> dict[int | str, int]:
    return {name: n for name, n in zip(drift.SHOWN, counts.shown, strict=True) if n}


def test_each_period_and_source_has_its_answers(save: Any) -> None:
    save(1, 0.5), save(2, 3), save(3, 10), save(3, 34), save(4, 36)
    save(5, 0.1, of=UPLOADED), save(NOT_A_DIGIT, 20, of=UPLOADED)

    drifts = found()

    assert list(drifts) == [
        ("canvas", "day"),
        ("canvas", "week"),
        ("upload", "day"),
        ("upload", "week"),
    ]
    assert shown(drifts["canvas", "day"].now) == {1: 1}
    assert shown(drifts["canvas", "week"].now) == {1: 1, 2: 1}
    assert shown(drifts["canvas", "week"].before) == {3: 2}
    assert drifts["canvas", "day"].before == drifts["canvas", "week"].before
    assert shown(drifts["upload", "day"].now) == {5: 1}
    assert drifts["upload", "day"].before.refused == 1


def test_confidence_is_counted_by_class(save: Any) -> None:
    for confidence in (0.3, 0.5, 0.79, 0.8, 0.99, 0.9989, 0.999, 1.0):
        save(1, 1.5, confidence=confidence)
    assert found()["canvas", "week"].now.confidence == [1, 2, 1, 0, 0, 2, 2]


def test_labels_that_differ_are_corrections(save: Any) -> None:
    save(1, 2)
    save(1, 2, of={"label": 1, "label_state": "approved"})
    save(1, 2, of={"label": 7, "label_state": "pending"})
    now = found()["canvas", "week"].now
    assert (now.total, now.labeled, now.corrected) == (3, 2, 1)


def test_a_number_is_one_class(save: Any) -> None:
    for number in ("12", "345"):
        Answer.objects.filter(drawing=save(1, 2)).update(label=number)
    assert shown(found()["canvas", "week"].now) == {"number": 2}


def test_the_first_answer_counts(save: Any) -> None:
    drawing = save(1, 2)
    answered(drawing, make_version(2), 7)
    assert shown(found()["canvas", "week"].now) == {1: 1}


def test_imported_drawings_are_left_out(save: Any) -> None:
    save(1, 2, of={"imported_at": timezone.now()})
    assert found()["canvas", "week"].now.total == 0


def test_the_newest_are_counted_if_there_are_many(
    save: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "NEWEST", 2)
    for days, answer in ((5, 5), (0.5, 0), (3, 3)):
        save(answer, days)
    drifts = found()
    assert shown(drifts["canvas", "week"].now) == {0: 1, 3: 1}
    assert drifts["canvas", "week"].now.is_cut
    assert not drifts["canvas", "day"].now.is_cut


def test_the_number_of_queries_is_constant(save: Any, django_assert_num_queries: Any) -> None:
    for days in (0.5, 3, 10):
        save(1, days)
    with django_assert_num_queries(4):
        drift.drifts()


def test_figures_for_programs_are_kept_for_a_while(save: Any) -> None:
    before = drift.recent_drifts()
    save(1, 2)
    assert drift.recent_drifts() == before


def counts(of: dict[int, int]) -> drift.Counts:
    return drift.Counts([of.get(each, 0) for each in drift.SHOWN])


def test_more_refusals_are_more_than_chance() -> None:
    before = counts({1: 480, 2: 495, NOT_A_DIGIT: 25})
    same = drift.differences(counts({1: 95, 2: 100, NOT_A_DIGIT: 5}), before)
    worse = drift.differences(counts({1: 95, 2: 70, NOT_A_DIGIT: 35}), before)

    assert same["refused"].is_chance
    assert same["answers"].is_chance
    assert not worse["refused"].is_chance
    assert not worse["answers"].is_chance
    assert worse["corrected"].p is None
