"""Draw, answer, save, correct, retrain, serve the better version: with real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.forms import mirrored_digits
from tests.processes.servers import postgresql, redis
from tests.processes.site import Site, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def with_servers(tmp_path: Path) -> Iterator[Site]:
    with postgresql() as database, redis() as broker:
        environment = {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker,
            "SECRET_KEY": "shared by all processes of this test",
        }
        site = Site(tmp_path, environment)
        yield site.set_up()
        site.stop()


def test_the_loop_on_the_embedded_default(embedded):
    loop(embedded.start())


def test_the_loop_on_postgresql_and_redis(with_servers):
    loop(with_servers.start())


def loop(site: Site) -> None:
    assert site.serving() == 1
    site.correct(mirrored_digits(20))
    job = site.wait_for_job(site.retrain(), "succeeded", "failed")
    assert job["status"] == "succeeded", job["error"]
    assert job["version"] == 2
    assert job["result"]["verdict"]["passed"], job["result"]["verdict"]
    wait_for(lambda: site.serving() == 2, seconds=5, name="every web process serves version 2")
    unseen = mirrored_digits(40)[20:]
    right = sum(site.answer(strokes)["digit"] == label for strokes, label in unseen)
    assert right >= 15, f"{right} of {len(unseen)} unseen drawings of that hand"


def test_a_killed_worker_costs_time_and_nothing_else(embedded):
    site = embedded.start()
    site.correct(mirrored_digits(4))
    number = site.retrain()
    site.wait_for_job(number, "running")
    site.kill("worker")
    site.start("worker")
    job = site.wait_for_job(number, "succeeded", "failed")
    assert (job["status"], job["attempt"]) == ("succeeded", 2), job["error"]
    assert len(site.get("/api/v1/versions/", by="owner")["results"]) == 2


def test_cancelling_ends_the_training_process(embedded):
    site = embedded.start()
    site.correct(mirrored_digits(4))
    number, second = site.retrain(), site.retrain()
    site.wait_for_job(number, "running")
    assert site.job(second)["status"] == "queued"
    site.post(f"/api/v1/jobs/{number}/cancel/", by="trainer")
    site.post(f"/api/v1/jobs/{second}/cancel/", by="trainer")
    site.wait_for_job(number, "cancelled", seconds=10)
    assert site.job(second)["status"] == "cancelled"
    assert list((site.home / "jobs").iterdir()) == []
    assert site.serving() == 1
