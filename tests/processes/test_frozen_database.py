"""PostgreSQL that accepts connections and answers nothing: what needs no database goes on."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SEVEN
from tests.processes.servers import postgresql, redis
from tests.processes.site import READY, Site, processes
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with postgresql() as database, redis() as broker:
        environment = {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker.url,
            "SECRET_KEY": "a secret of this test",
        }
        site = Site(tmp_path, environment).set_up()
        site.start("web")
        yield site
        site.stop()


@contextmanager
def frozen(port: str) -> Iterator[None]:
    """Stop the server's processes, which neither answer nor refuse then."""
    (main,) = [
        pid for pid, _, words in processes() if f"-p {port}" in words and "postgres" in words
    ]
    stopped = [main, *(pid for pid, parent, _ in processes() if parent == main)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def answer(site: Site, path: str, body: Any = None) -> tuple[int, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{site.port}{path}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_visitors_draw_and_probes_are_answered(site: Site) -> None:
    draw = ("/api/v1/recognize/", {"strokes": SEVEN})
    # More at once than one process has threads, so that both load the version.
    with ThreadPoolExecutor(16) as visitors:
        asked = list(visitors.map(lambda _: answer(site, *draw)[0], range(80)))
    assert set(asked) == {200}
    port = site.environment["DATABASE_URL"].rpartition(":")[2].partition("/")[0]

    with frozen(port):
        probes = [answer(site, READY) for _ in range(12)]
        drawn = [answer(site, *draw)[0] for _ in range(20)]

    assert {status for status, _ in probes} == {503}
    assert not probes[0][1]["checks"]["database"]["ok"]
    assert drawn == [200] * 20
    wait_for(site.answers, name="it is ready again")
