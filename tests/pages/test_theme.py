"""The choice of light or dark, on every page, with and without an account."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from recognizer.models import User
from recognizer.server_errors import server_error
from tests.conftest import signed_in

DARK = 'media="screen" data-dark'
SYSTEM = 'media="screen and (prefers-color-scheme: dark)" data-dark'
ADDRESS = reverse("recognizer:theme")


def chosen(client: Client, theme: str) -> Client:
    response = client.post(ADDRESS, {"theme": theme, "next": "/what-is-kept/"})
    assert (response.status_code, response["Location"]) == (302, "/what-is-kept/")
    return client


@pytest.mark.parametrize("page", ["foo", "https://elsewhere.example/", ""])
def test_a_strange_page_to_go_back_to_is_no_error(page: str) -> None:
    response = Client().post(ADDRESS, {"theme": "dark", "next": page})
    assert (response.status_code, response["Location"]) == (302, page if page == "foo" else "/")


@pytest.mark.django_db
def test_without_a_choice_a_page_follows_the_system_and_sets_no_cookie() -> None:
    client = Client()
    page = client.get("/").text

    assert SYSTEM in page
    assert '<meta name="color-scheme" content="light dark">' in page
    assert not client.cookies


def test_every_page_follows_the_choice(owner: User, administrator: User) -> None:
    people = [Client(enforce_csrf_checks=True), signed_in(owner), signed_in(administrator)]
    asked = [(each, address) for each in people for address in ("/", "/nowhere/", "/admin/login/")]
    asked += [(people[1], "/api/v1/docs/"), (people[2], "/admin/"), (people[2], "/jobs/")]
    for client in people:
        chosen(client, "dark")
    pages = [client.get(address, follow=True).text for client, address in asked]
    assert [DARK in page and 'content="dark"' in page for page in pages] == [True] * len(asked)

    for client in people:
        chosen(client, "light")
    pages = [client.get(address, follow=True).text for client, address in asked]
    assert [page for page in pages if "data-dark" in page or "#16191f" in page] == []


@pytest.mark.django_db
def test_the_system_decides_again() -> None:
    client = chosen(chosen(Client(), "dark"), "system")
    assert client.cookies["theme"].value == ""
    assert SYSTEM in client.get("/").text


@pytest.mark.django_db
def test_an_unknown_theme_in_the_cookie_is_none() -> None:
    client = Client()
    client.cookies["theme"] = '"><script>'
    page = client.get("/").text
    assert SYSTEM in page
    assert "><script>" not in page.split("</title>")[0]


def test_the_cookie_is_kept_for_a_year_and_is_for_the_server_alone() -> None:
    cookie = chosen(Client(), "dark").cookies["theme"]
    assert (cookie["max-age"], cookie["samesite"], cookie["path"]) == (31_536_000, "Lax", "/")
    assert cookie["httponly"]


def test_it_never_leads_to_another_site() -> None:
    elsewhere = Client().post(ADDRESS, {"theme": "dark", "next": "https://elsewhere.example/"})
    assert elsewhere["Location"] == "/"
    assert Client().get(ADDRESS).status_code == 405


def test_the_page_of_an_error_follows_it() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "dark"
    assert DARK in server_error(request).content.decode()
