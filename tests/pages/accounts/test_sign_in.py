"""Signing in, and the login lockout."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from recognizer.accounts import login_lockout
from recognizer.models import User
from tests.conftest import signed_in
from tests.pages.accounts.test_passwords import ask, link, set_password

ADDRESS = "/accounts/login/"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def few_attempts(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    monkeypatch.setattr(login_lockout, "ACCOUNTS_PER_ADDRESS", 4)


def attempt(
    password: str, *, name: str = "owner", address: str = HERE, at: str = ADDRESS, agent: str = "a"
) -> int:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    return client.post(at, {"username": name, "password": password}).status_code


def guess(count: int, **who: str) -> list[int]:
    return [attempt("a guess", **who) for _ in range(count)]


def test_the_right_password_signs_in(owner: User) -> None:
    assert attempt("correct horse") == 302


@pytest.mark.parametrize("name", ["OWNER", "Owner"])
def test_the_name_is_taken_in_any_case(owner: User, name: str) -> None:
    assert attempt("correct horse", name=name) == 302


def test_wrong_passwords_count_together_however_the_name_is_spelled(owner: User) -> None:
    for name in ("owner", "Owner", "\uff2fwner"):
        attempt("a guess", name=name)

    assert [attempt("correct horse", name=name) for name in ("owner", "OWNER")] == [429, 429]
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"owner"}


def test_a_signed_in_person_is_redirected(owner: User) -> None:
    assert signed_in(owner).get(ADDRESS)["Location"] == "/"


def test_it_redirects_only_within_the_site(owner: User) -> None:
    form = {"username": "owner", "password": "correct horse", "next": "https://elsewhere.example/"}

    assert Client().post(ADDRESS, form)["Location"] == "/"


def test_after_a_few_wrong_passwords_the_account_is_locked(owner: User) -> None:
    assert guess(3) == [200, 200, 429]

    response = Client(REMOTE_ADDR=HERE).post(
        ADDRESS, {"username": "owner", "password": "correct horse"}
    )

    assert response.status_code == 429
    assert "Try again in 15 minutes." in response.content.decode()
    assert 14 * 60 <= int(response["Retry-After"]) <= 15 * 60 + 1


@pytest.mark.parametrize(("proxies", "added"), [(0, ""), (1, f", {HERE}"), (2, f", {HERE}, ::1")])
def test_addresses_that_a_client_invents_do_not_count(
    owner: User, settings: Any, proxies: int, added: str
) -> None:
    """A client may write any X-Forwarded-For; what the known proxies append to it counts."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    form = {"username": "owner", "password": "a guess"}
    tried = [
        Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}{added}").post(ADDRESS, form)
        for number in range(7)
    ]
    assert [response.status_code for response in tried] == [200, 200, *[429] * 5]


def test_another_browser_at_the_address_is_locked_as_well(owner: User) -> None:
    guess(2, agent="a")
    guess(1, agent="b")

    assert attempt("correct horse", agent="c") == 429


def test_the_owner_can_sign_in_from_another_address(owner: User) -> None:
    guess(4)

    assert attempt("correct horse", address=ELSEWHERE) == 302


def test_others_at_the_address_can_sign_in(owner: User, stranger: User) -> None:
    guess(4)

    assert attempt("correct horse", name="stranger") == 302


def test_attempts_during_a_lockout_do_not_extend_it(owner: User) -> None:
    guess(3)
    earlier = AccessAttempt.objects.get().attempt_time
    guess(2)

    assert AccessAttempt.objects.get().attempt_time == earlier


def test_the_lockout_ends_after_its_time(owner: User) -> None:
    guess(3)
    locked = AccessAttempt.objects.get()
    past = locked.attempt_time - timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=past)

    assert attempt("correct horse") == 302


def test_signing_in_resets_the_count(owner: User) -> None:
    guess(2)
    assert attempt("correct horse") == 302

    assert guess(2) == [200, 200]


def test_an_address_that_tries_many_names_is_locked(owner: User) -> None:
    for number in range(12):
        guess(1, name=f"name{number}")

    assert attempt("correct horse") == 429
    assert attempt("correct horse", address=ELSEWHERE) == 302


def test_signing_in_does_not_reset_the_count_of_the_address(owner: User, stranger: User) -> None:
    for number in range(6):
        guess(1, name=f"name{number}")
    assert attempt("correct horse", name="stranger") == 302
    for number in range(6, 12):
        guess(1, name=f"name{number}")

    assert attempt("correct horse") == 429


def test_names_that_do_not_exist_are_locked_like_others(db: None) -> None:
    assert guess(4, name="nobody") == [200, 200, 429, 429]


def test_the_admins_form_has_the_same_lockout(administrator: User) -> None:
    who = {"name": "administrator", "at": "/admin/login/"}

    assert guess(3, **who) == [200, 200, 429]
    assert attempt("correct horse", **who) == 429


def test_a_password_reset_ends_the_lockout(owner: User) -> None:
    owner.email = "owner@example.org"
    owner.save()
    guess(3)
    ask(owner.email)
    set_password(Client(), link())

    assert attempt("staple battery 9") == 302


def test_the_password_confirmation_has_the_same_lockout(owner: User) -> None:
    client = signed_in(owner)
    answers = [client.post("/account/delete/", {"password": "a guess"}) for _ in range(4)]

    assert [response.status_code for response in answers] == [400, 400, 429, 429]
    assert User.objects.filter(pk=owner.pk).exists()
