"""The home page without sign-in."""

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


def test_it_has_a_canvas_and_links_to_sign_up_and_sign_in() -> None:
    words = page()

    assert 'data-recognize="/api/v1/recognize/"' in words
    assert words.count("data-bar=") == 11
    assert 'href="/accounts/sign-up/"' in words
    assert 'href="/accounts/login/"' in words


def test_viewing_the_page_makes_no_session() -> None:
    client = Client()
    page(client)

    assert "sessionid" not in client.cookies
    assert not Session.objects.exists()


def test_a_signed_in_person_gets_the_studio(owner: User) -> None:
    assert "data-studio" in page(signed_in(owner))


def test_a_link_to_a_drawing_asks_to_sign_in() -> None:
    response = Client().get("/?drawing=3")

    assert response["Location"] == "/accounts/login/?next=/%3Fdrawing%3D3"


def test_trying_can_be_turned_off(settings: Any) -> None:
    settings.TRY_WITHOUT_ACCOUNT = False
    words = page()

    assert "data-pad" not in words
    assert "js/home.js" not in words
    assert 'href="/accounts/login/"' in words


def test_without_sign_up_there_is_no_link_to_it(settings: Any) -> None:
    settings.SIGN_UP = False

    assert "sign-up" not in page()


def test_post_is_not_allowed() -> None:
    assert Client().post("/").status_code == 405


def test_it_loads_only_existing_files_of_the_site() -> None:
    addresses = re.findall(r'<(?:link|script|img|use)[^>]+(?:href|src)="([^"#]+)', page())

    assert addresses
    files = [each for each in addresses if each != "/site.webmanifest"]  # a page of its own
    missing = [each for each in files if not finders.find(each.removeprefix("/static/"))]
    assert missing == []
