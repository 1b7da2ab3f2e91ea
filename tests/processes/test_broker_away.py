"""Redis stops for half a minute and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.servers import Redis, redis
from tests.processes.survival import Survivor

pytestmark = pytest.mark.slow

AWAY_SECONDS = 30


@pytest.fixture
def server() -> Iterator[Redis]:
    with redis() as server:
        yield server


@pytest.fixture
def survivor(server: Redis, tmp_path: Path) -> Iterator[Survivor]:
    """Another than the one that all other tests share."""
    limit = {"JOB_TIME_LIMIT_SECONDS": "120"}
    site = Survivor(tmp_path, {"CELERY_BROKER_URL": server.url, **limit})
    try:
        yield site.set_up()
    finally:
        site.stop()


def test_what_was_asked_for_meanwhile_is_done_and_what_ran_goes_on(
    site: Survivor, server: Redis
) -> None:
    before = site.versions()
    running = site.begin("train 3")

    server.stop()
    waiting = site.retrain()
    assert site.job(waiting)["status"] == "queued"
    time.sleep(AWAY_SECONDS)
    assert site.worker_is_there()
    first = site.over(running)
    server.start()

    second = site.over(waiting)
    assert [job["status"] for job in (first, second)] == ["succeeded"] * 2
    assert [job["attempt"] for job in (first, second)] == [1, 1]
    assert site.versions() == [*before, first["version"], second["version"]]
