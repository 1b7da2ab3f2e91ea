"""Killed or sleeping workers and web processes, lost messages: at most one result."""

import os
import signal
from pathlib import Path

import pytest

from tests.processes.survival import Survivor, parent_of
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow


def test_a_killed_worker_group_costs_one_attempt(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("idle")
    child = site.child()
    site.order("train")

    site.kill_group("worker")

    wait_for(lambda: child not in site.alive(), name="its child ends as well")
    site.made_one_version(number, 2, before)


def test_after_the_last_attempt_a_job_fails_with_a_reason(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("idle")
    attempts = int(site.environment["JOB_MAX_ATTEMPTS"])
    for attempt in range(1, attempts + 1):
        wait_for(lambda: site.alive(), name=f"the child of attempt {attempt}")
        assert site.job(number)["attempt"] == attempt
        child = site.child()
        os.kill(parent_of(child), signal.SIGKILL)  # the worker's task process
        wait_for(lambda child=child: child not in site.alive(), name="it ends as well")

    job = site.over(number)

    assert (job["status"], job["attempt"]) == ("failed", attempts)
    assert job["error"] == f"The worker was lost {attempts} times during the job."
    assert site.versions() == before


def test_a_web_process_killed_between_commit_and_message(site: Survivor) -> None:
    before, known = site.versions(), site.jobs_there()
    site.order("train")
    other = site.killed_web()

    with pytest.raises(ConnectionError):
        other.retrain()

    assert other.running["killed_web"].wait() == -signal.SIGKILL
    (number,) = site.jobs_there() - known
    site.made_one_version(number, 1, before)


def test_killed_web_processes_are_restarted_and_the_job_continues(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("train 2")
    site.kill_group("web")
    wait_for(site.answers, name="the web server answers again")
    site.made_one_version(number, 1, before)


def test_a_truncated_message(site: Survivor) -> None:
    before = site.versions()
    site.order("train")
    with site.asleep("worker"):
        known = messages(site)
        number = site.retrain()
        (sent,) = messages(site) - known
        os.truncate(sent, sent.stat().st_size // 2)
    wait_for(lambda: not sent.exists(), name="it is taken")
    site.made_one_version(number, 1, before)


def test_an_embedded_broker_that_is_missing(site: Survivor) -> None:
    before = site.versions()
    folder = site.home / "queue" / "messages"
    site.order("train")
    away = folder.rename(folder.with_name("away"))
    number = site.retrain()
    assert site.job(number)["status"] == "queued"
    away.rename(folder)
    site.made_one_version(number, 1, before)


def messages(site: Survivor) -> set[Path]:
    """Return the messages in the embedded queue."""
    return set((site.home / "queue" / "messages").glob("*.msg"))
