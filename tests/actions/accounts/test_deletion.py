"""Accounts are closed at once; a worker deletes the rows of large ones some at a time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest
from django.utils import timezone

from recognizer.actions.accounts import deletion
from recognizer.actions.accounts.accounts import make_first_administrator
from recognizer.actions.accounts.deletion import CHORE, delete_account, delete_closed_accounts
from recognizer.actions.accounts.tokens import create_token, use_token
from recognizer.actions.labels.label_history import label_drawing, newest_approved
from recognizer.actions.labels.review_queue import random_drawings, waiting_labels
from recognizer.errors import Conflict
from recognizer.models import Answer, Chore, Correction, Drawing, User
from tests.conftest import person, signed_in, words_of

Draw = Callable[..., Drawing]


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "AT_ONCE", 2)


@pytest.fixture
def closed(owner: User, draw: Draw) -> User:
    """An account with too many drawings to be deleted at once."""
    for _ in range(5):
        draw(owner)
    delete_account(person=owner)
    owner.refresh_from_db()
    return owner


def test_a_small_account_is_deleted_at_once(owner: User, draw: Draw) -> None:
    draw(owner)
    delete_account(person=owner)
    assert not User.objects.exists()
    assert not Drawing.objects.exists()


def test_the_log_of_the_administration_forgets_the_name(
    owner: User, stranger: User, administrator: User
) -> None:
    number = owner.pk
    for each in (owner, stranger):
        LogEntry.objects.log_actions(administrator.pk, [each], CHANGE, single_object=True)
    delete_account(person=owner)
    names = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(names) == [f"#{number}", "stranger"]


def test_nobody_can_sign_in_to_a_closed_account(owner: User, draw: Draw) -> None:
    secret = create_token(owner=owner, name="program")[1]
    client = signed_in(owner)
    for _ in range(3):
        draw(owner)

    delete_account(person=owner)

    assert client.get("/account/").status_code == 302
    assert not client.login(request=HttpRequest(), username="owner", password="correct horse")
    assert use_token(secret=secret) is None
    person("owner")  # the name is free
    left = User.objects.get(closed_at__isnull=False)
    assert (left.email, left.is_active, left.username) == ("", False, f"#{left.pk}")


def test_reviewers_do_not_see_its_drawings(closed: User, reviewer: User, draw: Draw) -> None:
    assert Drawing.objects.count() == 5
    assert not Drawing.objects.visible_to(reviewer).exists()
    assert list(random_drawings(reviewer)) == []
    number = Drawing.objects.first().pk
    assert signed_in(reviewer).get(f"/drawings/{number}/").status_code == 404


def test_nothing_learns_from_its_labels(owner: User, reviewer: User, draw: Draw) -> None:
    drawings = [draw(owner) for _ in range(4)]
    label_drawing(drawing=drawings[0], by=reviewer, label=1, source="admin")
    label_drawing(drawing=drawings[1], by=owner, label=1, source="studio")
    assert len(newest_approved()) == len(waiting_labels(reviewer)) == 1

    delete_account(person=owner)

    assert Correction.objects.count() == 2
    assert not newest_approved().exists()
    assert not waiting_labels(reviewer).exists()


def test_a_worker_deletes_it_step_by_step(
    closed: User, stranger: User, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(stranger)
    counts = []
    monkeypatch.setattr(deletion.time, "sleep", lambda s: counts.append(Drawing.objects.count()))

    delete_closed_accounts()

    assert counts[:3] == [4, 2, 1]
    assert list(User.objects.all()) == [stranger]
    assert Answer.objects.count() == 1
    assert Chore.objects.get(name=CHORE).lease_until is None


def test_labels_of_others_drawings_stay_without_a_name(
    owner: User, reviewer: User, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "SMALL_AT_ONCE", 1)
    for _ in range(3):
        label_drawing(drawing=draw(owner), by=reviewer, label=1, source="admin")
    delete_account(person=reviewer)
    delete_closed_accounts()
    assert set(Correction.objects.values_list("by", flat=True)) == {None}
    assert not User.objects.filter(pk=reviewer.pk).exists()


def test_another_workers_lease_is_respected_until_it_expires(closed: User) -> None:
    now = timezone.now()
    chore = Chore.objects.create(name=CHORE, lease_until=now + timedelta(seconds=30))
    delete_closed_accounts()
    assert Drawing.objects.count() == 5
    Chore.objects.filter(pk=chore.pk).update(lease_until=now - timedelta(seconds=1))
    delete_closed_accounts()
    assert not Drawing.objects.exists()


def test_the_last_administrator_stays_open(db: None) -> None:
    make_first_administrator()
    with pytest.raises(Conflict):
        delete_account(person=User.objects.get())
    assert User.objects.get().is_active


def test_an_administrator_deletes_large_accounts(
    owner: User, stranger: User, administrator: User, draw: Draw
) -> None:
    for _ in range(3):
        draw(owner)
    assert "3 drawings" not in words_of(administrator, "/admin/recognizer/user/")
    address = f"/admin/recognizer/user/{owner.pk}/delete/"
    assert "Drawings: 3" in words_of(administrator, address)

    signed_in(administrator).post(address, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [stranger.pk], "post": "yes"}
    signed_in(administrator).post("/admin/recognizer/user/", chosen)

    assert [each.closed_at is not None for each in User.objects.order_by("pk")] == [True, False]
    assert not re.search(rf"#{owner.pk}\b", words_of(administrator, "/admin/recognizer/user/"))
    assert signed_in(administrator).get(address).status_code == 302
