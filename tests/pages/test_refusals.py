"""A refusal leads back to where the person was, and nowhere else."""

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
def test_the_way_back_stays_on_the_site(
    first: ModelVersion, trainer: User, referer: str, back: str
) -> None:
    response = signed_in(trainer).post("/versions/roll-back/", headers={"referer": referer})

    assert response.status_code == 409
    assert f'<a class="btn" href="{back}">' in response.content.decode()


def test_a_form_of_an_earlier_session_is_refused_in_the_sites_own_words(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    response = client.post("/account/tokens/", {"name": "one"})

    assert response.status_code == 403
    assert "This page has expired" in response.text
    assert not owner.api_tokens.exists()
