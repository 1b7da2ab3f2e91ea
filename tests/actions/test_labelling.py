import pytest

from recognizer.actions.labelling import (
    approved_corrections,
    label_drawing,
    review_corrections,
)
from recognizer.errors import Refused
from recognizer.models import Correction, Review


def label(drawing, by, value):
    return label_drawing(drawing=drawing, by=by, label=value, source="studio")


def test_an_owners_label_waits_for_approval(draw, owner):
    drawing = draw(owner)
    correction = label(drawing, owner, 7)
    assert (correction.from_label, correction.to_label, correction.state) == (None, 7, "pending")
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (7, "pending")


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_reviewers_label_counts_at_once(draw, owner, role, request):
    drawing = draw(owner)
    assert label(drawing, request.getfixturevalue(role), 7).state == "approved"


def test_every_change_is_a_row_of_its_own(draw, owner, reviewer):
    drawing = draw(owner)
    label(drawing, owner, 1)
    label(drawing, owner, 7)
    label(drawing, reviewer, 10)
    rows = drawing.corrections.order_by("id").values_list("by__username", "from_label", "to_label")
    assert list(rows) == [("owner", None, 1), ("owner", 1, 7), ("reviewer", 7, 10)]


def test_saying_the_same_again_adds_nothing(draw, owner):
    drawing = draw(owner)
    assert label(drawing, owner, 7) == label(drawing, owner, 7)
    assert drawing.corrections.count() == 1


def test_a_reviewer_who_repeats_a_waiting_label_approves_it(draw, owner, reviewer):
    drawing = draw(owner)
    label(drawing, owner, 7)
    label(drawing, reviewer, 7)
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (7, "approved")
    assert drawing.corrections.count() == 2


@pytest.mark.parametrize("value", [-1, 11, None, "7"])
def test_it_refuses_what_is_no_label(draw, owner, value):
    drawing = draw(owner)
    with pytest.raises(Refused, match="0 to 9"):
        label(drawing, owner, value)
    assert not drawing.corrections.exists()


def test_a_review_is_recorded_with_who_and_what(draw, owner, reviewer):
    correction = label(draw(owner), owner, 7)
    assert review_corrections(corrections=[correction], by=reviewer, verdict="approved") == 1
    review = Review.objects.get()
    assert (review.correction, review.by, review.verdict) == (correction, reviewer, "approved")


def test_a_correction_is_decided_once(draw, owner, reviewer, administrator):
    correction = label(draw(owner), owner, 7)
    review_corrections(corrections=[correction], by=reviewer, verdict="rejected")
    assert review_corrections(corrections=[correction], by=administrator, verdict="approved") == 0
    assert Correction.objects.get().state == "rejected"


def test_a_rejected_label_gives_way_to_the_one_before(draw, owner, reviewer):
    drawing = draw(owner)
    label(drawing, reviewer, 7)
    wrong = label(drawing, owner, 1)
    review_corrections(corrections=[wrong], by=reviewer, verdict="rejected")
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (7, "approved")


def test_a_drawing_whose_only_label_is_rejected_has_none(draw, owner, reviewer):
    drawing = draw(owner)
    review_corrections(corrections=[label(drawing, owner, 1)], by=reviewer, verdict="rejected")
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (None, "")


def test_training_learns_the_newest_approved_label_of_each_drawing(draw, owner, reviewer):
    first, second, third = draw(owner), draw(owner), draw(owner)
    label(first, reviewer, 1)
    label(first, reviewer, 7)
    label(second, owner, 2)  # waits
    label(third, reviewer, 3)
    assert [(c.drawing_id, c.to_label) for c in approved_corrections()] == [
        (first.pk, 7),
        (third.pk, 3),
    ]
