import re
import shlex
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recognizer.actions.accounts.tokens import create_token
from recognizer.models import ApiToken, IdempotencyKey, ModelVersion, User
from tests.conftest import signed_in

ADDRESS = "/account/tokens/"
SCOPES = {"scopes": ["read", "draw"]}


def test_the_secret_is_shown_once_and_works(owner: User) -> None:
    client = signed_in(owner)

    response = client.post(ADDRESS, {"name": "lab notebook", **SCOPES})

    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert secret not in client.get(ADDRESS).content.decode()
    asked = Client().get("/api/v1/drawings/", headers={"authorization": f"Token {secret}"})
    assert asked.status_code == 200


def test_a_form_that_is_sent_again_makes_no_second_token(owner: User) -> None:
    client = signed_in(owner)
    (key,) = re.findall(r'name="idempotency_key" value="(.+?)"', client.get(ADDRESS).text)
    form = {"name": "lab", "idempotency_key": key, **SCOPES}
    assert client.post(ADDRESS, form).context["secret"]

    again = client.post(ADDRESS, form)

    assert "This token was made already." in again.text
    assert not again.context["secret"]
    assert ApiToken.objects.count() == 1


def test_a_key_of_any_characters_is_taken(owner: User) -> None:
    """PostgreSQL stores no NUL."""
    form = {"name": "lab", "idempotency_key": "\0" + "ä" * 300, **SCOPES}
    assert signed_in(owner).post(ADDRESS, form).context["secret"]
    assert "\0" not in IdempotencyKey.objects.get().key


@pytest.mark.parametrize(
    ("scopes", "address"),
    [
        (["read", "draw"], "http://testserver/api/v1/recognize/"),
        (["draw"], "http://testserver/api/v1/recognize/"),
        (["read", "train"], "http://testserver/api/v1/drawings/"),
        (["review"], None),
    ],
)
def test_the_example_works_when_it_is_pasted(
    owner: User, version: ModelVersion, scopes: list[str], address: str | None
) -> None:
    page = signed_in(owner).post(ADDRESS, {"name": "lab", "scopes": scopes}).content.decode()
    found = re.findall(r'id="example">(.*?)</code>', page)
    assert len(found) == (1 if address else 0)
    for command in found:
        program, *words, asked = shlex.split(unescape(command))
        assert (program, asked) == ("curl", address)
        options = list(zip(words[::2], words[1::2], strict=True))
        headers = dict(value.split(": ") for name, value in options if name == "-H")
        bodies = [value for name, value in options if name == "-d"]
        kind = headers.pop("Content-Type", "")
        method = "POST" if bodies else "GET"
        said = Client().generic(method, asked, "".join(bodies), kind, headers=headers)
        assert said.status_code == 200
        assert said.json()["digit"] == 7 if bodies else "results" in said.json()


def test_a_token_needs_a_name(owner: User) -> None:
    response = signed_in(owner).post(ADDRESS, {"name": " ", **SCOPES})

    assert response.status_code == 400
    assert "This field is required." in response.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("asked", "days"), [({}, 90), ({"days": "30"}, 30), ({"days": "365"}, 365)]
)
def test_a_token_expires_after_the_chosen_days(
    owner: User, asked: dict[str, str], days: int
) -> None:
    signed_in(owner).post(ADDRESS, {"name": "lab", **SCOPES, **asked})

    expires = ApiToken.objects.get().expires_at
    assert expires is not None
    assert abs(expires - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


def test_a_token_never_expires_only_by_choice(owner: User) -> None:
    words = signed_in(owner).post(ADDRESS, {"name": "lab", "days": "0", **SCOPES}).content.decode()

    assert ApiToken.objects.get().expires_at is None
    assert '<td data-label="Expires">never</td>' in words


@pytest.mark.parametrize("days", ["31", "-1", "never", "ever"])
def test_other_days_are_refused(owner: User, days: str) -> None:
    response = signed_in(owner).post(ADDRESS, {"name": "lab", "days": days, **SCOPES})

    assert response.status_code == 400
    assert not ApiToken.objects.exists()


def test_an_expired_token_is_listed_as_expired(owner: User) -> None:
    create_token(owner=owner, name="old")
    client = signed_in(owner)
    assert ">expired<" not in client.get(ADDRESS).content.decode()
    ApiToken.objects.update(expires_at=timezone.now())

    assert ">expired<" in client.get(ADDRESS).content.decode()


def test_only_ones_own_tokens_are_listed_and_names_are_escaped(owner: User, stranger: User) -> None:
    create_token(owner=owner, name="<script>mine</script>")
    create_token(owner=stranger, name="not yours")

    words = signed_in(owner).get(ADDRESS).content.decode()

    assert "&lt;script&gt;mine&lt;/script&gt;" in words
    assert "<script>mine" not in words
    assert "not yours" not in words


def test_a_revoked_token_is_refused(owner: User) -> None:
    token, secret = create_token(owner=owner, name="old")

    response = signed_in(owner).post(f"{ADDRESS}{token.pk}/revoke/")

    assert response["Location"] == ADDRESS
    asked = Client().get("/api/v1/drawings/", headers={"authorization": f"Token {secret}"})
    assert asked.status_code == 401


def test_nobody_revokes_somebody_elses_token(owner: User, administrator: User) -> None:
    token, _ = create_token(owner=owner, name="mine")

    response = signed_in(administrator).post(f"{ADDRESS}{token.pk}/revoke/")

    assert response.status_code == 404
    assert ApiToken.objects.exists()


def test_a_token_has_the_chosen_scopes(owner: User) -> None:
    client = signed_in(owner)
    client.post(ADDRESS, {"name": "reader", "scopes": ["train", "read"]})

    assert ApiToken.objects.get().scopes == ["read", "train"]
    assert '<td data-label="It may"><code>read, train</code></td>' in client.get(ADDRESS).text


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_needs_known_scopes(owner: User, scopes: list[str]) -> None:
    response = signed_in(owner).post(ADDRESS, {"name": "lab", "scopes": scopes})

    assert response.status_code == 400
    assert ("Choose at least one scope." in response.text) == (not scopes)
    assert not ApiToken.objects.exists()


def offered(client: Client) -> list[tuple[str, str]]:
    options = re.findall(r'<option value="(\d+)"[^>]*>([^<]+)<', client.get(ADDRESS).text)
    return [(days, text) for days, text in options]


def test_the_site_sets_the_lifetimes_that_are_offered(owner: User, settings: Any) -> None:
    client = signed_in(owner)
    assert [text for _, text in offered(client)] == [
        *("in 30 days", "in 90 days", "in a year", "never"),
    ]

    settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS = 14, 60
    assert [days for days, _ in offered(client)] == ["14", "30", "60"]
    assert '<option value="14" selected>' in client.get(ADDRESS).text

    settings.TOKEN_DAYS = 365  # more than the most
    client.post(ADDRESS, {"name": "lab", **SCOPES})
    expires = ApiToken.objects.get().expires_at
    assert expires is not None
    assert abs(expires - timezone.now() - timedelta(days=60)) < timedelta(minutes=1)
