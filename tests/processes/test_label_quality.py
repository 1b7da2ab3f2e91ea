"""A worker computes the quality of labels some seconds after they were given."""

import pytest

from tests.conftest import ONE, SEVEN
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow


def scores(site: Site) -> list[float | None]:
    with site.database() as rows:
        found = rows.execute("SELECT label_quality FROM recognizer_correction ORDER BY id")
        return [score for (score,) in found]


def test_a_wrong_label_gets_a_low_quality(embedded: Site) -> None:
    embedded.start()
    for strokes, label in ((SEVEN, 7), (ONE, 8)):
        saved = embedded.post("/api/v1/drawings/", {"strokes": strokes}, by="owner")
        embedded.post(f"/api/v1/drawings/{saved['id']}/label/", {"label": label}, by="owner")

    wait_for(lambda: None not in scores(embedded), name="both labels are scored")

    right, wrong = scores(embedded)
    assert right is not None
    assert wrong is not None
    assert wrong < 0.5 < right
