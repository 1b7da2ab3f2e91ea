"""The home page of those who are not signed in."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.test import Client

from recognizer.models import User
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def page(client: Client | None = None) -> str:
    return (client or Client()).get("/").content.decode()


def test_it_has_paper_to_draw_on_and_leads_to_an_account() -> None:
    words = page()

    assert 'data-recognize="/api/v1/recognize/"' in words
    assert words.count("data-bar=") == 10
    assert 'href="/accounts/sign-up/"' in words
    assert 'href="/accounts/login/"' in words


def test_nobody_gets_a_session_by_looking() -> None:
    client = Client()
    page(client)

    assert "sessionid" not in client.cookies
    assert not Session.objects.exists()


def test_whoever_is_signed_in_gets_the_studio(owner: User) -> None:
    assert "data-studio" in page(signed_in(owner))


def test_an_address_of_ones_own_drawing_asks_to_sign_in() -> None:
    response = Client().get("/?drawing=3")

    assert response["Location"] == "/accounts/login/?next=/%3Fdrawing%3D3"


def test_trying_can_be_turned_off(settings: Any) -> None:
    settings.TRY_WITHOUT_ACCOUNT = False
    words = page()

    assert "data-pad" not in words
    assert "js/home.js" not in words
    assert 'href="/accounts/login/"' in words


def test_it_does_not_lead_to_a_sign_up_that_is_closed(settings: Any) -> None:
    settings.SIGN_UP = False

    assert "sign-up" not in page()


def test_it_is_changed_by_nothing() -> None:
    assert Client().post("/").status_code == 405


def test_everything_it_loads_is_the_sites_own_and_there() -> None:
    addresses = re.findall(r'<(?:link|script|img|use)[^>]+(?:href|src)="([^"#]+)', page())

    assert addresses
    missing = [each for each in addresses if not finders.find(each.removeprefix("/static/"))]
    assert missing == []
