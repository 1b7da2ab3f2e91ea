"""Record events of the audit, in the transaction of the act itself."""

import logging

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction

from mlcore.messages import Message
from recognizer.accounts.current_request import acting_address, acting_person, acting_request
from recognizer.models import AuditEvent

logger = logging.getLogger(__name__)
Kind = AuditEvent.Kind


def record(
    kind: str, subject: Message | None = None, *, by: AbstractBaseUser | None = None
) -> None:
    """Add an event. Call it in the transaction of the act, so that both happen or neither.

    subject: what it was done on. by: who did it; None: who sent the request, else the site itself.
    """
    who = by or acting_person()
    AuditEvent.objects.create(
        kind=kind,
        subject=subject or {},
        by_number=who.pk if who else None,
        by_name=who.get_username() if who else "",
        address=acting_address(),
        request_id=acting_request(),
    )


def record_export(subject: Message, *, by: AbstractBaseUser | None = None) -> None:
    """Record that data is about to be sent. It is sent even if the row cannot be stored.

    An export writes nothing else, so it works while the disk is full; then the log has the event.
    """
    try:
        with transaction.atomic():
            record(Kind.EXPORT, subject, by=by)
    except DatabaseError:
        who = by or acting_person()
        logger.exception("The audit misses an export by account %s: %s", who and who.pk, subject)
