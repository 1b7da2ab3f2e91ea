"""A page is read again after the worker that read it was killed."""

from typing import Any

import pytest

from tests.actions.reading.sheets import sheet
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

ROWS = [[str(10 + (7 * row + column) % 90) for column in range(10)] for row in range(30)]


def test_a_killed_readers_page_is_read_again(embedded: Site) -> None:
    embedded.environment["JOB_LEASE_SECONDS"] = "20"  # a busy machine renews one of 5 too late
    embedded.start("web", "reader")
    pk = embedded.upload("/api/v1/pages/", "image", sheet(ROWS), by="owner")["id"]

    def page() -> dict[str, Any]:
        return embedded.get(f"/api/v1/pages/{pk}/", by="owner")

    wait_for(lambda: page()["progress"] > 0, name="some cells are read")
    embedded.kill("reader")
    left = page()
    assert (left["status"], left["rows"]) == ("running", []), "read before it was interrupted"
    embedded.start("reader")
    wait_for(lambda: page()["status"] == "succeeded", name="the page is read")

    assert page()["attempt"] == 2
    assert [len(row) for row in page()["rows"]] == [10] * 30
