"""Workers, web processes and messages that die, sleep, double or vanish: one result at most."""

import pytest

from tests.processes.site import wait_for
from tests.processes.survival import Survivor

pytestmark = pytest.mark.slow


def test_a_killed_worker_group_costs_one_attempt(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("train 3")
    child = site.child()
    site.order("train")

    site.kill_group("worker")

    wait_for(lambda: child not in site.alive(), seconds=5, name="its child ends as well")
    site.made_one_version(number, 2, before)


def test_after_the_last_attempt_a_job_is_given_up_with_a_reason(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("idle")
    with site.database() as rows:  # as if it were the last of its attempts
        rows.execute("UPDATE recognizer_trainingjob SET attempt = 3 WHERE id = ?", [number])

    job = site.over(number)

    assert (job["status"], job["error"]) == (
        "failed",
        "The worker was lost 3 times while training.",
    )
    assert site.versions() == before


def test_a_web_process_killed_between_commit_and_message(site: Survivor) -> None:
    before = site.versions()
    site.order("train")
    site.made_one_version(site.queue_unannounced(), 1, before)


def test_killed_web_processes_come_back_and_the_job_goes_on(site: Survivor) -> None:
    before = site.versions()
    number = site.begin("train 2")
    site.kill_group("web")
    wait_for(site.answers, seconds=120, name="the web server answers again")
    site.made_one_version(number, 1, before)


def test_a_truncated_message_and_a_broker_that_is_away(site: Survivor) -> None:
    before = site.versions()
    messages = site.home / "queue" / "messages"
    (messages / "0_truncated.celery.msg").write_text('{"body": "W1sxXSwge30s')
    wait_for(lambda: not list(messages.glob("0_*")), seconds=120, name="it is taken")
    away = messages.rename(messages.with_name("away"))
    site.order("train")
    number = site.retrain()
    assert site.job(number)["status"] == "queued"
    away.rename(messages)
    site.made_one_version(number, 1, before)
