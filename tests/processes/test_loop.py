"""The whole loop through the API, on PostgreSQL and Redis: draw, correct, retrain, promote.

tests/browser/test_whole_loop.py runs it in the browser, on SQLite and the embedded broker.
"""

from collections.abc import Iterator

import pytest

from tests.processes.forms import mirrored_digits
from tests.processes.servers import postgresql, redis
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

QUICK = {"steps": 60}  # enough to learn mirrored digits
TINY = {"steps": 10, "rehearsal": 200}  # enough to finish


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with postgresql() as database, redis() as broker:
        environment = {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker.url,
            "SECRET_KEY": "shared by all processes of this test",
        }
        site = Site(tmp_path_factory.mktemp("site"), environment).set_up()
        try:
            yield site.start()
        finally:
            site.stop()


def test_the_loop_on_postgresql_and_redis(site: Site) -> None:
    assert site.serving() == 1
    site.correct(mirrored_digits(20))

    number = site.retrain(seed=1, **QUICK)

    job = site.wait_for_job(number, "succeeded", "failed")
    assert job["status"] == "succeeded", job["error"]
    assert job["version"] == 2
    newest = site.get("/api/v1/versions/", by="owner")["results"][0]
    assert newest["number"] == 2
    assert newest["verdict"]["passed"], newest["verdict"]
    [label] = site.get("/api/v1/drawings/1/labels/", by="owner")
    assert (label["by"], label["state"], label["learned_by"]) == ("trainer", "approved", [2])
    site.follows(2)
    unseen = mirrored_digits(40)[20:]
    right = sum(site.answer(strokes)["digit"] == label for strokes, label in unseen)
    assert right >= 15, f"{right} of {len(unseen)} unseen drawings of that hand"


def test_canceling_ends_the_training_process(site: Site) -> None:
    before = site.serving()
    unseen = mirrored_digits(44)[40:]
    site.correct([(strokes, (label + 1) % 10) for strokes, label in unseen])  # none is read so
    number, second = (site.retrain(seed=seed, **TINY) for seed in (1, 2))
    site.wait_for_job(number, "running")
    wait_for(site.training_processes, name="a training process")
    assert site.job(second)["status"] == "queued"
    site.post(f"/api/v1/jobs/{number}/cancel/", by="trainer")
    site.post(f"/api/v1/jobs/{second}/cancel/", by="trainer")
    site.wait_for_job(number, "canceled")
    assert site.job(second)["status"] == "canceled"
    site.is_swept()
    assert site.training_processes() == []
    assert site.serving() == before
