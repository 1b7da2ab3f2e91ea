import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from recognizer.models import User
from recognizer.pages.accounts.forms import SignUpForm
from tests.conftest import signed_in

ADDRESS = "/accounts/sign-up/"
NEW = {
    "username": "newcomer",
    "email": "",
    "password1": "staple battery 9",
    "password2": "staple battery 9",
}

pytestmark = pytest.mark.django_db


def test_signing_up_signs_in_without_special_permissions() -> None:
    client = Client()

    response = client.post(ADDRESS, {**NEW, "is_staff": "on", "is_superuser": "on"})

    assert response["Location"] == "/"
    assert "data-studio" in client.get("/").content.decode()
    person = User.objects.get()
    assert (person.is_staff, person.is_superuser, person.groups.count()) == (False, False, 0)
    assert person.check_password("staple battery 9")


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"password1": "short 1", "password2": "short 1"}, "at least 8 characters"),
        ({"password1": "newcomer1", "password2": "newcomer1"}, "too similar to the username"),
        ({"password2": "staple battery 8"}, "t match"),
        ({"username": "OWNER"}, "already exists"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"email": "nowhere"}, "Enter a valid email address"),
    ],
)
def test_errors_are_shown_at_their_fields(
    owner: User, wrong: dict[str, str], complaint: str
) -> None:
    response = Client().post(ADDRESS, {**NEW, **wrong})

    words = response.content.decode()
    assert response.status_code == 400
    assert complaint in words
    assert re.search(rf'name="{next(iter(wrong))}"[^>]*aria-invalid="true"', words)
    assert re.search(r'aria-describedby="[^"]*_error"', words)
    assert "staple battery" not in words
    assert list(User.objects.all()) == [owner]


def test_it_can_be_turned_off(settings: Any) -> None:
    settings.SIGN_UP = False

    assert Client().get(ADDRESS).status_code == 404
    assert Client().post(ADDRESS, NEW).status_code == 404
    assert "sign-up" not in Client().get("/accounts/login/").content.decode()
    assert not User.objects.exists()


def test_a_signed_in_person_is_redirected_to_the_studio(owner: User) -> None:
    assert signed_in(owner).get(ADDRESS)["Location"] == "/"


def test_it_needs_the_csrf_token() -> None:
    assert Client(enforce_csrf_checks=True).post(ADDRESS, NEW).status_code == 403
    assert not User.objects.exists()


def test_accounts_per_address_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "sign-up": "2/hour"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)

    answers = [Client().post(ADDRESS, {**NEW, "username": f"n{n}"}) for n in range(3)]

    assert [response.status_code for response in answers] == [302, 302, 429]
    assert "Try again in" in answers[-1].content.decode()
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert User.objects.count() == 2


def test_a_name_taken_by_a_concurrent_request_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    User.objects.create_user("newcomer")
    # The form checked the name before the other request's row existed.
    monkeypatch.setattr(SignUpForm, "clean_username", lambda form: form.cleaned_data["username"])
    monkeypatch.setattr(SignUpForm, "validate_unique", lambda form: None)

    response = Client().post(ADDRESS, NEW)

    assert response.status_code == 400
    assert "A user with that username already exists." in response.content.decode()
    assert User.objects.count() == 1
