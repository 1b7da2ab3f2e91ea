"""Changing a password, and resetting it by mail."""

import re
import smtplib
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from recognizer.actions.accounts.password_mails import claim, send_due
from recognizer.models import PasswordMail, User
from recognizer.operations.worker import WorkerThreads
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
    """Request the mail, send it as the worker does, and return the page."""
    response = Client().post(RESET, {"email": email}, follow=True)
    send_due()
    assert response.status_code == 200
    return re.sub(r'value="[^"]+"|content="[^"]{30,}"', "", response.content.decode())


def link() -> str:
    """Return the path of the link in the mail."""
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

    assert "This link is not valid" in words
    assert 'name="new_password1"' not in words


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_a_link_is_valid_for_an_hour(
    owner: User, monkeypatch: pytest.MonkeyPatch, minutes: int, works: bool
) -> None:
    ask(owner.email)
    later = datetime.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)

    words = Client().get(link(), follow=True).content.decode()

    assert ("This link is not valid" not in words) is works


def test_the_form_does_not_reveal_who_has_an_account(owner: User) -> None:
    known = ask(owner.email)
    unknown = ask("nobody@example.org")

    assert known == unknown
    assert [message.to for message in mail.outbox] == [["owner@example.org"]]


def test_the_request_does_the_same_for_every_address_and_sends_nothing(owner: User) -> None:
    """The response time must not tell it either: a row is written for every address."""

    def asked(email: str) -> list[str]:
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            assert client.post(RESET, {"email": email}).status_code == 302
        return [query["sql"].split(" (")[0].split(" WHERE ")[0] for query in queries]

    threads = threading.active_count()
    assert asked(owner.email) == asked("nobody@example.org")

    assert mail.outbox == []
    assert threading.active_count() == threads
    assert PasswordMail.objects.count() == 2
    send_due()
    assert len(mail.outbox) == 1
    assert not PasswordMail.objects.exists()


def test_the_mail_is_in_the_language_of_the_request(owner: User) -> None:
    client = Client(headers={"Accept-Language": "de"})
    client.post(RESET, {"email": owner.email})

    send_due()

    assert mail.outbox[0].subject == "Digit Studio: neues Passwort setzen"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mail server that refuses, with the recipient in its error. Lists the attempts."""
    tried: list[str] = []

    def refuse(self: object, messages: list[EmailMessage]) -> None:
        tried.append(messages[0].body)
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"unknown")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    return tried


def test_a_mail_is_tried_again_if_the_mail_server_fails(
    owner: User, away: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(owner.email)
    send_due()  # not due yet
    assert len(away) == 1

    monkeypatch.undo()
    PasswordMail.objects.update(next_at=timezone.now())
    send_due()

    assert mail.outbox[0].to == [owner.email]
    assert not PasswordMail.objects.exists()


def test_failed_attempts_are_logged_without_address_or_link(
    owner: User, away: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    ask(owner.email)
    for _ in range(6):
        PasswordMail.objects.update(next_at=timezone.now())
        send_due()

    assert len(away) == 5
    assert not PasswordMail.objects.exists()
    assert caplog.text.count("is tried again: SMTPRecipientsRefused") == 4
    assert caplog.text.count("is given up: SMTPRecipientsRefused") == 1
    for secret in ("owner@example.org", "/accounts/reset/"):
        assert secret not in caplog.text


def test_two_workers_send_a_mail_once(owner: User) -> None:
    Client().post(RESET, {"email": owner.email})
    seen = PasswordMail.objects.get()

    assert [claim(seen), claim(seen)] == [True, False]


def test_an_inactive_account_gets_no_mail(owner: User) -> None:
    Client().post(RESET, {"email": owner.email})
    User.objects.update(is_active=False)

    send_due()

    assert mail.outbox == []
    assert not PasswordMail.objects.exists()


def test_a_worker_sends_mails_in_a_separate_thread() -> None:
    """The worker's only task process may run a training for hours."""
    queues = SimpleNamespace(consume_from={"celery": None})
    app = SimpleNamespace(
        amqp=SimpleNamespace(queues=queues), conf=SimpleNamespace(task_default_queue="celery")
    )
    threads = WorkerThreads(SimpleNamespace(hostname="here", app=app)).threads
    assert send_due in [thread.action for thread in threads]


def test_a_site_that_sends_no_mail_offers_no_reset(db: None, settings: Any) -> None:
    settings.SENDS_MAIL = False

    assert Client().get(RESET).status_code == 404
    words = Client().get("/accounts/login/").content.decode()
    assert "Ask an administrator." in words
    assert RESET not in words


def test_requests_per_address_are_limited(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_changing_needs_the_old_password(owner: User) -> None:
    assert change(signed_in(owner), old="a guess") == 200
    assert can_sign_in("correct horse")


@pytest.mark.parametrize("address", [CHANGE, "/admin/password_change/"])
def test_the_form_is_the_sites_own_page(administrator: User, address: str) -> None:
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
