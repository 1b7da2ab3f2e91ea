"""Four processes that write as fast as they can, beside a worker that trains, on SQLite."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.site import ROOT
from tests.processes.survival import Survivor

pytestmark = pytest.mark.slow

SECONDS = 8


@pytest.fixture
def survivor(tmp_path: Path) -> Iterator[Survivor]:
    """With the usual lease: a heartbeat waits behind the writers, for seconds perhaps."""
    site = Survivor(tmp_path, {"JOB_LEASE_SECONDS": "30", "JOB_TIME_LIMIT_SECONDS": "120"})
    try:
        yield site.set_up()
    finally:
        site.stop()


def test_four_writers_and_a_worker_share_sqlite(site: Survivor) -> None:
    before = site.versions()
    number = site.begin(f"train {SECONDS - 2}")
    command = [sys.executable, "-m", "benchmarks.sqlite_writers", "--seconds", str(SECONDS)]
    done = subprocess.run(
        [*command, "--json"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert len(told["writes"]) == 4
    assert all(told["writes"])
    assert told["stored"] == sum(told["writes"])
    site.made_one_version(number, 1, before)
