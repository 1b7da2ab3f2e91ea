"""The page for reviewers and the way to it; what happens on it is in tests/browser."""

import re

import pytest
from django.test import Client

from recognizer.models import User
from tests.actions.labels.queue import labeled
from tests.conftest import signed_in

COUNT = re.compile(r'data-waiting( hidden)? title="[^"]+">(\d+)<')


def link(client: Client) -> re.Match[str] | None:
    """The number beside “Review” in the navigation of another page."""
    return COUNT.search(client.get("/drawings/").text)


def test_a_reviewer_sees_the_page(reviewer: User) -> None:
    page = signed_in(reviewer).get("/review/")

    assert page.status_code == 200
    assert 'data-next="/api/v1/review/next/"' in page.text
    assert page.text.count("data-label=") == 11


def test_others_do_not_and_have_no_link_to_it(owner: User) -> None:
    client = signed_in(owner)

    assert client.get("/review/").status_code == 403
    assert link(client) is None


def test_who_is_not_signed_in_is_sent_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/review/")["Location"] == "/accounts/login/?next=/review/"


def test_it_changes_nothing(reviewer: User) -> None:
    assert signed_in(reviewer).post("/review/").status_code == 405


def test_the_link_counts_what_waits_for_this_reviewer(owner: User, reviewer: User) -> None:
    labeled(owner)
    labeled(owner)
    labeled(owner, by=reviewer)

    found = link(signed_in(reviewer))

    assert found is not None
    assert found.groups() == (None, "2")


def test_the_count_is_hidden_while_nothing_waits(reviewer: User) -> None:
    found = link(signed_in(reviewer))

    assert found is not None
    assert found[1] == " hidden"


@pytest.mark.parametrize(("blind", "told"), [(True, True), (False, False)])
def test_it_says_that_labels_are_hidden_where_they_are(
    reviewer: User, settings: object, blind: bool, told: bool
) -> None:
    settings.REVIEW_BLIND = blind

    page = signed_in(reviewer).get("/review/").text

    assert ("once you have answered" in page) is told
