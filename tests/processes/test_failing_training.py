"""Training processes that crash, refuse, hang, or find a full disk: the job fails with a reason."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes.survival import Survivor
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

SMALL_DATABASE = "tests.processes.small_database"


@pytest.mark.parametrize(
    ("orders", "attempts", "reason"),
    [
        ("refuse", 1, "corrections: labels must be 0 to 10"),
        ("segfault", 2, "The training process was killed by signal 11 (Segmentation fault)."),
        ("use_all_memory", 2, "It ran out of memory. JOB_MEMORY_LIMIT_MB allows it 300 MB."),
        ("idle", 1, "Stopped at the time limit of 8 seconds."),
        ("full_disk", 1, "The disk has no space left."),
        ("truncate", 1, "network.tflite is not the file that card.json was written for."),
    ],
)
def test_the_job_fails_with_its_reason_and_makes_no_version(
    site: Survivor, orders: str, attempts: int, reason: str
) -> None:
    before = site.versions()

    job = site.run(orders)

    assert (job["status"], job["attempt"]) == ("failed", attempts)
    assert reason in job["error"]
    assert site.versions() == before


def test_after_one_crash_it_is_tried_again_and_makes_one_version(site: Survivor) -> None:
    before = site.versions()

    job = site.run("crash_once")

    assert (job["status"], job["attempt"], job["error"]) == ("succeeded", 2, "")
    assert site.versions() == [*before, job["version"]]


def test_a_killed_child_is_tried_again(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("train 1.5")

    os.kill(site.child(), signal.SIGKILL)

    job = site.over(number)
    assert (job["status"], job["attempt"]) == ("succeeded", 2)
    assert site.versions() == [*before, job["version"]]


def test_canceling_ends_a_process_that_ignores_sigterm_and_its_child(
    site: Survivor,
) -> None:
    number = site.begin("ignore_sigterm")
    wait_for(lambda: len(site.alive()) == 2, name="the child and its helper")

    site.post(f"/api/v1/jobs/{number}/cancel/", by="trainer")

    wait_for(lambda: not site.alive(), name="both are gone")
    assert site.over(number)["status"] == "canceled"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param("1m", id="before the child starts"),  # the parent has 2.8 MB
        pytest.param("4m", id="while the child writes its candidate"),
    ],
)
def test_a_full_disk(site: Survivor, size: str) -> None:
    before = site.versions()
    with small_disk(site.home / "jobs", size):
        job = site.run("train")
    assert (job["status"], job["attempt"]) == ("failed", 1)
    assert "The disk has no space left." in job["error"]
    assert site.versions() == before
    assert site.run("train")["status"] == "succeeded"


def test_a_full_database_when_the_version_is_stored(site: Survivor) -> None:
    before = site.versions()
    site.order("train")
    with site.database() as rows:
        (pages,) = rows.execute("PRAGMA page_count").fetchone()
    # Enough pages for a job's rows, but not for the 2.8 MB of a version.
    small = {"DJANGO_SETTINGS_MODULE": SMALL_DATABASE, "MOST_PAGES": str(pages + 100)}
    with site.asleep("worker"):
        site.launch_worker("confined", small)
        try:
            job = site.over(site.retrain())
        finally:
            site.kill("confined")

    assert (job["status"], job["attempt"]) == ("failed", 1)
    assert job["error"] == "The database has no space left."
    assert site.versions() == before
    assert site.run("train")["status"] == "succeeded"
