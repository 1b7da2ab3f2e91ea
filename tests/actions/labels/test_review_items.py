"""Choice and leases of the next review items."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recognizer.actions.labels import review_queue
from recognizer.actions.labels.review_items import (
    done_today,
    next_review_items,
    queue_at,
    skip_drawing,
)
from recognizer.actions.labels.review_queue import waiting_labels
from recognizer.models import ModelVersion, ReviewLease, User, Why
from tests.actions.labels.queue import labeled, order, review, unlabeled
from tests.conftest import person
from tests.pages.rows import answered, make_version


@pytest.fixture
def version(db: None) -> ModelVersion:
    return make_version(1)


@pytest.fixture
def colleague(db: None) -> User:
    return person("colleague", "review_correction")


def test_the_label_of_the_lowest_quality_comes_first(owner: User, reviewer: User) -> None:
    rows = [labeled(owner, label_quality=quality) for quality in (0.9, 0.1, 0.6)]

    assert order(reviewer) == [rows[i].drawing_id for i in (1, 2, 0)]


def test_a_label_without_a_score_is_ordered_by_the_answers_confidence(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    scored = labeled(owner, label_quality=0.5)
    agreed, denied, unsure = (labeled(owner) for _ in range(3))
    answered(agreed.drawing, version, 7, 0.99)
    answered(denied.drawing, version, 1, 0.97)
    answered(unsure.drawing, version, 7, 0.3)

    assert order(reviewer) == [each.drawing_id for each in (denied, unsure, scored, agreed)]


def test_a_near_duplicate_with_the_same_approved_label_comes_last(
    owner: User, reviewer: User
) -> None:
    older = labeled(owner, state="approved", label_quality=1.0)
    copy = labeled(owner, label_quality=0.1, near_duplicate_of=older.drawing)
    other_label = labeled(owner, 1, label_quality=0.2, near_duplicate_of=older.drawing)
    harmless = labeled(owner, label_quality=0.99)

    assert order(reviewer) == [each.drawing_id for each in (other_label, harmless, copy)]


def test_of_many_labels_the_first_are_found_by_an_index(owner: User, reviewer: User) -> None:
    older = labeled(owner, state="approved", label_quality=1.0)
    labeled(owner, label_quality=0.01, near_duplicate_of=older.drawing)  # left for later
    rows = [labeled(owner, label_quality=quality) for quality in (0.9, 0.1, 0.6)]
    doubt = labeled(owner, state="approved", label_quality=0.2)

    def first(most: int) -> list[int]:
        return [each.pk for each in review_queue.labels(reviewer, most=most)]

    assert first(3) == [rows[1].pk, doubt.pk, rows[2].pk]
    assert first(1) == [rows[1].pk]


def test_of_many_doubts_the_least_sure_are_found_by_an_index(
    owner: User, reviewer: User, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_queue, "FIRST", 2)
    rows = [unlabeled(owner, version, confidence) for confidence in (0.5, 0.2, 0.3)]

    assert [each.pk for each in review_queue.doubts(reviewer)] == [rows[1].pk, rows[2].pk]


def test_an_approved_label_is_reviewed_only_while_its_quality_is_low(
    owner: User, reviewer: User
) -> None:
    low = labeled(owner, state="approved", label_quality=0.2)
    labeled(owner, state="approved", label_quality=0.8)
    labeled(owner, state="rejected", label_quality=0.1)
    labeled(owner, state="withdrawn", label_quality=0.1)
    assert order(reviewer) == [low.drawing_id]

    review(low, reviewer, 7)

    assert order(reviewer) == []


def test_only_the_current_label_is_reviewed(owner: User, reviewer: User) -> None:
    first = labeled(owner, 1)
    newer = first.drawing.corrections.create(by=owner, to_label=7, source="studio", state="pending")

    assert list(waiting_labels(reviewer)) == [newer]


def test_reviewers_get_neither_their_own_nor_gold_drawings(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    labeled(owner, by=reviewer)
    unlabeled(reviewer, version, 0.3)
    gold = labeled(owner)
    gold.drawing.gold_at = timezone.now()
    gold.drawing.save()

    assert order(reviewer, at_random=True) == []


def test_another_persons_label_of_the_reviewers_drawing_is_reviewed(
    owner: User, reviewer: User, colleague: User
) -> None:
    correction = labeled(reviewer, by=colleague)

    assert order(reviewer) == [correction.drawing_id]


def test_a_label_of_a_deleted_account_is_reviewed(owner: User, reviewer: User) -> None:
    correction = labeled(owner, by=None)

    assert order(reviewer) == [correction.drawing_id]


def test_the_answer_of_lowest_confidence_comes_first(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    drawings = [unlabeled(owner, version, confidence) for confidence in (0.7, 0.3, 0.5)]

    assert order(reviewer) == [drawings[i].pk for i in (1, 2, 0)]


def test_a_confident_answer_of_a_later_version_ends_the_doubt(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    answered(unlabeled(owner, version, 0.3), make_version(2), 3, 0.99)

    assert order(reviewer) == []


def test_confident_answers_are_shown_only_at_random_among_waiting_items(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    sure = unlabeled(owner, version, 0.99)

    assert order(reviewer, 12) == []
    assert order(reviewer, 12, at_random=True) == [sure.pk]


def test_every_fifth_drawing_is_a_random_one(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    for _ in range(20):
        labeled(owner)
        unlabeled(owner, version, 0.99)

    items = next_review_items(by=reviewer, count=10)

    assert [item.why for item in items].count(Why.RANDOM) == 2
    assert items[4].why == items[9].why == Why.RANDOM


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.1, 10), (0.5, 50), (1.0, 100)])
def test_the_share_of_random_drawings_is_a_setting(share: float, expected: int) -> None:
    first = [queue_at(place, share) for place in range(100)]

    assert first.count(Why.RANDOM) == expected


def test_random_drawings_are_old_and_new(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    rows = [unlabeled(owner, version, 0.99).pk for _ in range(60)]

    chosen = order(reviewer, 12, at_random=True)

    thirds = [(pk - rows[0]) // 20 for pk in chosen]
    assert all(thirds.count(third) >= 3 for third in range(3))


def test_every_third_other_place_is_a_doubt() -> None:
    first = [queue_at(place, 0.2) for place in range(15)]

    assert (first.count(Why.LABEL), first.count(Why.DOUBT)) == (8, 4)


def test_the_order_continues_after_the_last_decision(
    owner: User, reviewer: User, version: ModelVersion
) -> None:
    rows = [labeled(owner) for _ in range(6)]
    unlabeled(owner, version, 0.99)
    for row in rows[:4]:
        review(row, reviewer, 7)

    assert next_review_items(by=reviewer, count=1)[0].why == Why.RANDOM


def test_two_reviewers_get_different_drawings(owner: User, reviewer: User, colleague: User) -> None:
    rows = [labeled(owner).drawing_id for _ in range(4)]

    assert order(reviewer, 2) == rows[:2]
    assert order(colleague, 4) == rows[2:]


def test_a_reloaded_page_gets_the_same_items(owner: User, reviewer: User) -> None:
    rows = [labeled(owner).drawing_id for _ in range(3)]

    assert order(reviewer, 2) == order(reviewer, 2) == rows[:2]
    assert order(reviewer, 2, holding=rows[:2]) == rows[2:]


def test_a_lease_expires_after_a_minute_unless_it_is_renewed(
    owner: User, reviewer: User, colleague: User
) -> None:
    looked_at, left = (labeled(owner).drawing_id for _ in range(2))
    order(reviewer, 2)
    ReviewLease.objects.update(until=timezone.now() - timedelta(seconds=1))

    order(reviewer, 0, holding=[looked_at])

    assert order(colleague) == [left]


def test_a_lease_taken_by_somebody_else_is_not_renewed(
    owner: User, reviewer: User, colleague: User
) -> None:
    taken = labeled(owner).drawing_id
    order(reviewer)
    ReviewLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    order(colleague)

    order(reviewer, 0, holding=[taken])

    assert ReviewLease.objects.get().by == colleague


def test_a_skipped_drawing_is_delayed_for_the_reviewer_and_free_for_others(
    owner: User, reviewer: User, colleague: User
) -> None:
    skipped, other = (labeled(owner) for _ in range(2))
    order(reviewer, 1)

    skip_drawing(drawing=skipped.drawing, by=reviewer)

    assert order(reviewer) == [other.drawing_id]
    assert order(colleague) == [skipped.drawing_id]
    ReviewLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert order(reviewer) == [skipped.drawing_id, other.drawing_id]


def test_a_reviewer_holds_at_most_twelve(owner: User, reviewer: User) -> None:
    rows = [labeled(owner).drawing_id for _ in range(15)]

    assert order(reviewer, 100) == rows[:12]
    assert order(reviewer, 4, holding=rows[:12]) == []


def test_done_today_excludes_undone_and_older_decisions(owner: User, reviewer: User) -> None:
    today, before, undone = (review(labeled(owner), reviewer, 7) for _ in range(3))
    type(before).objects.filter(pk=before.pk).update(created_at=today.created_at - timedelta(2))
    type(undone).objects.filter(pk=undone.pk).update(undone_at=timezone.now())

    assert done_today(reviewer) == 1
