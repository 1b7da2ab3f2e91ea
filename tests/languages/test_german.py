"""The site in German: language selection, numbers and dates."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recognizer.actions.accounts.password_mails import send_due
from recognizer.models import Drawing, ModelVersion, User
from recognizer.pages.script_texts import checksum
from recognizer.templatetags import digits
from recognizer.templatetags.moments import moment
from tests.conftest import signed_in

GERMAN = {"headers": {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}}
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def german() -> object:
    with translation.override("de"):
        yield


@pytest.mark.django_db
class TestLanguageSelection:
    def test_the_browsers_language_is_used(self) -> None:
        page = Client().get("/", **GERMAN)

        assert "Eine Ziffer oder Zahl schreiben" in page.text
        assert '<html lang="de">' in page.text
        assert page["Content-Language"] == "de"
        assert "Accept-Language" in page["Vary"]

    def test_another_language_gets_english(self) -> None:
        page = Client().get("/", headers={"accept-language": "cy"})

        assert "Write a digit or a number" in page.text
        assert '<html lang="en-gb">' in page.text

    def test_a_choice_overrides_the_browser_without_an_account(self) -> None:
        client = Client(enforce_csrf_checks=True)
        chosen = client.post(reverse("set-language"), {"language": "en-gb", "next": "/"})
        page = client.get("/", **GERMAN)

        assert chosen.status_code == 302
        assert "Write a digit or a number" in page.text

    def test_viewing_a_page_sets_no_cookie(self) -> None:
        client = Client()
        client.get("/", **GERMAN)

        assert not client.cookies

    def test_the_choice_never_redirects_to_another_site(self) -> None:
        elsewhere = {"language": "de", "next": "https://elsewhere.example/"}
        assert Client().post(reverse("set-language"), elsewhere)["Location"] == "/"

    def test_after_a_refused_form_the_choice_returns_to_its_page(self) -> None:
        at = "http://testserver/accounts/sign-up/?next=/drawings/"
        refused = Client().post("/accounts/sign-up/", {}, headers={"referer": at})
        unknown = Client().post("/accounts/sign-up/", {})

        assert f'name="next" value="{at}"' in refused.text
        assert 'name="next" value="/"' in unknown.text
        chosen = Client().post(reverse("set-language"), {"language": "de", "next": at})
        assert chosen["Location"] == at

    def test_every_page_offers_every_language(self, owner: User) -> None:
        for client in (Client(), signed_in(owner)):
            page = client.get("/", **GERMAN).text
            offered = re.findall(r'name="language" value="([^"]+)"[^>]*>([^<]+)<', page)
            assert offered == [("en-gb", "English"), ("de", "Deutsch")]
            assert len(re.findall(r'name="language"[^>]* aria-current="true"', page)) == 1


class TestNumbersAndDates:
    @pytest.mark.parametrize(
        ("written", "text"),
        [
            (lambda: digits.percent(0.995), f"99,5{SPACE}%"),
            (lambda: digits.percent(0.99999), f">99,9{SPACE}%"),
            (lambda: digits.figure(3.1e-6), "0,000003"),
            (lambda: digits.in_unit(0.98765, "share"), f"98,77{SPACE}%"),
            (lambda: digits.in_unit(0.01234, "plain"), "0,0123"),
            (lambda: digits.thousands(1_234_567), "1.234.567"),
            (lambda: digits.compact(13_706_112), f"13,7{SPACE}Mio."),
        ],
    )
    def test_numbers(self, written: object, text: str, german: None) -> None:
        assert written() == text  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("style", "text"),
        [
            ("day", "21. November 2026"),
            ("short", "21. Nov. 2026, 14:05"),
            ("day of year", "21. Nov."),
        ],
    )
    def test_dates(self, style: str, text: str, german: None) -> None:
        assert moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC), style) == text


NUMBER = r"-?\d*\.?\d+(?:e-?\d+)?"
COORDINATES = {
    "d": rf"(?:[MLHVQZzhvml]|{NUMBER}|[ ,])*",
    "points": rf"(?:{NUMBER}|[ ,])*",
    **dict.fromkeys(("cx", "cy", "r", "x", "y", "width", "height"), NUMBER),
    **dict.fromkeys(("value", "max"), r"[^,]*"),
}


def test_machine_readable_values_are_not_localized(
    administrator: User, full_site: tuple[ModelVersion, ModelVersion]
) -> None:
    """Coordinates, times and values of bars: a decimal comma would change or break them."""
    client = signed_in(administrator)
    pages = ["/versions/1/", "/versions/compare/", "/jobs/", "/jobs/1/", "/jobs/5/", "/drawings/"]
    pages += [drawing.get_absolute_url() for drawing in Drawing.objects.all()]
    html = "".join(client.get(each, **GERMAN).text for each in pages)
    drawn = re.findall(r"<(?:path|rect|polyline|circle|text|progress|meter)\b[^>]*>", html)
    values = [pair for tag in drawn for pair in re.findall(r'([\w-]+)="([^"]*)"', tag)]
    wrong = [
        (name, value)
        for name, value in values
        if name in COORDINATES and not re.fullmatch(COORDINATES[name], value)
    ]
    times = re.findall(r'datetime="([^"]+)"', html)

    assert len([name for name, _ in values if name in COORDINATES]) > 150
    assert wrong == []
    assert len(times) > 5
    assert all(datetime.fromisoformat(time) for time in times)
    assert f"97,00{SPACE}%" in html


def test_a_date_field_uses_iso_dates_in_every_language(owner: User) -> None:
    page = signed_in(owner).get("/drawings/?since=2026-01-31", **GERMAN)

    assert page.status_code == 200
    assert 'value="2026-01-31"' in page.text


class TestTheApi:
    def test_errors_are_in_german(self, owner: User, version: ModelVersion) -> None:
        client = signed_in(owner)
        asked = {"content_type": "application/json", **GERMAN}
        strokes = [[[0, 0]] * 10_001]
        answers = [
            client.post("/api/v1/recognize/", {"strokes": strokes}, **asked),
            client.post("/api/v1/recognize/", {"strokes": [[[0, "x"]]]}, **asked),
            client.post("/api/v1/drawings/", {"strokes": []}, **asked),
            client.post("/api/v1/jobs/", {}, **asked),
            client.get("/api/v1/drawings/9999/", **GERMAN),
        ]

        assert [answer.json()["error"]["message"] for answer in answers] == [
            "Es sind 10001 Punkte; höchstens 10000 sind erlaubt.",
            "Strich 1, Punkt 1: y ist ein Text; erwartet wird eine Zahl.",
            "Es ist nichts gezeichnet, also gibt es nichts zu speichern.",
            "Diesem Konto fehlt die Berechtigung dafür.",
            "Nicht gefunden.",
        ]

    def test_codes_and_numbers_are_the_same_in_every_language(
        self, owner: User, version: ModelVersion
    ) -> None:
        client = signed_in(owner)
        strokes = {"strokes": [[[80, 80], [240, 80], [190, 190], [150, 300]]]}
        kind = "application/json"
        english = client.post("/api/v1/recognize/", strokes, content_type=kind).json()
        german = client.post("/api/v1/recognize/", strokes, content_type=kind, **GERMAN).json()
        told = {"message", "latency_ms"}

        assert {k: v for k, v in english.items() if k not in told} == {
            k: v for k, v in german.items() if k not in told
        }

    def test_its_schema_is_in_english(self, owner: User) -> None:
        client = signed_in(owner)
        english = client.get(reverse("api:schema")).json()

        assert client.get(reverse("api:schema"), **GERMAN).json() == english

    def test_exports_are_the_same_in_every_language(
        self, owner: User, full_site: tuple[ModelVersion, ModelVersion]
    ) -> None:
        client = signed_in(owner)
        address = reverse("api:export") + "?format=csv"
        english = client.get(address).getvalue()

        assert b"0.99999" in english
        assert client.get(address, **GERMAN).getvalue() == english


class TestTheScripts:
    def test_their_texts_are_a_separate_file(self, db: None) -> None:
        client = Client()
        [address] = re.findall(r'src="(/words/[^"]+)"', client.get("/", **GERMAN).text)
        words = client.get(address)

        assert words.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in words.headers["Cache-Control"]
        assert "Noch nichts gezeichnet" in words.text
        assert "Verf\\u00fcgbare" not in words.text  # the admin's own catalog

    def test_english_needs_none(self, db: None) -> None:
        assert "/words/" not in Client().get("/").text
        assert checksum("en-gb") == ""

    @pytest.mark.parametrize("language", ["en-gb", "xx", "../de"])
    def test_other_languages_have_none(self, language: str, db: None) -> None:
        assert Client().get(f"/words/{language}.js").status_code == 404


def test_a_mail_is_in_the_language_of_its_request(owner: User) -> None:
    owner.email = "owner@example.org"
    owner.save()
    Client().post("/accounts/password_reset/", {"email": owner.email}, **GERMAN)
    with translation.override("en-gb"):
        send_due()

    assert mail.outbox[0].subject == "Digit Studio: neues Passwort setzen"
    assert "Über diesen Link lässt sich ein neues Passwort setzen." in mail.outbox[0].body
