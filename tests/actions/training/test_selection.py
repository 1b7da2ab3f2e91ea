"""Selection: what is trained on, what is measured on, and what is left out for which reason."""

import hashlib
from datetime import timedelta

import cv2
import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.gold import gold_counts, mark_gold, unmark_gold
from recognizer.actions.labels.label_history import label_drawing, withdraw_approval
from recognizer.actions.training.selection import (
    expected_selection,
    is_held_out,
    nothing_to_learn,
    person_limit,
    select_examples,
)
from recognizer.errors import Conflict, Refused
from recognizer.models import Job, User
from recognizer.presentation.messages import in_english
from tests.actions.training.training_examples import (
    HELD_OUT,
    LEARNED_FROM,
    account,
    approved,
    no_networks,
    pictures,
)
from tests.conftest import person
from tests.pages.rows import make_version

pytestmark = pytest.mark.django_db


def take():
    selection, _ = select_examples(heartbeat=lambda: None, networks=no_networks)
    return selection


def ids(examples):
    return [example.correction for example in examples]


def test_the_newest_approved_label_of_each_drawing_is_used():
    drawer, reviewer = account(LEARNED_FROM[0]), person("colleague", "review_correction")
    first, second, third = (each.drawing for each in approved(drawer, pictures(3)))
    label_drawing(drawing=first, by=reviewer, label=7, source="admin")
    label_drawing(drawing=second, by=drawer, label=2, source="studio")  # pending
    learned = [(example.drawing, example.label) for example in take().training]
    assert learned == [(first.pk, 7), (second.pk, 1), (third.pk, 1)]


def test_a_withdrawn_label_is_not_used():
    wrong, right = approved(account(LEARNED_FROM[0]), pictures(2))
    withdraw_approval(correction=wrong, by=person("colleague", "mark_gold"), reason="a seven")
    assert ids(take().training) == [right.pk]


class TestTheSplit:
    def test_the_split_never_changes(self):
        held_out = [number for number in range(1, 61) if is_held_out(number)]
        assert held_out == [8, 12, 18, 21, 24, 26, 27, 35, 39, 49, 55, 57]

    def test_the_split_uses_the_documented_hash(self):
        def share(number):
            digest = hashlib.sha256(b"hold-out 8:%d" % number).hexdigest()
            return int(digest[:16], 16) / 2**64

        assert all(is_held_out(number) == (share(number) < 0.2) for number in range(5_000))

    def test_about_a_fifth_of_writers_are_held_out(self):
        assert 1_900 < sum(map(is_held_out, range(10_000))) < 2_100

    def test_drawings_of_held_out_writers_are_only_measured_on(self):
        reviewer = account(LEARNED_FROM[0])
        learned = approved(reviewer, pictures(2))
        held = approved(reviewer, pictures(3, seed=1), owner=account(HELD_OUT[0]))
        selection = take()
        assert ids(selection.training) == [each.pk for each in learned]
        assert ids(selection.holdout) == [each.pk for each in held]

    def test_the_labeler_does_not_matter(self):
        learned = approved(account(HELD_OUT[0]), pictures(1), owner=account(LEARNED_FROM[0]))
        assert ids(take().training) == [learned[0].pk]


class TestNearDuplicates:
    @pytest.fixture
    def twice(self):
        """Network inputs of a slanted line, and of the same line a little lower."""
        first, again = np.zeros((2, 28, 28), np.uint8)
        cv2.line(first, (10, 4), (17, 23), 255, 2)
        cv2.line(again, (10, 5), (17, 24), 255, 2)
        return first, again

    def test_of_held_out_drawings_are_left_out(self, twice):
        first, again = twice
        approved(account(HELD_OUT[0]), [first])
        copy, other = approved(account(LEARNED_FROM[0]), [again, *pictures(1)])
        selection = take()
        assert ids(selection.training) == [other.pk]
        why = {"code": "nearly_same"}
        assert selection.left_out == ((copy.pk, why),)

    def test_of_gold_drawings_are_left_out(self, twice, administrator):
        gold, copy = approved(account(LEARNED_FROM[0]), twice)
        mark_gold(drawings=[gold.drawing], by=administrator)
        assert [pk for pk, _ in take().left_out] == [copy.pk]

    def test_among_training_examples_stay(self, twice):
        both = approved(account(LEARNED_FROM[0]), twice)
        assert ids(take().training) == [each.pk for each in both]


class TestYoungAccounts:
    @pytest.fixture(autouse=True)
    def two_days(self, settings):
        settings.MIN_ACCOUNT_AGE_DAYS = 2

    def test_their_labels_are_left_out_until_they_are_old_enough(self):
        newcomer = account(LEARNED_FROM[0])
        [waiting] = approved(newcomer, pictures(1))
        why = {"code": "labeler_too_new", "days": 2}
        assert take().left_out == ((waiting.pk, why),)
        User.objects.update(date_joined=timezone.now() - timedelta(days=2, seconds=1))
        assert ids(take().training) == [waiting.pk]

    def test_reviewers_labels_are_used_at_once(self):
        reviewer = person("colleague", "review_correction")
        labels = approved(reviewer, pictures(1), owner=account(LEARNED_FROM[0]))
        assert ids(take().training) == [labels[0].pk]

    def test_a_reviewers_label_of_a_new_accounts_drawing_is_used_at_once(self):
        newcomer, reviewer = account(LEARNED_FROM[0]), person("colleague", "review_correction")
        drawing = approved(newcomer, pictures(1))[0].drawing
        label_drawing(drawing=drawing, by=reviewer, label=7, source="admin")
        assert [example.label for example in take().training] == [7]

    def test_without_a_minimum_age_all_labels_are_used(self, settings):
        settings.MIN_ACCOUNT_AGE_DAYS = 0
        approved(account(LEARNED_FROM[0]), pictures(1))
        assert len(take().training) == 1


class TestOnePersonsShare:
    def test_the_newest_twenty_labels_of_a_person_are_used(self):
        labels = approved(account(LEARNED_FROM[0]), pictures(25))
        selection = take()
        assert ids(selection.training) == [each.pk for each in labels[5:]]
        why = {"code": "too_many_of_one_person", "limit": 20}
        assert selection.left_out == tuple((each.pk, why) for each in labels[:5])

    def test_the_owner_of_the_drawings_does_not_matter(self):
        labeler = account(LEARNED_FROM[0])
        for number in (2, 3):
            approved(labeler, pictures(15, seed=number), owner=account(LEARNED_FROM[number]))
        assert len(take().training) == 20

    def test_deleted_accounts_count_as_one_person(self):
        owner = account(LEARNED_FROM[0])
        for number in (2, 3):
            gone = account(LEARNED_FROM[number])
            approved(gone, pictures(15, seed=number), owner=owner)
            gone.delete()
        assert len(take().training) == 20

    @pytest.mark.parametrize(
        ("offers", "limit"),
        [
            ([], 20),
            ([300], 20),
            ([300] * 19, 20),  # 19 people cannot each have at most 1/20
            ([300] * 20, 300),
            ([30] * 40, 30),
            # 63 <= (63 + 40 * 30) / 20 = 63.15, but 64 > (64 + 40 * 30) / 20
            ([1_000] + [30] * 40, 63),
            ([1_000, 1_000] + [30] * 40, 66),  # 66 <= (132 + 1200) / 20 = 66.6, 67 > 66.7
        ],
    )
    def test_the_limit_is_a_share_of_the_remaining_examples(self, offers, limit):
        assert person_limit(offers) == limit

    def test_both_numbers_can_be_set(self, settings):
        settings.BATCH_PERSON_DRAWINGS, settings.BATCH_PERSON_SHARE = 3, 0.5
        assert person_limit([10, 2]) == 3
        assert person_limit([10, 8]) == 8


class TestGold:
    @pytest.fixture
    def labels(self):
        return approved(account(LEARNED_FROM[0]), pictures(3))

    def test_is_used_for_measuring_at_once_and_never_for_training(self, labels, administrator):
        drawing = labels[0].drawing
        assert mark_gold(drawings=[drawing], by=administrator) == 1
        assert ids(take().gold) == [labels[0].pk]
        assert ids(take().training) == [labels[1].pk, labels[2].pk]
        assert unmark_gold(drawings=[drawing]) == 1
        assert len(take().training) == 3

    def test_a_later_pending_label_removes_no_drawing(self, labels, administrator):
        drawing = labels[0].drawing
        mark_gold(drawings=[drawing], by=administrator)
        label_drawing(drawing=drawing, by=drawing.owner, label=4, source="studio")
        assert [example.label for example in take().gold] == [1]

    def test_it_counts_them_by_label(self, labels, administrator):
        mark_gold(drawings=[each.drawing for each in labels[:2]], by=administrator)
        assert gold_counts() == [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    def test_needs_an_approved_label(self, labels, administrator):
        drawing = labels[0].drawing
        label_drawing(drawing=drawing, by=drawing.owner, label=4, source="studio")
        drawing.refresh_from_db()
        with pytest.raises(Conflict, match=f"^Drawing {drawing.pk} has no approved label"):
            mark_gold(drawings=[drawing], by=administrator)
        assert mark_gold(drawings=[drawing, labels[1].drawing], by=administrator) == 1

    def test_a_drawing_that_a_version_learned_from_cannot_be_gold(self, labels, administrator):
        make_version(3).learned_from.add(labels[0])
        with pytest.raises(
            Conflict, match=r"Drawing \d+ cannot be gold because version 3 learned from it"
        ):
            mark_gold(drawings=[labels[0].drawing], by=administrator)

    def test_a_drawing_marked_during_a_training_is_not_used(self, labels, administrator):
        mark_gold(drawings=[labels[0].drawing], by=administrator)
        make_version(3).learned_from.add(labels[0])
        selection = take()
        why = {"code": "learned_before_gold"}
        assert (selection.gold, selection.left_out) == ((), ((labels[0].pk, why),))
        assert sum(gold_counts()) == 0

    def test_marking_again_keeps_the_first_marker(self, labels, administrator):
        drawing = labels[0].drawing
        mark_gold(drawings=[drawing], by=administrator)
        assert mark_gold(drawings=[drawing], by=person("another", "mark_gold")) == 0
        drawing.refresh_from_db()
        assert drawing.gold_by == administrator


class TestNothingToLearnFrom:
    def test_without_an_approved_label_a_retraining_is_refused(self):
        with pytest.raises(Refused, match="No label is approved yet") as refusal:
            request_retraining(by=None)
        assert refusal.value.status == 400

    def test_without_usable_labels_it_is_refused_with_the_reasons(self, settings, administrator):
        settings.MIN_ACCOUNT_AGE_DAYS = 1
        reviewer = person("colleague", "review_correction")
        approved(reviewer, pictures(2), owner=account(HELD_OUT[1]))
        [gold] = approved(account(LEARNED_FROM[7]), pictures(1))
        mark_gold(drawings=[gold.drawing], by=administrator)
        approved(account(LEARNED_FROM[8]), pictures(3))
        with pytest.raises(Conflict) as refusal:
            request_retraining(by=None)
        assert refusal.value.message == (
            "None of the 6 approved labels can be learned from: 2 held out for measuring, "
            "1 gold, 3 labeled by an account younger than 1 day."
        )
        assert not Job.objects.exists()

    def test_only_the_job_finds_near_duplicates(self):
        network_input = pictures(1)
        approved(account(HELD_OUT[0]), network_input)
        approved(account(LEARNED_FROM[0]), network_input)
        assert expected_selection().training
        assert in_english(nothing_to_learn(take())).endswith(
            "1 held out for measuring, 1 nearly the same as a drawing used for measuring."
        )


def test_the_expected_selection_reads_no_image():
    approved(account(LEARNED_FROM[0]), pictures(3))
    with CaptureQueriesContext(connection) as queries:
        assert len(expected_selection().training) == 3
    sql = " ".join(query["sql"] for query in queries)
    assert len(queries) == 2  # labels, and gold drawings
    assert not [name for name in ('"field"', '"strokes"', '"picture"') if name in sql]


def test_a_drawing_deleted_during_the_selection_is_skipped(monkeypatch):
    first, second = approved(account(LEARNED_FROM[0]), pictures(2))
    beats = iter([first.drawing.delete])
    selection, images = select_examples(
        heartbeat=lambda: next(beats, lambda: None)(), networks=no_networks
    )
    assert ids(selection.training) == [second.pk]
    assert list(images.drawings) == [second.drawing_id]
