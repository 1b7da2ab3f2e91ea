"""The page of a refusal links back to the previous page of the site."""

import pytest
from django.test import Client

from recognizer.models import ModelVersion, User
from tests.conftest import signed_in


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/versions/", "http://testserver/versions/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_link_back_stays_on_the_site(
    first: ModelVersion, trainer: User, referer: str, back: str
) -> None:
    response = signed_in(trainer).post("/versions/roll-back/", headers={"referer": referer})

    assert response.status_code == 409
    assert f'<a class="btn" href="{back}">' in response.content.decode()


def test_an_outdated_csrf_token_gives_the_sites_own_page(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    response = client.post("/account/tokens/", {"name": "one"})

    assert response.status_code == 403
    assert "This page has expired" in response.text
    assert not owner.api_tokens.exists()
