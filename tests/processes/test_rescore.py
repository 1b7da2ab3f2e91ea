"""A re-scoring continues after its worker was killed, and after it was canceled."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

DRAWINGS = 500
# Two more versions of the shipped network, and unanswered drawings.
ROWS = f"""
import numpy as np
from recognizer.models import User
from mlcore.recognition import bundle
from recognizer.actions.versions.deployment import register_version
from recognizer.models import Drawing
from tests.pages.rows import stored
for _ in range(2):
    register_version(bundle=bundle.shipped())
seen = np.zeros((28, 28), np.uint8)
seen[4:24, 12:16] = 255
owner = User.objects.get(username="owner")
Drawing.objects.bulk_create(
    Drawing(owner=owner, **stored(seen)) for _ in range({DRAWINGS})
)
"""
ANSWERS = """
SELECT drawing_id, label FROM recognizer_answer p
JOIN recognizer_modelversion v ON v.id = p.version_id WHERE v.number = ?
"""


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Test-time augmentation makes the re-scoring slow enough to interrupt."""
    site = Site(tmp_path, {"STORED_ANSWERS_AUGMENTED": "1"}).set_up()
    site.manage("shell", "--verbosity", "0", "-c", ROWS)
    yield site.start()
    site.stop()


def answers(site: Site, number: int) -> tuple[int, int, set[int]]:
    """Return a version's number of answers, its number of answered drawings, and the labels."""
    with site.database() as rows:
        found = rows.execute(ANSWERS, [number]).fetchall()
    return len(found), len(dict(found)), set(dict(found).values())


def rescore(site: Site, number: int) -> int:
    return site.post("/api/v1/jobs/", {"kind": "rescore", "version": number}, by="trainer")["id"]


def in_the_middle(site: Site, job: int) -> None:
    def begun() -> bool:
        done = site.job(job)["done"] or 0
        assert done < DRAWINGS, "finished before it could be interrupted"
        return done > 0

    wait_for(begun, name="the first batch is stored")


def test_killed_and_canceled_re_scorings_continue_where_they_stopped(site: Site) -> None:
    job = rescore(site, 2)
    in_the_middle(site, job)
    os.killpg(site.running["worker"].pid, signal.SIGSTOP)  # the worker waits during the check
    stored = answers(site, 2)[0]
    assert 0 < stored < DRAWINGS
    site.kill("worker")
    site.start("worker")

    over = site.wait_for_job(job, "succeeded", "failed")

    assert (over["status"], over["attempt"]) == ("succeeded", 2), over["error"]
    assert over["result"] == {"drawings": DRAWINGS, "read": DRAWINGS}
    assert answers(site, 2) == (DRAWINGS, DRAWINGS, {"1"})

    job = rescore(site, 3)
    in_the_middle(site, job)
    site.post(f"/api/v1/jobs/{job}/cancel/", by="trainer")
    site.wait_for_job(job, "canceled")
    kept = answers(site, 3)[0]
    assert 0 < kept < DRAWINGS

    over = site.wait_for_job(rescore(site, 3), "succeeded", "failed")

    assert over["result"]["read"] == DRAWINGS - kept
    assert answers(site, 3) == (DRAWINGS, DRAWINGS, {"1"})
