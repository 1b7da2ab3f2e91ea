"""The review page and the link to it. tests/browser tests reviewing itself."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer.models import Correction, Drawing, User
from tests.actions.labels.queue import labeled
from tests.conftest import signed_in
from tests.pages.rows import DRAWN

COUNT = re.compile(r'data-waiting( hidden)? title="[^"]+">(\d+\+?)<')


def link(client: Client) -> re.Match[str] | None:
    """Find the number beside “Review” in the navigation of another page."""
    return COUNT.search(client.get("/drawings/").text)


def test_a_reviewer_sees_the_page(reviewer: User) -> None:
    page = signed_in(reviewer).get("/review/")

    assert page.status_code == 200
    assert 'data-next="/api/v1/review/next/"' in page.text
    assert page.text.count("data-label=") == 11


def test_others_have_neither_the_page_nor_a_link(owner: User) -> None:
    client = signed_in(owner)

    assert client.get("/review/").status_code == 403
    assert link(client) is None


def test_it_requires_sign_in(db: None, client: Client) -> None:
    assert client.get("/review/")["Location"] == "/accounts/login/?next=/review/"


def test_post_is_not_allowed(reviewer: User) -> None:
    assert signed_in(reviewer).post("/review/").status_code == 405


def test_the_link_counts_the_labels_waiting_for_this_reviewer(owner: User, reviewer: User) -> None:
    labeled(owner)
    labeled(owner)
    labeled(owner, by=reviewer)

    found = link(signed_in(reviewer))

    assert found is not None
    assert found.groups() == (None, "2")


@pytest.mark.parametrize(("waiting", "told"), [(99, "99"), (100, "99+"), (103, "99+")])
def test_it_counts_no_further_than_a_hundred(
    owner: User, reviewer: User, waiting: int, told: str
) -> None:
    drawings = Drawing.objects.bulk_create(Drawing(owner=owner, **DRAWN) for _ in range(waiting))
    Correction.objects.bulk_create(
        Correction(drawing=each, by=owner, to_label=7, source="studio", state="pending")
        for each in drawings
    )
    client = signed_in(reviewer)

    with CaptureQueriesContext(connection) as asked:
        found = link(client)

    assert found is not None
    assert found[2] == told
    statements = [query["sql"] for query in asked.captured_queries]
    [counts] = [each for each in statements if "COUNT(" in each and "_correction" in each]
    assert re.search(r"SELECT COUNT\(\*\) FROM \(SELECT .* LIMIT 100\)", counts)


def test_the_count_is_hidden_while_nothing_waits(reviewer: User) -> None:
    found = link(signed_in(reviewer))

    assert found is not None
    assert found[1] == " hidden"


@pytest.mark.parametrize(("blind", "told"), [(True, True), (False, False)])
def test_it_says_whether_labels_are_hidden(
    reviewer: User, settings: object, blind: bool, told: bool
) -> None:
    settings.REVIEW_BLIND = blind

    page = signed_in(reviewer).get("/review/").text

    assert ("appear here after your own answer" in page) is told
