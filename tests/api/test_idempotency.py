"""The header Idempotency-Key: what is sent twice is done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recognizer.actions import housekeeping
from recognizer.actions.idempotency import ABANDONED, KEPT
from recognizer.actions.labels.label_history import label_drawing
from recognizer.api import drawings as drawings_api
from recognizer.errors import Unavailable
from recognizer.models import Correction, Drawing, IdempotencyKey, Job, ReadingJob, User
from tests.api.client import DRAWN, ROOT, post, problem
from tests.conftest import ONE

pytestmark = pytest.mark.usefixtures("version", "woken")
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def keys() -> Any:
    return IdempotencyKey.objects.all()


def test_a_drawing_that_is_sent_again_is_stored_once(as_owner: Client) -> None:
    first = post(as_owner, "drawings/", DRAWN, **KEY)
    again = post(as_owner, "drawings/", DRAWN, **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Drawing.objects.count() == 1


def test_the_first_answer_comes_again_though_the_drawing_has_changed(as_owner: Client) -> None:
    first = post(as_owner, "drawings/", DRAWN, **KEY)
    post(as_owner, f"drawings/{first.json()['id']}/label/", {"label": 3})
    assert post(as_owner, "drawings/", DRAWN, **KEY).json()["label"] is None


def test_without_a_key_every_request_counts(as_owner: Client) -> None:
    assert [post(as_owner, "drawings/", DRAWN).status_code for _ in range(2)] == [201, 201]
    assert Drawing.objects.count() == 2
    assert not keys().exists()


def test_a_key_is_refused_for_another_request(as_owner: Client) -> None:
    number = post(as_owner, "drawings/", DRAWN, **KEY).json()["id"]
    other = post(as_owner, "drawings/", {"strokes": ONE}, **KEY)
    assert problem(other) == (422, "key_reused")
    assert problem(post(as_owner, f"drawings/{number}/label/", {"label": 1}, **KEY))[0] == 422
    assert Drawing.objects.count() == 1


def test_people_do_not_share_keys(as_owner: Client, as_stranger: Client) -> None:
    mine, theirs = (post(each, "drawings/", DRAWN, **KEY) for each in (as_owner, as_stranger))
    assert mine.json()["id"] != theirs.json()["id"]


def test_a_request_that_is_being_done_is_a_conflict(as_owner: Client) -> None:
    post(as_owner, "drawings/", DRAWN, **KEY)
    keys().update(status=None)
    again = post(as_owner, "drawings/", DRAWN, **KEY)
    assert problem(again) == (409, "conflict")
    assert "still being done" in again.json()["error"]["message"]


def test_a_request_whose_process_died_is_done_again(as_owner: Client) -> None:
    post(as_owner, "drawings/", DRAWN, **KEY)
    keys().update(status=None, created_at=timezone.now() - ABANDONED)
    assert post(as_owner, "drawings/", DRAWN, **KEY).status_code == 201
    assert Drawing.objects.count() == 2


def test_after_a_day_a_key_is_new(as_owner: Client) -> None:
    post(as_owner, "drawings/", DRAWN, **KEY)
    keys().update(created_at=timezone.now() - KEPT)
    assert "Idempotent-Replayed" not in post(as_owner, "drawings/", DRAWN, **KEY)
    assert keys().count() == 1


def test_keys_are_deleted_after_a_day(as_owner: Client) -> None:
    for key in "ab":
        post(as_owner, "drawings/", DRAWN, **{"Idempotency-Key": key})
    keys().filter(key="a").update(created_at=timezone.now() - KEPT - timedelta(seconds=1))
    housekeeping.clean()
    assert [each.key for each in keys()] == ["b"]


def test_a_refused_request_may_be_sent_again(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**about: Any) -> None:
        raise Unavailable("not now")

    with monkeypatch.context() as now:
        now.setattr(drawings_api, "save_drawing", away)
        assert post(as_owner, "drawings/", DRAWN, **KEY).status_code == 503
    assert post(as_owner, "drawings/", DRAWN, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "é", "k" * 201])
def test_an_unusable_key_is_refused(as_owner: Client, key: str) -> None:
    refused = post(as_owner, "drawings/", DRAWN, **{"Idempotency-Key": key})
    assert problem(refused) == (400, "invalid")
    assert not Drawing.objects.exists()


def test_a_kept_answer_is_deleted_with_its_drawing(as_owner: Client) -> None:
    number = post(as_owner, "drawings/", DRAWN, **KEY).json()["id"]
    as_owner.delete(f"{ROOT}drawings/{number}/")
    assert not keys().exists()


def test_a_label_is_given_once(as_owner: Client, owner: User, draw: Callable[..., Drawing]) -> None:
    path = f"drawings/{draw(owner).pk}/label/"
    answers = [post(as_owner, path, {"label": 3}, **KEY).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Correction.objects.count() == 1


@pytest.fixture
def approved(owner: User, reviewer: User, draw: Callable[..., Drawing]) -> None:
    label_drawing(drawing=draw(owner), by=reviewer, label=1, source="admin")


def test_a_retraining_is_queued_once(as_trainer: Client, approved: None) -> None:
    first, again = (post(as_trainer, "jobs/", {}, **KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Job.objects.count() == 1


def test_a_job_that_does_the_same_as_a_waiting_one_is_a_conflict(
    as_trainer: Client, approved: None
) -> None:
    number = post(as_trainer, "jobs/", {"seed": 5}).json()["id"]
    for same in ({}, {"seed": 5}):
        refused = post(as_trainer, "jobs/", same)
        assert problem(refused) == (409, "conflict")
        assert f"Job {number} is waiting" in refused.json()["error"]["message"]
    assert post(as_trainer, "jobs/", {"seed": 6}).status_code == 201
    assert post(as_trainer, "jobs/", {"recipe": {"steps": 10}}).status_code == 201


def test_the_same_job_can_be_asked_for_once_the_first_runs(
    as_trainer: Client, approved: None
) -> None:
    post(as_trainer, "jobs/", {})
    Job.objects.update(status="running")
    assert post(as_trainer, "jobs/", {}).status_code == 201


def send(client: Client, path: str, name: str, content: bytes, **values: Any) -> Any:
    """Send a form. Django's client chooses no new boundary, so the order of its parts differs."""
    file = {name: SimpleUploadedFile("one.png", content)}
    body = {**values, **file} if IdempotencyKey.objects.exists() else {**file, **values}
    return client.post(ROOT + path, body, headers=KEY)


@pytest.mark.parametrize(("path", "name"), [("batches/", "files"), ("pages/", "image")])
def test_a_file_that_is_sent_again_is_read_once(
    as_owner: Client, picture: Callable[..., bytes], path: str, name: str
) -> None:
    first, again = (send(as_owner, path, name, picture(), save="true") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert again["Location"] == first["Location"]
    assert ReadingJob.objects.count() == 1
    other = send(as_owner, path, name, picture(blank=True), save="true")
    assert problem(other) == (422, "key_reused")


def test_a_batch_with_a_key_has_its_files(as_owner: Client, picture: Callable[..., bytes]) -> None:
    send(as_owner, "batches/", "files", picture())
    stored = ReadingJob.objects.get().pictures.get()
    assert bytes(stored.content or b"") == picture()
