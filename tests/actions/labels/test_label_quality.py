"""Scoring of label quality: when it runs, and what it stores."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from mlcore.data import reference_sets, synthesis
from mlcore.data.datasets import Part
from recognizer.actions.jobs import leases
from recognizer.actions.labels import label_quality
from recognizer.actions.labels.label_quality import score_corrections, wake_if_due
from recognizer.models import Chore, Correction, User
from recognizer.tasks import score_corrections as task
from tests.actions.labels.queue import labeled
from tests.conftest import person


@pytest.fixture(autouse=True)
def few_witnesses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use a part of the reference sets, because describing all takes a second."""
    whole = reference_sets.reference()
    part = whole.take(np.random.default_rng(1).permutation(len(whole))[:60])
    monkeypatch.setattr(label_quality.reference_sets, "reference", lambda: part)
    monkeypatch.setattr(
        label_quality.reference_sets, "reference_negatives", lambda: part.take(np.arange(0))
    )
    label_quality.reference_labels.cache_clear()
    yield
    label_quality.reference_labels.cache_clear()


@pytest.fixture
def digits() -> Part:
    """Two drawn images of every digit."""
    drawn = synthesis.digits(200, np.random.default_rng(5))
    part = Part(*drawn)
    places = [np.flatnonzero(part.labels == digit)[:2] for digit in range(10)]
    return part.take(np.concatenate(places))


@pytest.fixture
def label(owner: User, digits: Part) -> Callable[..., Correction]:
    """`label(7)`: a pending label 7 of a seven; `label(7, 1)`: a wrong label 1 of a seven."""

    def label(digit: int, given: int | None = None, copy: int = 0, **about: Any) -> Correction:
        row = labeled(owner, digit if given is None else given, **about)
        row.drawing.network_input = digits.images[2 * digit + copy].tobytes()
        row.drawing.save()
        return row

    return label


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were sent."""
    sent: list[str] = []
    monkeypatch.setattr(leases.current_app, "send_task", lambda name, **options: sent.append(name))
    return sent


def scores() -> dict[int, float | None]:
    return dict(Correction.objects.values_list("pk", "label_quality"))


Label = Callable[..., Correction]


def test_a_wrong_label_is_of_lower_quality_than_a_right_one(label: Label) -> None:
    right, wrong = label(7), label(7, 2, copy=1)

    assert score_corrections() == 2

    assert scores()[wrong.pk] < 0.1 < 0.5 < scores()[right.pk]


def test_labels_of_deleted_accounts_count_as_one_person_and_do_not_confirm_each_other(
    label: Label, owner: User
) -> None:
    """The same wrong label by three deleted accounts weighs no more than that of one."""

    def wrong_labels(givers: list[User]) -> list[float | None]:
        rows = [label(7, 2, copy=copy % 2, state="approved") for copy in range(len(givers))]
        for row, by in zip(rows, givers, strict=True):
            Correction.objects.filter(pk=row.pk).update(by=by)
        for by in givers:
            if by != owner:
                by.delete()
        score_corrections()
        found = [scores()[row.pk] for row in rows]
        Correction.objects.all().delete()
        return found

    by_one = wrong_labels([owner] * 3)
    by_many_who_left = wrong_labels([person(f"passer-by {number}") for number in range(3)])

    assert by_many_who_left == by_one
    assert max(score for score in by_one if score is not None) < 0.1


def test_only_pending_and_approved_labels_are_scored(label: Label) -> None:
    states = {state: label(3, state=state) for state in Correction.State.values}
    gold = label(4)
    gold.drawing.gold_at = timezone.now()
    gold.drawing.save()

    score_corrections()

    unscored = {pk for pk, score in scores().items() if score is None}
    assert unscored == {states["rejected"].pk, states["withdrawn"].pk, gold.pk}


def test_scoring_again_changes_nothing(label: Label) -> None:
    label(7)
    label(3, 5)
    score_corrections()
    before = scores()

    assert score_corrections() == 0
    assert scores() == before


def test_a_near_duplicate_of_an_older_drawing_is_stored(label: Label) -> None:
    older, other, again = label(7), label(3), label(7, 1)

    score_corrections()

    for row in (older, other, again):
        row.refresh_from_db()
    assert (older.near_duplicate_of, other.near_duplicate_of) == (None, None)
    assert again.near_duplicate_of == older.drawing


def test_while_one_worker_scores_another_does_not(label: Label) -> None:
    label(7)
    Chore.objects.create(name="label quality", lease_until=timezone.now() + timedelta(minutes=1))

    assert score_corrections() == 0
    assert list(scores().values()) == [None]


def test_the_lease_of_a_dead_worker_expires(label: Label) -> None:
    label(7)
    Chore.objects.create(name="label quality", lease_until=timezone.now() - timedelta(seconds=1))

    assert score_corrections() == 1
    assert Chore.objects.get().lease_until is None


def test_a_failed_run_releases_the_lease(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    label(7)

    def fail(rows: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(label_quality, "scored", fail)
    with pytest.raises(RuntimeError, match="no"):
        score_corrections()

    assert Chore.objects.get().lease_until is None


def test_a_worker_is_woken_once_for_new_labels(label: Label, messages: list[str]) -> None:
    label(7)

    wake_if_due()
    wake_if_due()

    assert messages == ["recognizer.score_corrections"]


def test_a_worker_is_woken_again_if_the_message_was_lost(label: Label, messages: list[str]) -> None:
    label(7)
    wake_if_due()
    Chore.objects.update(woken_at=timezone.now() - timedelta(minutes=1))

    wake_if_due()

    assert len(messages) == 2


def test_no_worker_is_woken_without_work_or_during_a_run(label: Label, messages: list[str]) -> None:
    wake_if_due()
    label(7)
    Chore.objects.create(name="label quality", lease_until=timezone.now() + timedelta(minutes=1))
    wake_if_due()

    assert messages == []


def test_without_a_broker_labels_stay_unscored(
    label: Label, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = label(7)

    def fail(name: str, **options: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(leases.current_app, "send_task", fail)
    wake_if_due()

    assert scores() == {row.pk: None}


def test_the_task_scores(label: Label) -> None:
    row = label(7)

    task()

    assert scores()[row.pk] is not None
