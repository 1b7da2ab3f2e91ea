"""Two machines with nothing in common but PostgreSQL, Redis and the secret key.

Each has its own home, web processes and workers, as with docs/operating.md on two hosts.
"""

import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from http.cookiejar import CookieJar
from threading import Event

import pytest

from tests.actions.reading.files import archive, picture
from tests.conftest import SEVEN
from tests.processes.forms import mirrored_digits
from tests.processes.servers import postgresql, redis
from tests.processes.site import Site, processes
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

PROGRAMS = {"web", "worker", "reader"}
PICTURES = 30  # of visitors; in an hour, since a minute may pass on a busy machine
IN_A_BATCH = 300  # enough that two batches are read at the same time

Pair = tuple[Site, Site]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two running machines, and a file that says what trainings do (stand_in.py)."""
    orders = tmp_path_factory.mktemp("orders") / "now"
    orders.write_text("train 1")
    with postgresql() as database, redis() as broker:
        shared = {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker.url,
            "SECRET_KEY": "shared by both machines",
            "TRAINING_COMMAND": f"{sys.executable} -m tests.processes.stand_in {orders}",
            "RESCORE_AFTER_PROMOTION": "0",
            "ANON_PICTURE_RATE": f"{PICTURES}/hour",
            "STORED_ANSWERS_AUGMENTED": "1",  # makes reading slow enough to be seen
        }
        here = Site(tmp_path_factory.mktemp("here"), shared).set_up()
        there = Site(tmp_path_factory.mktemp("there"), shared, tokens=here.tokens)
        there.manage("collectstatic", "--no-input")
        try:
            yield here.start(), there.start()
        finally:
            for site in (here, there):
                site.stop()


@pytest.fixture
def machines(both: Pair) -> Pair:
    """Both machines with all their programs, of which tests kill some."""
    for site in both:
        if missing := PROGRAMS - site.running.keys():
            site.start(*missing)
    here, _ = both
    wait_for(
        lambda: here.get("/api/v1/jobs/", by="owner")["worker"]["alive"],
        name="a worker",
    )
    return both


class Person:
    """Somebody with a browser that is signed in, on whatever machine the proxy chooses."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, site: Site, path: str, form: dict[str, str] | None = None) -> str:
        data = None
        if form is not None:
            (token,) = [each.value or "" for each in self.cookies if each.name == "csrftoken"]
            data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode()
        with self.opener.open(f"http://127.0.0.1:{site.port}{path}", data) as page:
            return page.url


def test_a_promotion_on_one_machine_serves_on_all(machines: Pair) -> None:
    here, there = machines
    here.correct(mirrored_digits(2))
    made = here.wait_for_job(there.retrain(), "succeeded")["version"]
    before = here.serving()
    body = {"expected_serving": before, "reason": "a test"}

    here.post(f"/api/v1/versions/{made}/promote/", body, by="trainer")

    there.follows(made)
    with pytest.raises(urllib.error.HTTPError, match="409"):  # the other knows what serves
        there.post(f"/api/v1/versions/{made}/promote/", body, by="trainer")
    there.post("/api/v1/versions/roll-back/", {"expected_serving": made}, by="trainer")
    here.follows(before)


def test_who_signs_in_on_one_machine_is_signed_in_on_all(machines: Pair) -> None:
    here, there = machines
    person = Person()
    person.open(here, "/accounts/login/")

    person.open(here, "/accounts/login/", {"username": "owner", "password": "correct horse"})

    assert person.open(there, "/drawings/").endswith("/drawings/")
    person.open(there, "/accounts/logout/", {})
    assert "/login/" in person.open(here, "/drawings/")


def test_machines_share_a_limit(machines: Pair) -> None:
    image = picture()

    def status(number: int) -> int:
        try:
            machines[number % 2].upload("/api/v1/recognize/", "image", image, by="")
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    with ThreadPoolExecutor(8) as visitors:
        statuses = Counter(visitors.map(status, range(2 * PICTURES)))

    assert statuses == {200: PICTURES, 429: PICTURES}


def test_one_training_at_a_time_and_a_killed_worker_hands_over_once(
    machines: Pair,
) -> None:
    here, there = machines
    before = here.get("/api/v1/versions/", by="owner")["results"][0]["number"]
    first = here.retrain(seed=1)
    wait_for(lambda: trains(here) or trains(there), name="a training")
    at_work, idle = machines if trains(here) else (there, here)
    second = idle.retrain(seed=2)

    assert here.job(second)["status"] == "queued"
    at_work.kill("worker")

    job = idle.wait_for_job(first, "succeeded", "failed")
    assert (job["status"], job["attempt"]) == ("succeeded", 2), job["error"]
    assert not trains(at_work)
    job = idle.wait_for_job(second, "succeeded", "failed")
    assert (job["status"], job["attempt"]) == ("succeeded", 1), job["error"]
    made = [each["number"] for each in here.get("/api/v1/versions/", by="owner")["results"]]
    assert sorted(number for number in made if number > before) == [before + 1, before + 2]


def trains(site: Site) -> bool:
    return any("stand_in" in words and str(site.home) in words for *_, words in processes())


def test_a_killed_web_server_loses_no_acknowledged_drawing(machines: Pair) -> None:
    here, there = machines
    acknowledged: list[int] = []
    lost, enough = Event(), Event()

    def draw(site: Site) -> None:
        while not enough.is_set():
            try:
                saved = site.post("/api/v1/drawings/", {"strokes": SEVEN}, by="owner")
            except (OSError, HTTPException):  # what was not acknowledged may be stored or not
                lost.set()
                site = there
                continue
            acknowledged.append(saved["id"])

    with ThreadPoolExecutor(4) as people:
        drawing = [people.submit(draw, site) for site in (here, there, here, there)]
        wait_for(lambda: len(acknowledged) > 20, name="drawings are stored")
        here.kill("web")
        lost.wait(60)
        known = len(acknowledged)
        wait_for(lambda: len(acknowledged) > known + 20, name="the other goes on")
        enough.set()
        for each in drawing:
            each.result()

    assert lost.is_set()
    found = [there.get(f"/api/v1/drawings/{pk}/", by="owner")["id"] for pk in acknowledged]
    assert found == acknowledged
    assert len(set(found)) == len(found)


def test_reading_jobs_spread_over_the_machines(machines: Pair) -> None:
    here, _ = machines
    files = archive({f"{i}.png": picture() for i in range(IN_A_BATCH)}).getvalue()
    batches = [
        here.upload("/api/v1/batches/", "archive", files, by="owner")["id"] for _ in range(2)
    ]

    def states() -> list[tuple[str, int]]:
        read = [here.get(f"/api/v1/batches/{pk}/", by="owner") for pk in batches]
        return [(each["status"], each["done"]) for each in read]

    def at_once() -> bool:
        now = states()
        assert [state for state, _ in now].count("succeeded") == 0, "one after the other"
        return all(state == "running" and done > 0 for state, done in now)

    wait_for(at_once, name="both are read at the same time")
    wait_for(
        lambda: [state for state, _ in states()] == ["succeeded"] * 2,
        name="both are read",
    )
