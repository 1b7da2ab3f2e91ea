"""The page that asks for ten digits."""

import pytest
from django.test import Client

from recognizer.models import User
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_it_asks_the_signed_in_and_takes_no_pictures(owner: User) -> None:
    words = signed_in(owner).get("/teach/").content.decode()

    assert 'data-drawings="/api/v1/drawings/"' in words
    assert "data-upload" not in words
    assert "data-crop" not in words


def test_only_who_may_train_is_offered_to_retrain(owner: User, trainer: User) -> None:
    offers = [
        '<form method="post" action="/jobs/">' in signed_in(each).get("/teach/").content.decode()
        for each in (owner, trainer)
    ]
    assert offers == [False, True]


def test_others_are_asked_to_sign_in() -> None:
    answer = Client().get("/teach/")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/accounts/login/?next=/teach/",
    )


@pytest.mark.parametrize("address", ["/labels/", "/jobs/", "/"])
def test_pages_lead_there(owner: User, address: str) -> None:
    assert 'href="/teach/"' in signed_in(owner).get(address).content.decode()
