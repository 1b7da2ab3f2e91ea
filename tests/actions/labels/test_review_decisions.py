"""What a reviewer's answer does, and how it is taken back."""

import uuid

import pytest
from django.db import IntegrityError

from recognizer.actions.labels import review_decisions
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.review_decisions import review_drawing, undo_decision
from recognizer.actions.labels.review_items import next_review_items
from recognizer.errors import Conflict, Forbidden, Refused
from recognizer.models import Correction, ModelVersion, Review, ReviewDecision, ReviewLease, User
from tests.actions.labels.queue import labeled, order, review, unlabeled
from tests.conftest import person
from tests.pages.rows import answered, make_drawing, make_version


@pytest.fixture
def waiting(owner: User) -> Correction:
    """Says seven."""
    return labeled(owner, 7)


@pytest.fixture
def colleague(db: None) -> User:
    return person("colleague", "review_correction")


def label_of(correction: Correction) -> tuple[int | None, str]:
    correction.drawing.refresh_from_db()
    return correction.drawing.label, correction.drawing.label_state


def history(correction: Correction) -> list[tuple[str, int, str]]:
    """The drawing's labels, oldest first."""
    rows = correction.drawing.corrections.order_by("pk")
    return list(rows.values_list("by__username", "to_label", "state"))


def verdicts() -> list[tuple[str, str]]:
    return list(Review.objects.order_by("pk").values_list("verdict", "reason_code"))


def test_the_same_label_approves_a_pending_label(waiting: Correction, reviewer: User) -> None:
    decision = review(waiting, reviewer, 7)

    assert history(waiting) == [("owner", 7, "approved")]
    assert (decision.verdict, decision.added) == ("approved", None)
    assert Review.objects.get().by == reviewer


def test_another_label_rejects_a_pending_label_and_is_approved(
    waiting: Correction, reviewer: User
) -> None:
    decision = review(waiting, reviewer, 1)

    assert history(waiting) == [("owner", 7, "rejected"), ("reviewer", 1, "approved")]
    assert label_of(waiting) == (1, "approved")
    assert (decision.verdict, decision.added) == ("rejected", Correction.objects.get(to_label=1))
    assert decision.added.source == "review"


def test_with_a_second_reviewer_required_the_own_label_is_pending(
    waiting: Correction, reviewer: User, colleague: User, settings: object
) -> None:
    settings.STAFF_LABELS_COUNT_AT_ONCE = False

    review(waiting, reviewer, 1)

    assert label_of(waiting) == (1, "pending")
    assert order(colleague) == [waiting.drawing_id]
    assert order(reviewer) == []


def test_a_drawing_without_a_label_gets_the_reviewers(owner: User, reviewer: User) -> None:
    drawing = make_drawing(owner)

    decision = review_drawing(
        drawing=drawing, by=reviewer, correction=None, label=10, key=uuid.uuid4()
    )

    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (10, "approved")
    assert (decision.correction, decision.added) == (None, Correction.objects.get())


def test_repeating_an_approved_label_changes_nothing(owner: User, reviewer: User) -> None:
    low = labeled(owner, 7, state="approved", label_quality=0.1)

    decision = review(low, reviewer, 7)

    assert history(low) == [("owner", 7, "approved")]
    assert (decision.verdict, decision.added) == ("", None)


def test_another_label_supersedes_an_approved_one(owner: User, reviewer: User) -> None:
    low = labeled(owner, 7, state="approved", label_quality=0.1)

    review(low, reviewer, 1)

    assert history(low) == [("owner", 7, "approved"), ("reviewer", 1, "approved")]
    assert label_of(low) == (1, "approved")


def test_repeating_an_older_approved_label_adds_nothing(owner: User, reviewer: User) -> None:
    older = labeled(owner, 7, state="approved")
    newer = older.drawing.corrections.create(by=owner, to_label=1, source="api", state="pending")

    decision = review(newer, reviewer, 7)

    assert history(older) == [("owner", 7, "approved"), ("owner", 1, "rejected")]
    assert decision.added is None
    assert label_of(older) == (7, "approved")


def test_a_repeated_request_counts_once(waiting: Correction, reviewer: User) -> None:
    key = uuid.uuid4()

    first, second = (review(waiting, reviewer, 1, key=key) for _ in range(2))

    assert first == second
    assert len(history(waiting)) == 2


def test_a_concurrently_used_key_is_a_conflict(
    waiting: Correction, owner: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's row gets in between looking and writing."""
    key, record = review(waiting, reviewer, 7).key, review_decisions.record

    def late(drawing, by, judged, label, _):  # type: ignore[no-untyped-def]
        return record(drawing, by, judged, label, key)

    monkeypatch.setattr(review_decisions, "record", late)
    with pytest.raises(Conflict, match="key"):
        review(labeled(owner), reviewer, 7)


def test_other_integrity_errors_are_not_used_keys(
    waiting: Correction, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        Review.objects.create(correction=waiting, verdict=None)

    monkeypatch.setattr(review_decisions, "record", refuse)
    with pytest.raises(IntegrityError):
        review(waiting, reviewer, 7)


def test_a_key_is_valid_for_one_drawing_and_one_person(
    waiting: Correction, owner: User, reviewer: User, colleague: User
) -> None:
    key = review(waiting, reviewer, 7).key

    with pytest.raises(Conflict, match="key"):
        review(labeled(owner), reviewer, 7, key=key)
    with pytest.raises(Conflict, match="key"):
        review(waiting, colleague, 7, key=key)


def test_the_second_reviewer_gets_a_conflict(
    waiting: Correction, reviewer: User, colleague: User
) -> None:
    review(waiting, reviewer, 1)

    with pytest.raises(Conflict, match="Somebody else"):
        review(waiting, colleague, 7)
    assert len(history(waiting)) == 2


def test_a_label_added_in_the_meantime_is_a_conflict(
    waiting: Correction, owner: User, reviewer: User
) -> None:
    label_drawing(drawing=waiting.drawing, by=owner, label=2, source="studio")

    with pytest.raises(Conflict):
        review(waiting, reviewer, 7)


def test_reviewers_cannot_judge_their_own_labels(
    owner: User, reviewer: User, colleague: User
) -> None:
    own = labeled(owner, 7, by=reviewer)

    with pytest.raises(Forbidden, match="your own label"):
        review(own, reviewer, 7)
    assert history(own) == [("reviewer", 7, "pending")]


def test_an_invalid_label_is_refused_and_nothing_is_stored(
    waiting: Correction, reviewer: User
) -> None:
    with pytest.raises(Refused, match="0 to 9"):
        review(waiting, reviewer, 11)

    assert history(waiting) == [("owner", 7, "pending")]
    assert not ReviewDecision.objects.exists()


def test_a_decision_stores_the_queue_and_the_answer(owner: User, reviewer: User) -> None:
    version = make_version(1)
    drawing = unlabeled(owner, version, 0.99)
    next_review_items(by=reviewer, count=1, at_random=True)

    decision = review_drawing(
        drawing=drawing, by=reviewer, correction=None, label=5, key=uuid.uuid4()
    )

    assert (decision.why, decision.answer) == ("random", 3)
    assert not ReviewLease.objects.exists()


# Undoing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", [7, 1])
def test_undoing_restores_the_label_and_adds_to_the_history(
    waiting: Correction, reviewer: User, label: int
) -> None:
    decision = review(waiting, reviewer, label)
    before = len(verdicts())

    undo_decision(decision=decision, by=reviewer)

    assert label_of(waiting) == (7, "pending")
    assert verdicts()[-1] == ("pending", "undone")
    assert len(verdicts()) > before
    assert len(history(waiting)) == (1 if label == 7 else 2)


def test_an_undone_drawing_is_leased_to_the_reviewer_again(
    waiting: Correction, reviewer: User, colleague: User
) -> None:
    undo_decision(decision=review(waiting, reviewer, 1), by=reviewer)

    assert order(colleague) == []
    assert order(reviewer) == [waiting.drawing_id]
    review(waiting, reviewer, 7)
    assert label_of(waiting) == (7, "approved")


def test_undoing_removes_the_label_of_an_unlabeled_drawing(owner: User, reviewer: User) -> None:
    drawing = make_drawing(owner)
    decision = review_drawing(
        drawing=drawing, by=reviewer, correction=None, label=4, key=uuid.uuid4()
    )

    undo_decision(decision=decision, by=reviewer)

    drawing.refresh_from_db()
    assert drawing.label is None
    assert Correction.objects.get().state == "withdrawn"


def test_undoing_again_does_nothing(waiting: Correction, reviewer: User) -> None:
    decision = review(waiting, reviewer, 7)

    first, second = (undo_decision(decision=decision, by=reviewer) for _ in range(2))

    assert first.undone_at == second.undone_at
    assert [verdict for verdict, _ in verdicts()] == ["approved", "pending"]


def test_undoing_is_refused_after_another_label(
    waiting: Correction, reviewer: User, colleague: User
) -> None:
    decision = review(waiting, reviewer, 7)
    label_drawing(drawing=waiting.drawing, by=colleague, label=1, source="studio")

    with pytest.raises(Conflict, match="since"):
        undo_decision(decision=decision, by=reviewer)
    assert label_of(waiting) == (1, "approved")


@pytest.mark.parametrize("label", [7, 1])
def test_undoing_is_refused_after_a_version_learned_from_it(
    waiting: Correction, reviewer: User, version: ModelVersion, label: int
) -> None:
    decision = review(waiting, reviewer, label)
    version.learned_from.set([decision.added or waiting])

    with pytest.raises(Conflict, match="version 1 has learned"):
        undo_decision(decision=decision, by=reviewer)


@pytest.fixture
def version(db: None) -> ModelVersion:
    return make_version(1)


def test_a_decision_stores_the_serving_versions_answer(
    waiting: Correction, reviewer: User, version: ModelVersion
) -> None:
    answered(waiting.drawing, version, 9, 0.6)

    assert review(waiting, reviewer, 7).answer == 9
