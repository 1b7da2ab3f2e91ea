"""Requests that are sent several times at the same moment, to a site with two web processes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import ONE, SEVEN
from tests.processes.site import Site

pytestmark = pytest.mark.slow

AT_ONCE = 6


def statuses(site: Site, path: str, body: dict, key: str = "") -> list[int]:
    """Send a request AT_ONCE times at the same moment."""
    start = Barrier(AT_ONCE)
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Token {site.tokens['trainer']}",
        **({"Idempotency-Key": key} if key else {}),
    }
    address = f"http://127.0.0.1:{site.port}{path}"
    request = Request(address, json.dumps(body).encode(), headers)

    def status(number: int) -> int:
        start.wait()
        try:
            with urlopen(request) as answer:  # noqa: S310  # of this machine
                return answer.status
        except HTTPError as error:
            with error:
                return error.code

    with ThreadPoolExecutor(AT_ONCE) as clicks:
        return list(clicks.map(status, range(AT_ONCE)))


def count(site: Site, table: str) -> int:
    with site.database() as rows:
        return rows.execute(f"SELECT COUNT(*) FROM recognizer_{table}").fetchone()[0]  # noqa: S608


def rounds(site: Site, send: Callable[[int], list[int]], table: str) -> None:
    for number in range(5):
        before = count(site, table)
        assert set(send(number)) <= {201, 409}
        assert count(site, table) == before + 1


def test_one_of_many_clicks_makes_a_row(embedded: Site) -> None:
    embedded.start("web")
    path = "/api/v1/drawings/"
    rounds(embedded, lambda n: statuses(embedded, path, {"strokes": SEVEN}, f"{n}"), "drawing")
    assert statuses(embedded, path, {"strokes": SEVEN}, "0") == [201] * AT_ONCE

    embedded.correct([(ONE, 1)])
    path = "/api/v1/jobs/"
    rounds(embedded, lambda n: statuses(embedded, path, {"seed": n}, f"job-{n}"), "job")
    with_other_settings = {"recipe": {"steps": 7}}
    answers = statuses(embedded, path, with_other_settings)
    assert sorted(answers) == [201] + [409] * (AT_ONCE - 1)
