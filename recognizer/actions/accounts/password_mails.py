"""A link for whoever has lost a password: a row now, and a mail that a worker sends in a moment.

The row is the truth. A worker takes what is due in a thread of its own, since its only task may be
a training that takes hours, and tries again where the mail server is away. Addresses and links are
in no row and in no line of the log.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language, override

from recognizer.models import PasswordMail, User

logger = logging.getLogger(__name__)

PAUSES = (0, 10, 60, 300, 900)  # seconds before each attempt
SUBJECT = "registration/password_reset_subject.txt"
BODY = "registration/password_reset_email.html"


def ask_for_password_mails(*, people: Iterable[User], site: str) -> None:
    """Queues a mail to each of them; where there is nobody, a row that comes to nothing.

    site: the address that the link begins with. In the language of the moment.
    """
    asked: list[int | None] = [person.pk for person in people] or [None]
    language = get_language() or ""
    PasswordMail.objects.bulk_create(
        PasswordMail(person_id=pk, site=site, language=language) for pk in asked
    )


def send_due() -> None:
    """Sends what is due, one after the other. Takes as long as the mail server does."""
    PasswordMail.objects.filter(person=None).delete()
    for mail in PasswordMail.objects.filter(next_at__lte=timezone.now()).order_by("next_at"):
        if claim(mail):
            send(mail)


def claim(mail: PasswordMail) -> bool:
    """Takes the mail for one attempt and notes when the next would be due, whatever happens."""
    pause = timedelta(seconds=PAUSES[min(mail.attempts + 1, len(PAUSES) - 1)])
    rows = PasswordMail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    return rows.update(attempts=F("attempts") + 1, next_at=timezone.now() + pause) == 1


def send(mail: PasswordMail) -> None:
    """What went wrong is told by its kind alone: mail servers repeat the address in theirs."""
    person = mail.person if mail.person and mail.person.is_active else None
    last = mail.attempts + 1 >= len(PAUSES)
    if person is not None and person.email:
        try:
            letter(person, mail).send()
        except Exception as error:  # whatever a mail server and its library may raise
            went = "is given up" if last else "is tried again"
            logger.error("%s %s: %s", mail, went, type(error).__name__)
            if not last:
                return
    mail.delete()


def letter(person: User, mail: PasswordMail) -> EmailMessage:
    with override(mail.language or None):
        protocol, _, domain = mail.site.partition("://")
        context = {
            "user": person,
            "protocol": protocol,
            "domain": domain,
            "uid": urlsafe_base64_encode(force_bytes(person.pk)),
            "token": default_token_generator.make_token(person),
        }
        subject = "".join(render_to_string(SUBJECT, context).splitlines())
        return EmailMessage(subject, render_to_string(BODY, context), to=[person.email])
