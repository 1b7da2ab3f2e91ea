"""What the workers remove when its time is over, and what they never remove."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from recognizer.actions import housekeeping
from recognizer.actions.drawings.retention import remove_expired_drawings
from recognizer.actions.exchange.import_drawings import import_drawings
from recognizer.actions.housekeeping import clean, clean_if_due
from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.labels.label_history import label_drawing, withdraw_approval
from recognizer.models import Answer, AuditEvent, Chore, Correction, Drawing, ModelVersion, User
from recognizer.presentation.messages import in_english
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_version

NOW = timezone.now()


@pytest.fixture(autouse=True)
def days(settings: Any) -> Any:
    settings.UNLABELED_DAYS, settings.AUDIT_DAYS = 30, 100
    return settings


def aged(drawing: Drawing, days: int = 31) -> Drawing:
    Drawing.objects.filter(pk=drawing.pk).update(created_at=NOW - timedelta(days=days))
    return drawing


def is_there(drawing: Drawing) -> bool:
    return Drawing.objects.filter(pk=drawing.pk).exists()


# Drawings -----------------------------------------------------------------------------------------


def test_an_old_drawing_that_nobody_labeled_is_removed_with_its_answers(owner: User) -> None:
    old, newer = aged(make_drawing(owner), 31), aged(make_drawing(owner), 29)
    answered(old, make_version(1), 7)
    clean()

    assert (is_there(old), is_there(newer)) == (False, True)
    assert not Answer.objects.exists()
    event = AuditEvent.objects.get(kind="drawings_deleted")
    assert (event.by_name, event.by_number, event.address) == ("", None, None)
    assert in_english(event.subject) == f"1 drawing that nobody labeled: {old.pk}"


def test_by_default_drawings_are_kept_for_ever(owner: User, settings: Any) -> None:
    settings.UNLABELED_DAYS = 0
    old = aged(make_drawing(owner), 40_000)
    clean()

    assert is_there(old)
    assert not AuditEvent.objects.filter(kind="drawings_deleted").exists()


def test_the_default_is_for_ever() -> None:
    import digitsite.settings

    assert digitsite.settings.UNLABELED_DAYS == 0


def pending(drawing: Drawing, owner: User, reviewer: User) -> None:
    label_drawing(drawing=drawing, by=owner, label=7, source="studio")
    assert Correction.objects.get().state == "pending"


def approved(drawing: Drawing, owner: User, reviewer: User) -> None:
    label_drawing(drawing=drawing, by=reviewer, label=7, source="admin")
    assert Correction.objects.get().state == "approved"


def not_a_digit(drawing: Drawing, owner: User, reviewer: User) -> None:
    label_drawing(drawing=drawing, by=owner, label=10, source="studio")


def gold(drawing: Drawing, owner: User, reviewer: User) -> None:
    approved(drawing, owner, reviewer)
    mark_gold(drawings=[Drawing.objects.get()], by=reviewer)


def gold_alone(drawing: Drawing, owner: User, reviewer: User) -> None:
    Drawing.objects.update(gold_at=NOW, gold_by=reviewer)


def learned_from(drawing: Drawing, owner: User, reviewer: User) -> None:
    """Its label was withdrawn after a version had learned from it."""
    approved(drawing, owner, reviewer)
    version = make_version(1)
    version.learned_from.set(Correction.objects.all())
    withdraw_approval(correction=Correction.objects.get(), by=reviewer, reason="a one")
    assert Drawing.objects.get().label_state == ""


@pytest.mark.parametrize("use", [pending, approved, not_a_digit, gold, gold_alone, learned_from])
def test_a_drawing_that_was_ever_used_is_never_removed(
    owner: User, reviewer: User, use: Callable[[Drawing, User, User], None]
) -> None:
    drawing = aged(make_drawing(owner), 40_000)
    use(drawing, owner, reviewer)
    clean()

    assert is_there(drawing)


def test_an_imported_drawing_counts_from_its_import(owner: User, version: ModelVersion) -> None:
    import io

    line = {"strokes": [[[0, 0], [9, 9]]], "created_at": "2020-01-01T00:00:00+00:00"}
    import_drawings(owner=owner, file=io.BytesIO(json.dumps(line).encode()))
    clean()
    assert Drawing.objects.count() == 1

    Drawing.objects.update(imported_at=NOW - timedelta(days=31))
    clean()
    assert not Drawing.objects.exists()


def test_the_oldest_go_first_and_few_at_a_time(owner: User) -> None:
    drawings = [aged(make_drawing(owner), age) for age in (40, 60, 50)]

    assert remove_expired_drawings(most=2) == 2
    assert [is_there(drawing) for drawing in drawings] == [True, False, False]
    assert remove_expired_drawings(most=2) == 1
    assert remove_expired_drawings(most=2) == 0


# The audit, and sessions --------------------------------------------------------------------------


def event(days: int) -> AuditEvent:
    made = AuditEvent(kind="export", created_at=NOW - timedelta(days=days))
    made.save()
    return made


def test_old_events_are_removed_the_oldest_first(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_ROWS", 2)
    kept = event(99)
    for age in (101, 300, 200):
        event(age)
    clean()
    assert [(NOW - each.created_at).days for each in AuditEvent.objects.order_by("pk")] == [99, 101]
    clean()
    assert AuditEvent.objects.get() == kept

    settings.AUDIT_DAYS = 0
    event(40_000)
    clean()
    assert AuditEvent.objects.count() == 2


def test_ended_sessions_are_removed(owner: User, stranger: User) -> None:
    client = signed_in(owner)
    signed_in(stranger)
    assert Session.objects.count() == 2
    others = Session.objects.exclude(pk=client.session.session_key)
    others.update(expire_date=NOW - timedelta(seconds=1))
    clean()

    assert Session.objects.count() == 1
    assert client.get("/account/").status_code == 200


# Once a minute ------------------------------------------------------------------------------------


def test_it_is_done_once_a_minute_by_whichever_worker_comes_first(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []
    monkeypatch.setattr(housekeeping, "clean", lambda: times.append(1))
    clean_if_due()
    clean_if_due()
    assert len(times) == 1

    Chore.objects.update(woken_at=timezone.now() - timedelta(seconds=61))
    clean_if_due()
    assert len(times) == 2


def test_a_worker_that_is_overtaken_does_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the row and changing it, another worker was faster."""
    seen = Chore.objects.create(name=housekeeping.CHORE)
    Chore.objects.update(woken_at=timezone.now())
    monkeypatch.setattr(Chore.objects, "get_or_create", lambda **about: (seen, False))
    monkeypatch.setattr(housekeeping, "clean", lambda: pytest.fail("cleaned twice"))
    clean_if_due()


def test_the_workers_heartbeat_cleans(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from recognizer.operations.worker import WorkerThreads

    old = aged(make_drawing(owner))
    threads = WorkerThreads.__new__(WorkerThreads)
    threads.name, threads.started_at, threads.trains, threads.reads = "w", NOW, True, True
    threads.beat()

    assert not is_there(old)
