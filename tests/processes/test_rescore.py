"""A re-scoring whose worker is killed in the middle, and one that is canceled there, go on."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.processes.site import Site, wait_for

pytestmark = pytest.mark.slow

DRAWINGS = 500
# Two more versions of the shipped network, and drawings that nobody has answered.
ROWS = f"""
import numpy as np
from recognizer.models import User
from mlcore.recognition import bundle
from recognizer.actions.versions.deployment import register_version
from recognizer.models import Drawing
for _ in range(2):
    register_version(bundle=bundle.shipped())
seen = np.zeros((28, 28), np.uint8)
seen[4:24, 12:16] = 255
owner = User.objects.get(username="owner")
Drawing.objects.bulk_create(
    Drawing(owner=owner, source="canvas", strokes=[], network_input=seen.tobytes())
    for _ in range({DRAWINGS})
)
"""
ANSWERS = """
SELECT drawing_id, label FROM recognizer_answer p
JOIN recognizer_modelversion v ON v.id = p.version_id WHERE v.number = ?
"""


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Answers are means over augmented views: slow enough to be met in the middle."""
    site = Site(tmp_path, {"STORED_ANSWERS_AUGMENTED": "1"}).set_up()
    site.manage("shell", "--verbosity", "0", "-c", ROWS)
    yield site.start()
    site.stop()


def answers(site: Site, number: int) -> tuple[int, int, set[int]]:
    """How many answers a version gave, to how many drawings, and which."""
    with site.database() as rows:
        found = rows.execute(ANSWERS, [number]).fetchall()
    return len(found), len(dict(found)), set(dict(found).values())


def rescore(site: Site, number: int) -> int:
    return site.post("/api/v1/jobs/", {"kind": "rescore", "version": number}, by="trainer")["id"]


def in_the_middle(site: Site, job: int) -> None:
    def begun() -> bool:
        done = site.job(job)["done"] or 0
        assert done < DRAWINGS, "over before it could be met"
        return done > 0

    wait_for(begun, seconds=120, name="the first batch is stored")


def test_a_killed_and_a_canceled_re_scoring_go_on_where_they_stopped(site: Site) -> None:
    job = rescore(site, 2)
    in_the_middle(site, job)
    os.killpg(site.running["worker"].pid, signal.SIGSTOP)  # it cannot get on while this looks
    stored = answers(site, 2)[0]
    assert 0 < stored < DRAWINGS
    site.kill("worker")
    site.start("worker")

    over = site.wait_for_job(job, "succeeded", "failed")

    assert (over["status"], over["attempt"]) == ("succeeded", 2), over["error"]
    assert over["result"] == {"drawings": DRAWINGS, "read": DRAWINGS}
    assert answers(site, 2) == (DRAWINGS, DRAWINGS, {1})

    job = rescore(site, 3)
    in_the_middle(site, job)
    site.post(f"/api/v1/jobs/{job}/cancel/", by="trainer")
    site.wait_for_job(job, "canceled", seconds=30)
    kept = answers(site, 3)[0]
    assert 0 < kept < DRAWINGS

    over = site.wait_for_job(rescore(site, 3), "succeeded", "failed")

    assert over["result"]["read"] == DRAWINGS - kept
    assert answers(site, 3) == (DRAWINGS, DRAWINGS, {1})
