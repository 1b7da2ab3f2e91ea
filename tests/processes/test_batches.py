"""A batch is read while the other worker is busy, and goes on after its worker was killed."""

from pathlib import Path
from typing import Any

import pytest

from tests.actions.reading.files import archive, picture
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

PICTURES = 400
RESULTS = """
SELECT p."index", p.status, p.text, p.drawing_id FROM recognizer_batchpicture p ORDER BY p."index"
"""


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Test-time augmentation makes the reading slow enough to interrupt."""
    site = Site(tmp_path, {"STORED_ANSWERS_AUGMENTED": "1"}).set_up()
    yield site.start()
    site.stop()


def test_a_killed_reader_costs_an_attempt_and_no_row(site: Site) -> None:
    site.put_to_sleep(site.running["worker"].pid)  # as busy as in a training
    files = archive({f"{i}.png": picture() for i in range(PICTURES)}).getvalue()
    sent = site.upload("/api/v1/batches/", "archive", files, by="owner", fields={"save": "true"})
    pk = sent["id"]

    def batch() -> dict[str, Any]:
        return site.get(f"/api/v1/batches/{pk}/", by="owner")

    def begun() -> bool:
        done = batch()["done"]
        assert done < PICTURES, "finished before it could be interrupted"
        return done > 0

    wait_for(begun, name="the first pictures are stored")
    site.kill("reader")
    site.start("reader")
    wait_for(lambda: batch()["status"] == "succeeded", name="the batch is read")

    assert (batch()["attempt"], batch()["counts"]["read"]) == (2, PICTURES)
    with site.database() as rows:
        found = rows.execute(RESULTS).fetchall()
        (drawings,) = rows.execute("SELECT count(*) FROM recognizer_drawing").fetchone()
    assert [row[0] for row in found] == list(range(PICTURES))
    assert {row[1:3] for row in found} == {("read", "1")}
    assert len({row[3] for row in found}) == drawings == PICTURES
