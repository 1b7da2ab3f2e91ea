from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions import serving
from recognizer.actions.versions.deployment import deploy_version, register_version
from recognizer.models import ModelVersion, Worker
from recognizer.operations import readiness
from tests.conftest import flip_a_bit

ALL = {"database", "migrations", "version", "deployed", "broker", "worker", "disk"}


@pytest.fixture
def ready(version: ModelVersion) -> ModelVersion:
    now = timezone.now()
    Worker.objects.create(name="all@here", started_at=now, seen_at=now, trains=True, reads=True)
    return version


def failed(address: str = "/readyz") -> dict[str, str]:
    """Return the failed checks with their words, and require the status to fit."""
    response = Client().get(address)
    body = response.json()
    wrong = {name: check["words"] for name, check in body["checks"].items() if not check["ok"]}
    expected = (503, "unavailable") if wrong else (200, "ok")
    assert (response.status_code, body["status"]) == expected
    assert body["message"] == " ".join(dict.fromkeys(wrong.values()))
    return wrong


@pytest.mark.parametrize("address", ["/readyz", "/healthz"])
def test_it_is_ready_if_every_check_is_ok(ready: ModelVersion, address: str) -> None:
    body = Client().get(address).json()

    assert (body["status"], body["version"]) == ("ok", 1)
    assert set(body["checks"]) == ALL
    assert all(check["ok"] and check["words"] for check in body["checks"].values())


def test_a_process_is_alive_without_anything_else() -> None:
    assert Client().get("/livez").json() == {"status": "ok"}  # no database is allowed here


def test_it_is_not_ready_without_a_version(db: None) -> None:
    wrong = failed()

    assert set(wrong) == {"version", "deployed", "worker"}
    assert "manage.py setup" in wrong["version"]


def test_it_is_not_ready_without_the_database(
    ready: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("could not connect to server db.internal")

    monkeypatch.setattr(readiness, "connection", SimpleNamespace(cursor=away))

    words = "The database cannot be reached."
    assert failed() == dict.fromkeys(("database", "migrations", "worker"), words)
    assert b"db.internal" not in Client().get("/readyz").content


def test_it_is_not_ready_if_another_version_answers_than_the_deployed_one(
    ready: ModelVersion,
) -> None:
    second = register_version(bundle=bundles.shipped(), parent=ready)
    deploy_version(version=second, kind="promotion")
    flip_a_bit(second)
    serving.cache.clear()

    assert failed() == {"deployed": "Version 2 is deployed but damaged; 1 answers."}


def test_it_is_not_ready_before_the_migrations(
    ready: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = ("recognizer", "9999_tomorrow")
    monkeypatch.setattr(readiness, "known_migrations", lambda: {newest})

    assert failed() == {
        "migrations": "Not applied: recognizer.9999_tomorrow. Run: python manage.py migrate"
    }


@pytest.mark.parametrize(("kind", "words"), [("trains", "trainings"), ("reads", "batches")])
def test_it_is_not_ready_without_a_workers_heartbeat(
    ready: ModelVersion, kind: str, words: str
) -> None:
    Worker.objects.update(**{kind: False})

    assert failed() == {"worker": f"No worker for {words} sent a heartbeat lately."}


def test_a_load_balancer_leaves_out_what_no_answer_needs(ready: ModelVersion) -> None:
    Worker.objects.all().delete()

    assert set(failed()) == {"worker"}
    assert failed("/readyz?exclude=worker&exclude=broker") == {}


def test_it_is_not_ready_without_the_embedded_queue(
    ready: ModelVersion, settings, tmp_path
) -> None:
    settings.CELERY_QUEUE = tmp_path

    assert failed() == {"broker": "The embedded queue cannot be used."}


def test_it_is_not_ready_on_a_full_disk(ready: ModelVersion, settings) -> None:
    settings.MIN_FREE_MB = 10**9

    assert failed() == {"disk": "Less than 1000000000 MB are free in DIGITS_HOME."}


def test_a_check_that_fails_in_an_unknown_way_is_not_ok(
    ready: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: object) -> None:
        raise OSError("stale file handle")

    monkeypatch.setattr(readiness.shutil, "disk_usage", broken)

    assert failed() == {"disk": "The check failed; the log says why."}
