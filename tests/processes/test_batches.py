"""A batch is read while the other worker is busy, and goes on after its worker was killed."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.actions.reading.files import archive, picture
from tests.processes.site import Site, wait_for

pytestmark = pytest.mark.slow

PICTURES = 400
FORM = b"""--between\r
Content-Disposition: form-data; name="save"\r
\r
true\r
--between\r
Content-Disposition: form-data; name="archive"; filename="all.zip"\r
Content-Type: application/zip\r
\r
%b\r
--between--\r
"""
RESULTS = """
SELECT p."index", p.status, p.text, p.drawing_id FROM recognizer_batchpicture p ORDER BY p."index"
"""


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Test-time augmentation makes the reading slow enough to interrupt."""
    site = Site(tmp_path, {"STORED_ANSWERS_AUGMENTED": "1"}).set_up()
    yield site.start()
    site.stop()


def send(site: Site, files: dict[str, bytes]) -> int:
    """Send a batch with `save` and return its id."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.port}/api/v1/batches/",
        FORM % archive(files).getvalue(),
        {
            "Content-Type": "multipart/form-data; boundary=between",
            "Authorization": f"Token {site.tokens['owner']}",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (http only)
        assert response.status == 202
        return json.loads(response.read())["id"]


def test_a_killed_reader_costs_an_attempt_and_no_row(site: Site) -> None:
    site.put_to_sleep(site.running["worker"].pid)  # as busy as in a training
    pk = send(site, {f"{i}.png": picture() for i in range(PICTURES)})

    def batch() -> dict[str, Any]:
        return site.get(f"/api/v1/batches/{pk}/", by="owner")

    def begun() -> bool:
        done = batch()["done"]
        assert done < PICTURES, "finished before it could be interrupted"
        return done > 0

    wait_for(begun, seconds=120, name="the first pictures are stored")
    site.kill("reader")
    site.start("reader")
    wait_for(lambda: batch()["status"] == "succeeded", seconds=240, name="the batch is read")

    assert (batch()["attempt"], batch()["counts"]["read"]) == (2, PICTURES)
    with site.database() as rows:
        found = rows.execute(RESULTS).fetchall()
        (drawings,) = rows.execute("SELECT count(*) FROM recognizer_drawing").fetchone()
    assert [row[0] for row in found] == list(range(PICTURES))
    assert {row[1:3] for row in found} == {("read", "1")}
    assert len({row[3] for row in found}) == drawings == PICTURES
