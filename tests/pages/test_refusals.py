"""The page of a refusal links back to the previous page of the site."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from recognizer.models import Drawing, ModelVersion, User
from tests.conftest import signed_in
from tests.pages.rows import make_drawing


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


def test_a_form_that_is_sent_signed_out_leads_back_to_its_page(owner: User) -> None:
    drawing = make_drawing(owner)
    client, page = Client(), f"http://testserver{drawing.get_absolute_url()}"

    response = client.post(f"{page}delete/", headers={"referer": page}, follow=True)

    assert "You were signed out, so nothing was done." in response.text
    assert response.context["form"]
    (sent_to, _), *_ = response.redirect_chain
    assert parse_qs(urlsplit(sent_to).query) == {"next": [page]}
    assert Drawing.objects.filter(pk=drawing.pk).exists()
    owner.set_password("a long password")
    owner.save()
    named = {"username": owner.username, "password": "a long password"}
    assert client.post(sent_to, named)["Location"] == page


def test_an_address_for_forms_says_so_when_it_is_opened(owner: User) -> None:
    drawing = make_drawing(owner)

    response = signed_in(owner).get(f"{drawing.get_absolute_url()}label/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address takes only forms." in response.text
