"""The webhook reports every finished job."""

import pytest

from tests.processes.receiver import Receiver
from tests.processes.survival import Survivor
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow


def jobs_told(receiver: Receiver) -> list[int]:
    return [message["job"] for message in receiver.messages]


def test_every_job_is_delivered_once_even_after_a_failed_attempt(
    site: Survivor, receiver: Receiver
) -> None:
    failed = site.run("refuse")

    wait_for(lambda: failed["id"] in jobs_told(receiver), name="the failed job")
    (refused,) = receiver.refused
    wait_for(lambda: refused["job"] in jobs_told(receiver), name="the one refused")
    (again,) = (each for each in receiver.messages if each["job"] == refused["job"])
    assert again["delivered_as"] == refused["delivered_as"]
    told = jobs_told(receiver)
    assert len(told) == len(set(told))


def test_a_slow_receiver_does_not_cost_a_lease(site: Survivor, receiver: Receiver) -> None:
    receiver.slow = 4.0  # longer than a lease
    try:
        site.run("refuse")
        job = site.run("train 4")
    finally:
        receiver.slow = 0.0
    assert (job["status"], job["attempt"]) == ("succeeded", 1)
