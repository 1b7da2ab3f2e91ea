"""What became of one's own labels."""

from collections.abc import Callable

import pytest

from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Correction, ModelVersion, User
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_drawing, make_version

PAGE = "/labels/"


@pytest.fixture
def four(owner: User, reviewer: User) -> list[Correction]:
    """Labels of the owner: approved, rejected with a reason, rejected without one, waiting."""
    given = [
        label_drawing(drawing=make_drawing(owner), by=owner, label=label, source="studio")
        for label in (1, 2, 3, 4)
    ]
    review_corrections(corrections=given[:1], by=reviewer, verdict="approved")
    review_corrections(
        corrections=given[1:2], by=reviewer, verdict="rejected", reason="It has a belly."
    )
    review_corrections(corrections=given[2:3], by=reviewer, verdict="rejected")
    return given


def test_it_says_what_became_of_every_label(four: list[Correction], owner: User) -> None:
    version = make_version(3)
    version.learned_from.add(four[0])

    words = words_of(owner, PAGE)

    assert "Version 3</a> learned from 1 of yours." in words
    for part in ("waits for a reviewer", "“It has a belly.”", "without a reason"):
        assert part in words
    assert "all 4" in words
    assert "pending 1" in words
    assert "rejected 2" in words


def test_it_is_narrowed_by_state(four: list[Correction], owner: User) -> None:
    response = signed_in(owner).get(PAGE, {"state": "rejected"})

    assert response.context["page"].rows == [four[2], four[1]]
    assert signed_in(owner).get(PAGE, {"state": "lost"}).status_code == 400


def test_a_label_that_waits_is_replaced_by_a_newer_one(owner: User, reviewer: User) -> None:
    drawing = make_drawing(owner)
    for label in (1, 9):
        given = label_drawing(drawing=drawing, by=owner, label=label, source="studio")
    assert "1 of your labels waits for a reviewer" in words_of(owner, "/jobs/")
    review_corrections(corrections=[given], by=reviewer, verdict="approved")

    words = words_of(owner, PAGE)

    assert "replaced by a newer label" in words
    assert "its label is now 9" in words
    assert "waits for a reviewer" not in words
    assert "of your labels" not in words_of(owner, "/jobs/")
    (replaced,) = signed_in(owner).get(PAGE, {"state": "replaced"}).context["page"].rows
    assert replaced.to_label == 1


def test_others_labels_are_not_there(four: list[Correction], stranger: User) -> None:
    assert signed_in(stranger).get(PAGE).context["page"].rows == []


@pytest.mark.parametrize("count", [1, 5])
def test_the_number_of_queries_does_not_grow(
    owner: User, first: ModelVersion, count: int, django_assert_num_queries: Callable
) -> None:
    for _ in range(count):
        given = label_drawing(drawing=make_drawing(owner), by=owner, label=1, source="studio")
        first.learned_from.add(given)
    client = signed_in(owner)

    # Session, user, permissions (2), counts, versions, labels, their reviews, their versions.
    with django_assert_num_queries(9):
        assert len(client.get(PAGE).context["page"].rows) == count


def test_the_training_page_knows_labels_that_wait(owner: User, db: None) -> None:
    for _ in range(2):
        label_drawing(drawing=make_drawing(owner), by=owner, label=1, source="studio")

    words = words_of(owner, "/jobs/")

    assert "No label is approved yet." in words
    assert "2 of your labels wait for a reviewer" in words
    assert "0 approved labels" not in words
