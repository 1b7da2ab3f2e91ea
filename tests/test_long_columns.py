"""Lists defer long columns: cards, manifests, results of jobs, the pen's directions."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recognizer.models import Deployment, Drawing, ModelVersion, User, WebhookDelivery
from tests.conftest import signed_in
from tests.pages.rows import make_job, make_version

VERSIONS, JOBS = '"recognizer_modelversion"', '"recognizer_job"'
pytestmark = pytest.mark.usefixtures("without_files")

DRAWINGS = '"recognizer_drawing"'
CARDS = ("card", "manifest", "verdict")


@pytest.fixture
def filled(version: ModelVersion, administrator: User) -> None:
    second = make_version(2, parent=version, verdict={"passed": True})
    third = make_version(3, parent=second, metrics={"embedded": {"n": 1, "accuracy": 0.5}})
    Deployment.objects.create(sequence=2, version=second, kind="promotion", by=administrator)
    for made in (second, third):
        result = {"verdict": {"passed": True, "promoted": False}}
        job = make_job(version=made, status="succeeded", requested_by=administrator, result=result)
        WebhookDelivery.objects.create(job=job)


def selected(table: str, address: str, administrator: User) -> list[str]:
    """Return the selected columns of a table under any alias, with repetitions."""
    client = signed_in(administrator)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    found = []
    for sql in (query["sql"] for query in asked.captured_queries):
        names = [table, *re.findall(rf"{table} (T\d+) ON", sql)]
        for name in names:
            found += re.findall(rf'(?:SELECT |, ){name}\."(\w+)"', sql)
    return found


# A page's own rows may need long columns; related rows, of which a number is shown, do not.
LISTS = [
    ("/jobs/", VERSIONS, ("manifest",)),  # labels that the serving version has learned
    ("/jobs/", JOBS, ("config", "progress", "error")),
    ("/api/v1/jobs/", VERSIONS, ()),
    ("/api/v1/versions/", VERSIONS, ("card", "verdict")),
    ("/admin/recognizer/job/", VERSIONS, ()),
    ("/admin/recognizer/job/", JOBS, ("progress", "error")),
    ("/admin/recognizer/modelversion/", VERSIONS, ("card",)),
    ("/admin/recognizer/deployment/", VERSIONS, ()),
    ("/admin/recognizer/webhookdelivery/", JOBS, ()),
    ("/versions/", VERSIONS, CARDS),
    ("/versions/", JOBS, ()),
    ("/", VERSIONS, ("card",)),  # once in a process: of the version that is loaded to answer
]


@pytest.mark.parametrize(("address", "table", "needed"), LISTS)
def test_a_list_fetches_only_the_long_columns_that_it_needs(
    filled: None, administrator: User, address: str, table: str, needed: tuple[str, ...]
) -> None:
    found = selected(table, address, administrator)
    assert "id" in found
    long = {*CARDS, "config", "progress", "error", "result"} & set(found)
    assert long == set(needed)


def test_the_page_of_versions_fetches_long_columns_once(filled: None, administrator: User) -> None:
    """The parents and the log of deployments do not fetch long columns."""
    found = selected(VERSIONS, "/versions/", administrator)
    assert found.count("number") > 3  # rows, parents, log
    # Once for the rows; the verdict also for the version that a roll-back would restore.
    assert [found.count(name) for name in CARDS] == [1, 1, 2]


@pytest.mark.parametrize(
    "address",
    [
        "/drawings/",
        "/api/v1/drawings/",
        "/admin/recognizer/drawing/",
        "/admin/recognizer/correction/",
    ],
)
def test_lists_of_drawings_do_not_fetch_directions(
    draw: Callable[..., Drawing], administrator: User, address: str
) -> None:
    draw(administrator)
    found = selected(DRAWINGS, address, administrator)
    assert "source" in found
    assert not {"picture", "directions"} & set(found)
