"""Pages, API and admin have the same limit and the same message for reasons."""

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from recognizer.actions.reasons import stripped_reason
from recognizer.models import Deployment, ModelVersion, User
from tests.conftest import signed_in
from tests.pages.rows import make_version

pytestmark = pytest.mark.usefixtures("without_files")

WORDS = "A reason has at most 300 characters."
Ask = Callable[[Client, str], HttpResponse]


@pytest.fixture
def second(version: ModelVersion) -> ModelVersion:
    return make_version(2, parent=version, verdict={"passed": False})


def on_the_page(client: Client, reason: str) -> HttpResponse:
    return client.post("/versions/2/promote/", {"reason": reason, "expected_serving": 1})


def by_the_api(client: Client, reason: str) -> HttpResponse:
    asked = {"reason": reason}
    return client.post("/api/v1/versions/2/promote/", asked, content_type="application/json")


def in_the_admin(client: Client, reason: str) -> HttpResponse:
    chosen = ModelVersion.objects.get(number=2).pk
    asked = {"action": "promote", "reason": reason, "_selected_action": [chosen]}
    return client.post("/admin/recognizer/modelversion/", asked)


ways = pytest.mark.parametrize("ask", [on_the_page, by_the_api, in_the_admin])


def said(response: HttpResponse) -> str:
    told = [str(each) for each in get_messages(response.wsgi_request)]
    return " ".join([response.content.decode(), *told])


@ways
def test_a_reason_of_301_characters_is_refused(
    second: ModelVersion, administrator: User, ask: Ask
) -> None:
    response = ask(signed_in(administrator), "x" * 301)

    assert WORDS in said(response)
    assert Deployment.objects.count() == 1


@ways
def test_a_reason_of_300_characters_is_stored(
    second: ModelVersion, administrator: User, ask: Ask
) -> None:
    ask(signed_in(administrator), "x" * 300)

    newest = Deployment.objects.first()
    assert newest is not None
    assert (newest.version, newest.reason) == (second, "x" * 300)


def test_a_character_that_postgresql_cannot_store_is_left_out() -> None:
    assert stripped_reason(" worse\0 sevens ") == "worse sevens"
