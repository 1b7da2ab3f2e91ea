"""A backup is made while four writers write, everything is killed, and it is restored elsewhere."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import ONE, SEVEN
from tests.processes.servers import postgresql
from tests.processes.site import ROOT, Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

# More by hand: BACKUP_DRAWINGS=1000 makes the test some minutes long.
DRAWINGS, WRITERS = int(os.environ.get("BACKUP_DRAWINGS", "100")), 4
CHAMPION = 2
# A second version of the shipped network serves.
PROMOTED = """
from mlcore.recognition import bundle
from recognizer.actions.versions.deployment import deploy_version, register_version
deploy_version(version=register_version(bundle=bundle.shipped()), kind="promotion", reason="test")
"""
ANOTHER = "from recognizer.models import User; User.objects.create_user('another')"
CONTENT = """
from recognizer.models import Drawing, User
print(User.objects.count(), Drawing.objects.count())
"""
MakeSite = Callable[[str], Site]


@contextmanager
def sqlite(folder: Path) -> Iterator[MakeSite]:
    def make(name: str) -> Site:
        home = folder / name
        home.mkdir()
        return Site(home, {"API_RATE": "1000000/min"})

    yield make


@contextmanager
def server(folder: Path) -> Iterator[MakeSite]:
    with postgresql() as url:

        def make(name: str) -> Site:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            home = folder / name
            home.mkdir()
            database = url.replace("/postgres", f"/{name}")
            environment = {"DATABASE_URL": database, "SECRET_KEY": f"the secret of {name}"}
            return Site(home, {"API_RATE": "1000000/min", **environment})

        yield make


@pytest.fixture(params=[sqlite, server], ids=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeSite]:
    """Makes sites, each with a home and a database of its own."""
    made = []
    with request.param(tmp_path) as make:

        def remembered(name: str) -> Site:
            made.append(make(name))
            return made[-1]

        yield remembered
        for site in made:
            site.stop()


class Writers:
    """Four people's programs, which save drawings through the API until the server is gone."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.acknowledged: dict[int, Any] = {}
        self.refused: list[Exception] = []
        self.server_is_killed = threading.Event()

    def write(self, number: int) -> None:
        dice = random.Random(number)
        while not self.server_is_killed.is_set():
            body = {"strokes": varied(dice.choice([SEVEN, ONE]), dice)}
            try:
                saved = self.site.post("/api/v1/drawings/", body, by="owner")
            except (OSError, HTTPException) as error:
                if not self.server_is_killed.is_set():
                    self.refused.append(error)
                return
            self.acknowledged[saved["id"]] = saved["answer"]

    def wait_for(self, count: int) -> None:
        wait_for(
            lambda: len(self.acknowledged) >= count or self.refused,
            name=f"{count} drawings are saved",
        )

    def kill_server(self) -> None:
        self.server_is_killed.set()
        self.site.kill("web")


def varied(strokes: list, dice: random.Random) -> list:
    return [[[x + dice.gauss(0, 5), y + dice.gauss(0, 5)] for x, y in stroke] for stroke in strokes]


@contextmanager
def writing(site: Site) -> Iterator[Writers]:
    writers = Writers(site)
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writers.write, number) for number in range(WRITERS)]
        try:
            yield writers
        finally:
            writers.server_is_killed.set()
    for each in running:
        each.result()


def stored(site: Site) -> dict[int, Any]:
    """Return the answers of all drawings by their numbers, as the API lists them."""
    found: dict[int, Any] = {}
    path = "/api/v1/drawings/?page_size=200"
    while path:
        page = site.get(path, by="owner")
        found |= {drawing["id"]: drawing["answer"] for drawing in page["results"]}
        path = (page["next"] or "").replace(f"http://127.0.0.1:{site.port}", "")
    return found


def content(site: Site) -> str:
    return site.manage("shell", "--verbosity", "0", "-c", CONTENT).strip()


def refused(site: Site, *arguments: str) -> tuple[int, str]:
    """Run manage.py, and return its exit status and what it said about the failure."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_what_was_acknowledged_before_a_backup_is_there_after_a_restore(
    make: MakeSite, tmp_path: Path
) -> None:
    site, file = make("here").set_up(), tmp_path / "backup.zip"
    site.manage("shell", "--verbosity", "0", "-c", PROMOTED)
    site.start("web")
    answer = site.answer(SEVEN)
    assert answer["version"] == CHAMPION
    with writing(site) as writers:
        writers.wait_for(DRAWINGS // 2)
        before = dict(writers.acknowledged)
        site.manage("backup", str(file))
        assert len(writers.acknowledged) > len(before)  # nobody waited for it
        writers.wait_for(DRAWINGS)
        writers.kill_server()
    assert writers.refused == []

    elsewhere = make("elsewhere")
    said = elsewhere.manage("restore", str(file))
    elsewhere.manage("setup")
    elsewhere.tokens = site.tokens
    elsewhere.start("web")

    assert f"version {CHAMPION} serves" in said
    there = stored(elsewhere)
    assert before.items() <= there.items()
    assert all(answer == writers.acknowledged[number] for number, answer in there.items())
    assert without_time(elsewhere.answer(SEVEN)) == without_time(answer)
    saved = elsewhere.post("/api/v1/drawings/", {"strokes": SEVEN}, by="owner")
    assert saved["id"] not in there


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "latency_ms"}


def test_a_database_with_accounts_is_only_replaced_if_asked(make: MakeSite, tmp_path: Path) -> None:
    site, file = make("here").set_up(), str(tmp_path / "backup.zip")
    site.manage("backup", file)
    site.manage("shell", "--verbosity", "0", "-c", ANOTHER)

    status, words = refused(site, "restore", file)

    assert status == 73
    assert "The database is not empty (accounts: 3, drawings: 0, version 1 serves)" in words
    assert content(site) == "3 0"
    site.manage("restore", "--overwrite", file)
    assert content(site) == "2 0"


def test_a_restore_into_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with server(tmp_path) as make_server, sqlite(tmp_path) as make_file:
        file = str(tmp_path / "backup.zip")
        one, other = make_file("here"), make_server("elsewhere")
        one.set_up().manage("backup", file)
        status, words = refused(other, "restore", file)
        assert (status, "this site's database is PostgreSQL" in words) == (78, True)
        assert content_of_server(other) == []


def content_of_server(site: Site) -> list[Any]:
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        return connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()


def test_a_restore_that_fails_in_the_middle_changes_nothing_on_postgresql(tmp_path: Path) -> None:
    """The dump has a table of somebody else, which the other database has as well."""
    with server(tmp_path) as make:
        site, other, file = (
            make("here").set_up(),
            make("elsewhere").set_up(),
            str(tmp_path / "b.zip"),
        )
        for each in (site, other):
            with psycopg.connect(each.environment["DATABASE_URL"]) as connection:
                connection.execute("CREATE TABLE zebras ()")
        site.manage("backup", file)

        status, words = refused(other, "restore", "--overwrite", file)

        assert (status, 'relation "zebras" already exists' in words) == (69, True)
        assert content(other) == "2 0"


def test_a_restore_that_finds_no_room_changes_nothing_on_sqlite(tmp_path: Path) -> None:
    with sqlite(tmp_path) as make:
        site, other, file = make("here").set_up(), make("elsewhere").set_up(), tmp_path / "b.zip"
        site.manage("shell", "--verbosity", "0", "-c", PROMOTED)  # larger by a version
        site.manage("backup", str(file))
        with other.database() as rows:
            (pages,) = rows.execute("PRAGMA page_count").fetchone()
        small = {"DJANGO_SETTINGS_MODULE": "tests.processes.small_database"}
        limited = Site(other.home, {**small, "MOST_PAGES": str(pages)})

        status, words = refused(limited, "restore", "--overwrite", str(file))

        assert (status, "no space left" in words) == (74, True)
        assert content(other) == "2 0"
        with other.database() as rows:
            assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_without_the_programs_of_postgresql_it_says_what_to_install(tmp_path: Path) -> None:
    with server(tmp_path) as make:
        site = make("here").set_up()
        site.environment["PATH"] = str(tmp_path)
        status, words = refused(site, "backup", str(tmp_path / "backup.zip"))
        assert (status, "pg_dump is not installed" in words) == (69, True)
        assert not (tmp_path / "backup.zip").exists()
