"""Two workers at once: only one result of a job counts."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.processes.survival import Survivor, parent_of
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

FIVE_TIMES = """
from celery import current_app
from recognizer.actions.jobs import job_requests, lifecycle
lifecycle.wake = lambda job_id: None
job = job_requests.request_retraining(by=None)
for _ in range(5):
    current_app.send_task("recognizer.run_job", args=[job.pk])
print(job.pk)
"""


@pytest.fixture(scope="module", autouse=True)
def another_worker(survivor: Survivor) -> Iterator[None]:
    survivor.launch_worker("another")
    try:
        yield
    finally:
        survivor.kill("another")


def test_five_messages_at_once_make_one_version(site: Survivor) -> None:
    before = site.versions()
    site.order("train")
    number = int(site.shell(FIVE_TIMES).split()[-1])
    site.made_one_version(number, 1, before)


def test_a_worker_that_wakes_after_its_lease_changes_nothing(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("train 1")
    group = os.getpgid(parent_of(site.child()))
    site.put_to_sleep(group)
    try:
        wait_for(lambda: site.job(number)["attempt"] == 2, name="the other's turn")
        site.made_one_version(number, 2, before)
    finally:
        os.killpg(group, signal.SIGCONT)
    assert site.run("train")["status"] == "succeeded"
    assert len(site.versions()) == len(before) + 2
    assert (site.job(number)["status"], site.job(number)["attempt"]) == ("succeeded", 2)
