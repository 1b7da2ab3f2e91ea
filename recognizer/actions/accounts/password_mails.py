"""Password reset mails: a request stores a row, and a worker sends the mail shortly after.

The row is the source of truth. The worker sends mails in a separate thread, because its tasks may
be trainings that take hours, and retries if the mail server is unavailable. Neither rows nor logs
contain addresses or links.
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
    """Queue a mail to each person, in the active language. For nobody, store a row without effect.

    site: the address that the link starts with.
    """
    ids: list[int | None] = [person.pk for person in people] or [None]
    language = get_language() or ""
    PasswordMail.objects.bulk_create(
        PasswordMail(person_id=pk, site=site, language=language) for pk in ids
    )


def send_due() -> None:
    """Send all due mails, one after the other. Blocks as long as the mail server does."""
    PasswordMail.objects.filter(person=None).delete()
    for mail in PasswordMail.objects.filter(next_at__lte=timezone.now()).order_by("next_at"):
        if claim(mail):
            send(mail)


def claim(mail: PasswordMail) -> bool:
    """Take the mail for one attempt, and schedule the next one in case this one dies."""
    pause = timedelta(seconds=PAUSES[min(mail.attempts + 1, len(PAUSES) - 1)])
    rows = PasswordMail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    return rows.update(attempts=F("attempts") + 1, next_at=timezone.now() + pause) == 1


def send(mail: PasswordMail) -> None:
    """Send the mail. Log only the type of an error, because its text may contain the address."""
    person = mail.person if mail.person and mail.person.is_active else None
    last = mail.attempts + 1 >= len(PAUSES)
    if person is not None and person.email:
        try:
            letter(person, mail).send()
        except Exception as error:  # mail backends raise many kinds of errors
            outcome = "is given up" if last else "is tried again"
            logger.error("%s %s: %s", mail, outcome, type(error).__name__)
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
