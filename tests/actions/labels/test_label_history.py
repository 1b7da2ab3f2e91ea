import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.labels.label_history import (
    label_drawing,
    label_drawings,
    review_corrections,
    withdraw_approval,
)
from recognizer.errors import Conflict, Forbidden, Missing, Refused
from recognizer.models import Correction, Drawing, Review
from tests.conftest import person


def label(drawing, by, value):
    return label_drawing(drawing=drawing, by=by, label=value, source="studio")


def test_an_owners_label_is_pending(draw, owner):
    drawing = draw(owner)
    correction = label(drawing, owner, 7)
    assert (correction.from_label, correction.to_label, correction.state) == (None, 7, "pending")
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (7, "pending")


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_reviewers_label_of_another_persons_drawing_is_approved_at_once(
    draw, owner, role, request
):
    drawing = draw(owner)
    assert label(drawing, request.getfixturevalue(role), 7).state == "approved"


def test_a_setting_makes_it_wait_for_another_reviewer(
    draw, owner, reviewer, administrator, settings
):
    settings.STAFF_LABELS_COUNT_AT_ONCE = False
    drawing = draw(owner)
    assert [label(drawing, reviewer, 7).state for _ in range(2)] == ["pending", "pending"]
    assert label(drawing, administrator, 7).state == "approved"
    assert Review.objects.get().by == administrator


def test_several_are_locked_in_one_order_before_any_is_labeled(draw, owner, reviewer):
    drawings = [draw(owner), draw(owner), draw(owner)]
    with CaptureQueriesContext(connection) as queries:
        label_drawings(drawings=drawings[::-1], by=reviewer, label=7, source="history")
    first = next(each["sql"] for each in queries if "recognizer_drawing" in each["sql"])
    assert all(str(each.pk) in first for each in drawings)
    assert re.search(r"ORDER BY \S+ ASC", first)
    labeled = Correction.objects.order_by("pk").values_list("drawing", flat=True)
    assert list(labeled) == [each.pk for each in drawings]


def test_if_one_of_several_is_gone_none_is_labeled(draw, owner, reviewer):
    here, gone = draw(owner), draw(owner)
    number = gone.pk
    Drawing.objects.filter(pk=number).delete()
    with pytest.raises(Missing, match=f"There is no drawing {number}"):
        label_drawings(drawings=[here, gone], by=reviewer, label=7, source="history")
    with pytest.raises(Missing, match=f"There is no drawing {number}"):
        label(gone, owner, 7)
    assert not Correction.objects.exists()


def test_staff_with_view_permission_approve_nothing(draw, owner, reviewer):
    onlooker = person("onlooker", "view_drawing", "view_correction", is_staff=True)
    assert label(draw(owner), onlooker, 7).state == "pending"


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_reviewers_own_drawing_waits_for_another(draw, role, request):
    colleague = person("colleague", "review_correction")
    drawer = request.getfixturevalue(role)
    drawing = draw(drawer)
    correction = label(drawing, drawer, 7)
    assert correction.state == "pending"
    assert label(drawing, colleague, 7).state == "approved"


class TestTheOnlyReviewer:
    """On a one-person site nobody else could ever approve a label."""

    def test_approves_their_own_label(self, draw, administrator, owner):
        assert label(draw(administrator), administrator, 7).state == "approved"

    def test_does_not_if_the_setting_is_off(self, draw, administrator, settings):
        settings.SOLE_REVIEWER_APPROVES = False
        assert label(draw(administrator), administrator, 7).state == "pending"

    def test_is_not_the_only_one_beside_another_reviewer(self, draw, administrator, reviewer):
        assert label(draw(administrator), administrator, 7).state == "pending"

    def test_is_the_only_one_again_once_the_other_is_inactive(self, draw, administrator, reviewer):
        waiting = label(draw(administrator), administrator, 7)
        reviewer.is_active = False
        reviewer.save()
        assert review_corrections(corrections=[waiting], by=administrator, verdict="approved") == 1

    def test_staff_with_view_permission_do_not_count(self, draw, administrator):
        person("onlooker", "view_drawing", is_staff=True)
        assert label(draw(administrator), administrator, 7).state == "approved"

    def test_an_owner_without_review_permission_still_waits(self, draw, owner):
        assert label(draw(owner), owner, 7).state == "pending"


def test_reviewers_cannot_review_their_own_labels(draw, reviewer, administrator):
    own = label(draw(reviewer), reviewer, 7)
    for verdict in ("approved", "rejected"):
        with pytest.raises(Forbidden, match="cannot review your own label"):
            review_corrections(corrections=[own], by=reviewer, verdict=verdict)
    own.refresh_from_db()
    assert own.state == "pending"
    assert not Review.objects.exists()


def test_own_labels_among_others_are_skipped(draw, owner, reviewer, administrator):
    own, other = label(draw(reviewer), reviewer, 7), label(draw(owner), owner, 7)
    assert review_corrections(corrections=[own, other], by=reviewer, verdict="approved") == 1
    assert list(Correction.objects.filter(state="approved")) == [other]


def test_every_change_is_a_row_of_its_own(draw, owner, reviewer):
    drawing = draw(owner)
    label(drawing, owner, 1)
    label(drawing, owner, 7)
    label(drawing, reviewer, 10)
    rows = drawing.corrections.order_by("id").values_list("by__username", "from_label", "to_label")
    assert list(rows) == [("owner", None, 1), ("owner", 1, 7), ("reviewer", 7, 10)]


def test_repeating_a_label_adds_nothing(draw, owner):
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


@pytest.mark.parametrize("value", [-1, 11, None, "x"])
def test_an_invalid_label_is_refused(draw, owner, value):
    drawing = draw(owner)
    with pytest.raises(Refused, match="0 to 9"):
        label(drawing, owner, value)
    assert not drawing.corrections.exists()


def test_a_review_is_recorded_with_reviewer_and_verdict(draw, owner, reviewer):
    correction = label(draw(owner), owner, 7)
    assert review_corrections(corrections=[correction], by=reviewer, verdict="approved") == 1
    review = Review.objects.get()
    assert (review.correction, review.by, review.verdict) == (correction, reviewer, "approved")


def test_a_correction_is_decided_once(draw, owner, reviewer, administrator):
    correction = label(draw(owner), owner, 7)
    review_corrections(corrections=[correction], by=reviewer, verdict="rejected")
    assert review_corrections(corrections=[correction], by=administrator, verdict="approved") == 0
    assert Correction.objects.get().state == "rejected"


def test_after_a_rejection_the_previous_label_counts(draw, owner, reviewer):
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


@pytest.fixture
def approved(draw, owner, reviewer):
    """A reviewer's approved label 1 after the owner's pending label 7."""
    drawing = draw(owner)
    label(drawing, owner, 7)
    return label(drawing, reviewer, 1)


def test_an_approval_can_be_withdrawn_with_a_reason(approved, administrator):
    withdraw_approval(correction=approved, by=administrator, reason=" a misclick ")
    approved.refresh_from_db()
    assert approved.state == "withdrawn"
    review = Review.objects.get()
    assert (review.by, review.verdict, review.reason) == (
        administrator,
        "withdrawn",
        "a misclick",
    )
    assert (approved.drawing.label, approved.drawing.label_state) == (7, "pending")


def test_a_drawing_whose_only_approval_is_withdrawn_has_no_label(draw, owner, reviewer):
    drawing = draw(owner)
    withdraw_approval(correction=label(drawing, reviewer, 7), by=reviewer, reason="a one")
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (None, "")
    assert label(drawing, reviewer, 7).state == "approved"  # labeled again


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Give a reason for withdrawing"),
        ("  ", "Give a reason for withdrawing"),
        ("x" * 301, "A reason has at most 300 characters"),
    ],
)
def test_withdrawing_needs_a_valid_reason(approved, reviewer, reason, words):
    with pytest.raises(Refused, match=words):
        withdraw_approval(correction=approved, by=reviewer, reason=reason)
    approved.refresh_from_db()
    assert approved.state == "approved"


def test_an_approval_is_withdrawn_once(approved, reviewer):
    withdraw_approval(correction=approved, by=reviewer, reason="wrong")
    with pytest.raises(Conflict, match="no approval to withdraw"):
        withdraw_approval(correction=approved, by=reviewer, reason="wrong")
    assert Review.objects.count() == 1


def test_a_pending_label_has_no_approval_to_withdraw(draw, owner, reviewer):
    with pytest.raises(Conflict, match="no approval to withdraw"):
        withdraw_approval(correction=label(draw(owner), owner, 7), by=reviewer, reason="wrong")


class TestTheLabelOfAGoldDrawing:
    """Changing it changes what versions are measured on, so it needs the gold permission."""

    @pytest.fixture
    def gold(self, approved, administrator):
        mark_gold(drawings=[approved.drawing], by=administrator)
        return approved

    def test_is_pending_if_given_by_others(self, gold, reviewer):
        assert label(gold.drawing, reviewer, 4).state == "pending"

    def test_is_approved_if_given_by_an_administrator(self, gold, administrator):
        assert label(gold.drawing, administrator, 4).state == "approved"

    def test_can_be_reviewed_by_administrators_only(self, gold, owner, reviewer, administrator):
        waiting = label(gold.drawing, owner, 4)
        with pytest.raises(Forbidden, match="gold"):
            review_corrections(corrections=[waiting], by=reviewer, verdict="approved")
        with pytest.raises(Forbidden, match="gold"):
            withdraw_approval(correction=gold, by=reviewer, reason="a four")
        assert review_corrections(corrections=[waiting], by=administrator, verdict="rejected") == 1
