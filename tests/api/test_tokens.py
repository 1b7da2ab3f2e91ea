from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone

from recognizer.actions.accounts import tokens
from recognizer.actions.accounts.tokens import create_token, revoke_token
from recognizer.models import ApiToken, User
from tests.api.client import ask, by_token, get, post, problem


@pytest.fixture
def secret(owner: User) -> str:
    return create_token(owner=owner, name="laptop")[1]


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "bearer"])
def test_a_token_signs_its_owner_in(client: Client, secret: str, scheme: str) -> None:
    assert get(client, "jobs/", **by_token(secret, scheme)).status_code == 200


def test_a_token_needs_no_csrf_token(owner: User, secret: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = post(client, "recognize/", {}, **by_token(secret))
    assert problem(response) == (
        400,
        "invalid",
    )  # authenticated: the error is about the missing ink


@pytest.mark.parametrize("wrong", ["", "x", "x" * 10_000, "caf\xe9"])
def test_a_wrong_secret_signs_nobody_in(client: Client, secret: str, wrong: str) -> None:
    assert problem(get(client, "jobs/", **by_token(wrong))) == (401, "unauthenticated")


def test_a_wrong_secret_does_not_fall_back_to_the_session(as_owner: Client) -> None:
    assert problem(get(as_owner, "jobs/", **by_token("x"))) == (401, "unauthenticated")


def test_other_schemes_are_ignored(as_owner: Client) -> None:
    assert get(as_owner, "jobs/", Authorization="Basic eDp5").status_code == 200


def test_a_revoked_token_signs_nobody_in(client: Client, secret: str) -> None:
    revoke_token(token=ApiToken.objects.get(), by=User.objects.get())
    assert problem(get(client, "jobs/", **by_token(secret))) == (401, "unauthenticated")


def test_a_token_of_an_inactive_account_signs_nobody_in(
    client: Client, owner: User, secret: str
) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert problem(get(client, "jobs/", **by_token(secret))) == (401, "unauthenticated")


def test_an_expired_token_is_refused_with_a_reason(
    client: Client, as_owner: Client, secret: str
) -> None:
    now = timezone.now()
    ApiToken.objects.update(expires_at=now + timedelta(minutes=1))
    assert get(client, "jobs/", **by_token(secret)).status_code == 200

    ApiToken.objects.update(expires_at=now, last_used_at=None)
    response = get(client, "jobs/", **by_token(secret))

    assert problem(response) == (401, "unauthenticated")
    assert "This token has expired." in response.json()["error"]["message"]
    assert response["WWW-Authenticate"] == "Token"
    (listed,) = get(as_owner, "tokens/").json()["results"]
    assert listed["last_used_at"] is None


def test_an_expired_token_of_an_inactive_account_gives_no_reason(
    client: Client, owner: User, secret: str
) -> None:
    ApiToken.objects.update(expires_at=timezone.now())
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert "expired" not in get(client, "jobs/", **by_token(secret)).text


@pytest.mark.parametrize(
    ("asked", "days"), [({}, 90), ({"days": 30}, 30), ({"days": 365}, 365), ({"days": 1}, 1)]
)
def test_a_token_is_valid_for_the_requested_days(
    as_owner: Client, asked: dict[str, int], days: int
) -> None:
    before = timezone.now()
    made = post(as_owner, "tokens/", {"name": "lab", **asked}).json()
    expires = datetime.fromisoformat(made["expires_at"])
    assert timedelta() <= expires - before - timedelta(days=days) < timedelta(minutes=1)


def test_a_token_never_expires_only_on_request(client: Client, as_owner: Client) -> None:
    made = post(as_owner, "tokens/", {"name": "lab", "days": None}).json()
    assert made["expires_at"] is None
    assert get(client, "jobs/", **by_token(made["secret"])).status_code == 200


@pytest.mark.parametrize("days", [0, -1, 366, "soon", 1.5, [], ""])
def test_it_refuses_invalid_days(as_owner: Client, days: Any) -> None:
    assert problem(post(as_owner, "tokens/", {"name": "lab", "days": days})) == (400, "invalid")
    assert not ApiToken.objects.exists()


def test_the_secret_is_not_in_the_database(secret: str) -> None:
    row = serializers.serialize("json", ApiToken.objects.all())
    assert secret not in row
    assert secret[:8] in row  # the prefix, which identifies it
    assert secret[8:16] not in row


def test_its_last_use_is_updated_at_most_once_a_minute(
    client: Client, secret: str, django_assert_num_queries: Callable
) -> None:
    get(client, "tokens/", **by_token(secret))
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):  # the request is refused after the token's lookup
        get(client, "tokens/", **by_token(secret))
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    get(client, "tokens/", **by_token(secret))
    used_again = ApiToken.objects.get().last_used_at
    assert used_again is not None
    assert used_again >= first


def test_it_shows_the_secret_once(as_owner: Client, client: Client) -> None:
    response = post(as_owner, "tokens/", {"name": "lab"})
    assert response.status_code == 201
    secret = response.json()["secret"]
    assert get(client, "jobs/", **by_token(secret)).status_code == 200
    (listed,) = get(as_owner, "tokens/").json()["results"]
    assert listed["name"] == "lab"
    assert listed["prefix"] == secret[:8]
    assert set(listed) == {
        *("id", "name", "prefix", "scopes"),
        *("created_at", "expires_at", "last_used_at"),
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 81},
        {"name": None},
        {"name": "a\x00"},
        b'{"name": "\\ud800"}',
    ],
)
def test_it_refuses_an_invalid_name(as_owner: Client, body: Any) -> None:
    assert problem(post(as_owner, "tokens/", body)) == (400, "invalid")
    assert not ApiToken.objects.exists()


def test_the_number_of_tokens_is_limited(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_TOKENS", 1)
    assert post(as_owner, "tokens/", {"name": "one"}).status_code == 201
    assert problem(post(as_owner, "tokens/", {"name": "two"})) == (409, "conflict")


@pytest.mark.parametrize(("method", "path"), [("GET", "tokens/"), ("POST", "tokens/")])
def test_a_token_cannot_manage_tokens(client: Client, secret: str, method: str, path: str) -> None:
    response = ask(client, method, path, {"name": "child"}, **by_token(secret))
    assert problem(response) == (403, "forbidden")
    assert ApiToken.objects.count() == 1


def test_a_token_cannot_revoke_tokens(client: Client, secret: str) -> None:
    pk = ApiToken.objects.get().pk
    response = ask(client, "DELETE", f"tokens/{pk}/", **by_token(secret))
    assert problem(response) == (403, "forbidden")
    assert ApiToken.objects.count() == 1


def test_tokens_are_private(as_owner: Client, as_stranger: Client, secret: str) -> None:
    pk = ApiToken.objects.get().pk
    assert get(as_stranger, "tokens/").json()["results"] == []
    assert problem(ask(as_stranger, "DELETE", f"tokens/{pk}/")) == (404, "not_found")
    assert ask(as_owner, "DELETE", f"tokens/{pk}/").status_code == 204
    assert not ApiToken.objects.exists()


def test_a_new_token_has_not_been_used(owner: User, secret: str) -> None:
    assert ApiToken.objects.get().last_used_at is None
    assert ApiToken.objects.get().created_at <= timezone.now()


def test_the_site_may_limit_the_lifetime(as_owner: Client, settings: Any) -> None:
    settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS = 14, 60
    before = timezone.now()
    for days in (61, None):
        response = post(as_owner, "tokens/", {"name": "lab", "days": days})
        assert problem(response) == (400, "invalid")
        assert "60 days" in response.json()["error"]["message"]
    assert not ApiToken.objects.exists()

    assert post(as_owner, "tokens/", {"name": "most", "days": 60}).status_code == 201
    assert post(as_owner, "tokens/", {"name": "usual"}).status_code == 201
    usual = ApiToken.objects.get(name="usual").expires_at
    assert usual is not None
    assert timedelta() <= usual - before - timedelta(days=14) < timedelta(minutes=1)


def test_a_token_has_all_scopes_unless_some_are_chosen(as_owner: Client) -> None:
    made = post(as_owner, "tokens/", {"name": "all"}).json()
    chosen = post(as_owner, "tokens/", {"name": "two", "scopes": ["train", "read", "read"]}).json()

    assert made["scopes"] == ["read", "draw", "review", "train"]
    assert chosen["scopes"] == ["read", "train"]


@pytest.mark.parametrize("scopes", [[], ["write"], "read", None, [None], [["read"]], ["read"] * 5])
def test_it_refuses_invalid_scopes(as_owner: Client, scopes: Any) -> None:
    assert problem(post(as_owner, "tokens/", {"name": "lab", "scopes": scopes})) == (400, "invalid")
    assert not ApiToken.objects.exists()
