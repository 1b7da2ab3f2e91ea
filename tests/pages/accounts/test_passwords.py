"""Changing a password, and a new one for a lost one, by mail."""

import re
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from recognizer.models import User
from tests.conftest import signed_in

RESET = "/accounts/password_reset/"
CHANGE = "/accounts/password_change/"
NEW = {"new_password1": "staple battery 9", "new_password2": "staple battery 9"}


@pytest.fixture
def owner(owner: User) -> User:
    owner.email = "owner@example.org"
    owner.save()
    return owner


def ask(email: str) -> str:
    """Asks for the mail and waits for what is sent; what the page says."""
    response = Client().post(RESET, {"email": email}, follow=True)
    for thread in threading.enumerate():
        if thread.name == "password-reset-mail":
            thread.join(timeout=10)
    assert response.status_code == 200
    return re.sub(r'value="[^"]+"|content="[^"]{30,}"', "", response.content.decode())


def link() -> str:
    """The address in the mail, without the host."""
    (message,) = mail.outbox
    found = re.search(r"http://testserver(/accounts/reset/\S+)", message.body)
    assert found
    return found[1]


def set_password(client: Client, address: str) -> int:
    form = client.get(address, follow=True)
    return client.post(form.request["PATH_INFO"], NEW).status_code


def can_sign_in(password: str) -> bool:
    form = {"username": "owner", "password": password}
    return Client().post("/accounts/login/", form).status_code == 302


def test_a_lost_password_is_replaced_by_mail(owner: User) -> None:
    ask("OWNER@example.org")

    assert mail.outbox[0].to == ["owner@example.org"]
    assert mail.outbox[0].subject == "Digit Studio: set a new password"
    assert "“owner”" in mail.outbox[0].body
    assert set_password(Client(), link()) == 302
    assert not can_sign_in("correct horse")
    assert can_sign_in("staple battery 9")


def test_a_link_works_once(owner: User) -> None:
    ask(owner.email)
    address = link()
    set_password(Client(), address)

    words = Client().get(address).content.decode()

    assert "This link does not work" in words
    assert 'name="new_password1"' not in words


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_a_link_is_good_for_an_hour(
    owner: User, monkeypatch: pytest.MonkeyPatch, minutes: int, works: bool
) -> None:
    ask(owner.email)
    later = datetime.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)

    words = Client().get(link(), follow=True).content.decode()

    assert ("This link does not work" not in words) is works


def test_the_form_does_not_tell_who_has_an_account(owner: User) -> None:
    known = ask(owner.email)
    unknown = ask("nobody@example.org")

    assert known == unknown
    assert [message.to for message in mail.outbox] == [["owner@example.org"]]


def test_nobody_waits_for_the_mail_server(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long the answer takes must not tell it either."""
    server = threading.Event()
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        lambda self, messages: server.wait(10),
    )

    response = Client().post(RESET, {"email": owner.email})

    assert response.status_code == 302
    assert "password-reset-mail" in [thread.name for thread in threading.enumerate()]
    server.set()


def test_a_mail_server_that_is_away_is_logged_without_the_link(
    owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: object, messages: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    ask(owner.email)

    assert "Failed to send password reset email" in caplog.text
    assert "/accounts/reset/" not in caplog.text


def test_a_site_that_sends_no_mail_offers_no_reset(db: None, settings: Any) -> None:
    settings.SENDS_MAIL = False

    assert Client().get(RESET).status_code == 404
    words = Client().get("/accounts/login/").content.decode()
    assert "Ask an administrator." in words
    assert RESET not in words


def test_one_address_asks_only_so_often(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "reset": "1/hour"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    ask(owner.email)

    assert Client().post(RESET, {"email": owner.email}).status_code == 429
    assert len(mail.outbox) == 1


def test_a_weak_password_is_refused(owner: User) -> None:
    ask(owner.email)
    client = Client()
    form = client.get(link(), follow=True)
    weak = {"new_password1": "12345678", "new_password2": "12345678"}

    words = client.post(form.request["PATH_INFO"], weak).content.decode()

    assert "too common" in words
    assert can_sign_in("correct horse")


# Changing ----------------------------------------------------------------------------------------


def change(client: Client, old: str = "correct horse") -> int:
    return client.post(CHANGE, {"old_password": old, **NEW}).status_code


def test_a_changed_password_ends_the_sessions_of_other_browsers(owner: User) -> None:
    here, elsewhere = signed_in(owner), signed_in(owner)

    response = here.post(CHANGE, {"old_password": "correct horse", **NEW})

    assert response["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_a_reset_password_ends_the_sessions_of_all_browsers(owner: User) -> None:
    elsewhere = signed_in(owner)
    ask(owner.email)
    set_password(Client(), link())

    assert elsewhere.get("/account/").status_code == 302


def test_changing_takes_the_old_password(owner: User) -> None:
    assert change(signed_in(owner), old="a guess") == 200
    assert can_sign_in("correct horse")


@pytest.mark.parametrize("address", [CHANGE, "/admin/password_change/"])
def test_the_forms_are_the_sites_own(administrator: User, address: str) -> None:
    words = signed_in(administrator).get(address).content.decode()

    assert 'class="site-header"' in words
    assert 'name="old_password"' in words


def test_passwords_are_in_no_log(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="django")
    form = {"username": "my secret in the wrong field", "password": "another secret"}
    for _ in range(6):
        Client().post("/accounts/login/", form)
    change(signed_in(owner))

    assert "Locking out" in caplog.text
    for secret in ("my secret", "another secret", "correct horse", "staple battery"):
        assert secret not in caplog.text
