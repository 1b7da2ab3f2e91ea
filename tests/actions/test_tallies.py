"""Figures over all approved labels, at once or by a worker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recognizer.actions import tallies
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, ModelVersion, Tally, User
from tests.conftest import signed_in, words_of
from tests.pages.rows import answered, make_drawing, make_version, serve

Tasks = list[tuple[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    """The tasks that were sent to workers."""
    tasks: Tasks = []
    monkeypatch.setattr(
        tallies, "send_task", lambda task, args, **options: tasks.append((task, args))
    )
    return tasks


@pytest.fixture
def first(db: None, without_files: None) -> ModelVersion:
    version = make_version(1)
    serve(version)
    return version


@pytest.fixture
def labeled(owner: User, reviewer: User, first: ModelVersion) -> list[Drawing]:
    """Two drawings with an approved label; the version answered one of them right."""
    drawings = [make_drawing(owner) for _ in range(2)]
    for drawing, answer in zip(drawings, (7, 1), strict=True):
        label_drawing(drawing=drawing, by=reviewer, label=7, source="admin")
        answered(drawing, first, answer, 0.9)
    return drawings


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "LIVE", 1)


@pytest.mark.usefixtures("labeled")
def test_few_labels_are_counted_at_once(trainer: User, sent: Tasks) -> None:
    assert "2 approved labels; a retraining learns 2 new ones" in words_of(trainer, "/jobs/")
    assert not sent
    assert not Tally.objects.exists()


@pytest.mark.usefixtures("labeled", "many")
def test_many_labels_are_counted_by_a_worker(trainer: User, sent: Tasks) -> None:
    assert "The approved labels are being counted." in words_of(trainer, "/jobs/")
    assert "2 approved labels" not in words_of(trainer, "/jobs/")  # and nothing is sent again
    assert sent == [(tallies.TASK, ["training examples"])]

    tallies.count("training examples")

    page = words_of(trainer, "/jobs/")
    assert "2 approved labels; a retraining learns 2 new ones" in page
    assert "Counted " in page


@pytest.mark.usefixtures("labeled", "many")
def test_they_are_counted_again_after_a_while(sent: Tasks) -> None:
    tallies.training_examples()
    Tally.objects.update(asked_at=timezone.now() - tallies.KEPT - timedelta(seconds=1))

    tallies.training_examples()

    assert len(sent) == 2


@pytest.mark.usefixtures("labeled", "many")
def test_a_version_page_shows_staff_what_was_counted(
    administrator: User, first: ModelVersion, sent: Tasks
) -> None:
    assert "are being counted" in words_of(administrator, "/versions/1/")

    tallies.count(sent[0][1][0])

    assert "1 of 2 with an approved label are right" in words_of(administrator, "/versions/1/")


@pytest.mark.usefixtures("labeled", "many", "sent")
def test_owners_see_their_own_drawings_at_once(owner: User) -> None:
    assert "1 of 2 with an approved label are right" in words_of(owner, "/versions/1/")


@pytest.mark.usefixtures("labeled", "many", "sent", "woken")
def test_a_retraining_of_many_labels_needs_no_count(trainer: User) -> None:
    assert signed_in(trainer).post("/jobs/").status_code == 302


@pytest.mark.usefixtures("labeled")
def test_a_version_that_was_deleted_is_not_counted(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    with django_assert_num_queries(1):
        tallies.count("answers of version 99")
    assert not Tally.objects.exists()
