"""The page that says what is kept, and for how long. Its figures are the settings."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from recognizer.models import User
from tests.conftest import signed_in

ADDRESS = "/what-is-kept/"


def page(**headers: str) -> str:
    response = Client().get(ADDRESS, headers=headers)
    assert response.status_code == 200
    return " ".join(html.unescape(response.text).split())


def test_everybody_finds_it(owner: User) -> None:
    link = f'href="{ADDRESS}"'

    assert link in Client().get("/").text
    assert link in signed_in(owner).get("/account/").text
    assert 'href="/account/"' in signed_in(owner).get(ADDRESS).text
    assert "csrftoken" not in Client().get(ADDRESS).cookies


def test_the_defaults_in_words(db: None) -> None:
    words = page()

    assert "Drawings that nobody labeled, and their answers" in words
    assert "Then they are deleted." not in words
    assert "365 days, even if the account is deleted." in words
    assert "It works for 90 days unless you choose otherwise." in words
    assert "No token works longer" not in words


def change(settings: Any) -> None:
    settings.UNLABELED_DAYS, settings.AUDIT_DAYS = 41, 42
    settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS = 43, 44
    settings.SESSION_COOKIE_AGE, settings.LANGUAGE_COOKIE_AGE = 45 * 86_400, 46 * 86_400
    settings.PASSWORD_RESET_TIMEOUT, settings.AXES_COOLOFF_TIME = 47 * 60, timedelta(minutes=48)


@pytest.mark.parametrize(
    "words",
    [
        "41 days. Then they are deleted.",
        "42 days, even if the account is deleted.",
        "It works for 43 days unless you choose otherwise. No token works longer than 44 days.",
        "Until you sign out, at most 45 days.",
        "46 days, or until you delete it.",
        "It works for 47 minutes, and once.",
        "They count for 48 minutes",
        "At most 60 minutes, so that nobody overloads the site.",
    ],
)
def test_the_figures_are_the_settings(db: None, settings: Any, words: str) -> None:
    change(settings)
    assert words in page()


def test_the_count_of_requests_follows_the_rates(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recognizer.accounts.throttles import AddressThrottle

    rates = {**AddressThrottle.THROTTLE_RATES, "sign-up": "5/day"}
    monkeypatch.setattr(AddressThrottle, "THROTTLE_RATES", rates)
    assert "At most 1 day, so that nobody overloads the site." in page()


def test_for_ever_is_said(db: None, settings: Any) -> None:
    settings.AUDIT_DAYS = 0
    assert "For ever. " in page().replace("</span>", " ")


def test_it_is_in_german(db: None, settings: Any) -> None:
    change(settings)
    words = page(**{"accept-language": "de"})

    assert "Was gespeichert wird, und wie lange" in words
    assert "41 Tage. Dann werden sie gelöscht." in words
    assert "42 Tage, auch wenn das Konto gelöscht wird." in words
