"""Four processes write to SQLite for a minute during two trainings; half the time without Redis."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes.servers import Redis, redis, redis_server
from tests.processes.site import ROOT
from tests.processes.survival import Survivor

pytestmark = pytest.mark.slow

SECONDS, AWAY_SECONDS = 60, 30
PACE = 3  # labeled drawings a second by each process: the load of hundreds of people


@pytest.fixture
def server() -> Iterator[Redis | None]:
    """A Redis server; None if it is not installed: the embedded broker then does not fail."""
    if redis_server() is None:
        yield None
        return
    with redis() as server:
        yield server


@pytest.fixture
def survivor(server: Redis | None, tmp_path: Path) -> Iterator[Survivor]:
    """A site with the default lease: a heartbeat may wait for the writers for seconds."""
    limits = {"JOB_LEASE_SECONDS": "30", "JOB_TIME_LIMIT_SECONDS": "120"}
    broker = {"CELERY_BROKER_URL": server.url} if server else {}
    site = Survivor(tmp_path, limits | broker)
    try:
        yield site.set_up()
    finally:
        site.stop()


@contextmanager
def away(server: Redis | None) -> Iterator[None]:
    if server:
        server.stop()
    yield
    if server:
        server.start()


def writers(site: Survivor) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.sqlite_writers", "--json"]
    command += ["--seconds", str(SECONDS), "--pace", str(PACE)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdout=pipe, stderr=pipe, text=True
    )


def what_was_written(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    return json.loads(said)


def test_four_writers_a_worker_and_a_broker_that_is_away(
    site: Survivor, server: Redis | None
) -> None:
    before = site.versions()
    running = site.begin(f"train {AWAY_SECONDS + 5}")
    with writers(site) as process:
        site.order("train 20")
        with away(server):
            waiting = site.retrain()
            time.sleep(AWAY_SECONDS)
            assert site.worker_is_there()
            assert site.job(waiting)["status"] == "queued"
            first = site.over(running)
        second = site.over(waiting)
        told = what_was_written(process)

    for job in (first, second):
        assert (job["status"], job["attempt"]) == ("succeeded", 1), job["error"]
    assert site.versions() == [*before, first["version"], second["version"]]
    assert told["errors"] == []
    assert len(told["writes"]) == 4
    assert all(told["writes"])
    assert told["stored"] == sum(told["writes"])
