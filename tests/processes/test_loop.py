"""Draw, answer, save, correct, retrain, serve the better version: with real processes."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.forms import mirrored_digits
from tests.processes.servers import postgresql, redis
from tests.processes.site import Site, wait_for

pytestmark = pytest.mark.slow

QUICK = {"steps": 60, "replay": 600}  # enough for one odd habit
TINY = {"steps": 10, "replay": 200}  # enough to come to an end


@pytest.fixture
def with_servers(tmp_path: Path) -> Iterator[Site]:
    with postgresql() as database, redis() as broker:
        environment = {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker.url,
            "SECRET_KEY": "shared by all processes of this test",
        }
        site = Site(tmp_path, environment)
        yield site.set_up()
        site.stop()


def test_the_loop_on_the_embedded_default_with_a_worker_that_is_killed(embedded):
    job = loop(embedded.start(), meanwhile=kill_the_worker)
    assert job["attempt"] == 2
    assert not [path for path in (embedded.home / "jobs").rglob("*") if path.is_file()]
    assert len(embedded.get("/api/v1/versions/", by="owner")["results"]) == 2


def test_the_loop_on_postgresql_and_redis(with_servers):
    loop(with_servers.start())


def training_processes(site: Site) -> list[str]:
    """The command lines of this site's training children."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True, check=True
    )
    return [
        line
        for line in listed.stdout.splitlines()
        if "mlcore retrain" in line and str(site.home) in line
    ]


def kill_the_worker(site: Site) -> None:
    """While a training process of it runs, which ends as well; another worker comes."""
    wait_for(lambda: training_processes(site), seconds=30, name="a training process")
    site.kill("worker")
    wait_for(lambda: not training_processes(site), seconds=10, name="its child ends as well")
    site.start("worker")


def loop(site: Site, meanwhile: Callable[[Site], None] = lambda site: None) -> dict[str, Any]:
    """Returns the job, during which `meanwhile` happens."""
    assert site.serving() == 1
    site.correct(mirrored_digits(20))
    number = site.retrain(seed=1, **QUICK)
    meanwhile(site)
    job = site.wait_for_job(number, "succeeded", "failed")
    assert job["status"] == "succeeded", job["error"]
    assert job["version"] == 2
    assert job["result"]["verdict"]["passed"], job["result"]["verdict"]
    [label] = site.get("/api/v1/drawings/1/labels/", by="owner")
    assert (label["by"], label["state"], label["learned_by"]) == ("trainer", "approved", [2])
    time.sleep(2)  # what every web process may take to notice
    assert {site.serving() for _ in range(20)} == {2}
    unseen = mirrored_digits(40)[20:]
    right = sum(site.answer(strokes)["digit"] == label for strokes, label in unseen)
    assert right >= 15, f"{right} of {len(unseen)} unseen drawings of that hand"
    return job


def test_cancelling_ends_the_training_process(embedded):
    site = embedded.start()
    site.correct(mirrored_digits(4))
    number, second = site.retrain(**TINY), site.retrain(**TINY)
    site.wait_for_job(number, "running")
    wait_for(lambda: training_processes(site), seconds=30, name="a training process")
    assert site.job(second)["status"] == "queued"
    site.post(f"/api/v1/jobs/{number}/cancel/", by="trainer")
    site.post(f"/api/v1/jobs/{second}/cancel/", by="trainer")
    site.wait_for_job(number, "cancelled", seconds=10)
    assert site.job(second)["status"] == "cancelled"
    assert not [path for path in (site.home / "jobs").rglob("*") if path.is_file()]
    assert training_processes(site) == []
    assert site.serving() == 1
