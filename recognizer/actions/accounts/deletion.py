"""Delete accounts: closed at once, their rows some at a time by a worker.

Deleting 200,000 drawings in one transaction would hold SQLite's lock for half a minute, and nobody
could save meanwhile.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recognizer import codes
from recognizer.actions.accounts.accounts import is_last_administrator
from recognizer.actions.audit.events import Kind, record
from recognizer.errors import Conflict
from recognizer.models import (
    BatchPicture,
    Chore,
    Correction,
    DeletedDrawing,
    Drawing,
    IdempotencyKey,
    PageCell,
    ReadingJob,
    Review,
    ReviewDecision,
    User,
)
from recognizer.models.users import closed_accounts

logger = logging.getLogger(__name__)

CHORE = "closed accounts"
LEASE = timedelta(minutes=1)  # a step takes much less; after this its worker counts as dead
AT_ONCE = 200  # drawings of one transaction
LARGE_AT_ONCE = 20  # jobs, with a page's picture each
SMALL_AT_ONCE = 1000  # rows without ink
Step = Callable[[], Any]


def delete_account(*, person: User) -> None:
    """Close an account and delete it with its drawings, their answers and labels, and its tokens.

    Nobody can sign in to a closed account, nobody sees its drawings, and no version learns from
    them. A small account is deleted at once; of a larger one, a worker deletes the rows.

    Versions remain. Labels of other people's drawings, jobs and deployments remain without an
    account. Raises Conflict for the last administrator.
    """
    with transaction.atomic():
        # The lock lets only one of two administrators delete their account at the same time.
        list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
        if is_last_administrator(person):
            raise Conflict(
                _("You are the last administrator. Make somebody else an administrator first.")
            )
        close(person)
    if is_small(person):
        for step in steps(person):
            step()


def close(person: User) -> None:
    """Take name, address, password, tokens and permissions from the account.

    Only its deletion is an event of the audit, not each of these.
    """
    record(Kind.ACCOUNT_DELETED, codes.ON_ACCOUNT(account=person.get_username()))
    person.closed_at = timezone.now()
    name = f"#{person.pk}"  # nobody can sign up with a #
    User.objects.filter(pk=person.pk).update(
        username=name,
        name_key=name,
        email="",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
        closed_at=person.closed_at,
    )
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    entries.update(object_repr=name)
    User.groups.through.objects.filter(user=person).delete()
    User.user_permissions.through.objects.filter(user=person).delete()
    person.api_tokens.all().delete()


def is_small(person: User) -> bool:
    """Whether no kind of its rows needs a second step."""
    return not any(rows[most : most + 1].exists() for rows, most, _ in parts(person))


def delete_closed_accounts() -> None:
    """Delete the rows of closed accounts, with pauses for others. One worker at a time does it."""
    if not closed_accounts().exists():
        return
    until = Chore.objects.take(CHORE, lease=LEASE)
    if until is None:
        return
    for person in closed_accounts().order_by("closed_at"):
        number = person.pk  # the last step takes it
        for step in steps(person):
            until = Chore.objects.renew(CHORE, until, lease=LEASE)
            if until is None:
                return  # this process slept for long, and another one goes on
            start = time.monotonic()
            step()
            time.sleep(time.monotonic() - start)  # others may write half of the time
        logger.info("account %s is deleted with all its rows", number)
    Chore.objects.release(CHORE, until)


def steps(person: User) -> Iterator[Step]:
    """Yield the steps that delete an account, until nothing is left of it."""
    for rows, most, act in parts(person):
        while ids := list(rows.values_list("pk", flat=True)[:most]):
            yield partial(act, rows.model, ids)
    yield person.delete


def parts(person: User) -> list[tuple[QuerySet[Any], int, Callable[[Any, list[int]], None]]]:
    """Return the rows of an account of which there may be many: how many at once, what to do."""
    pictures = BatchPicture.objects.filter(job__owner=person)
    cells = PageCell.objects.filter(page__job__owner=person)
    return [
        (Drawing.objects.filter(owner=person).order_by("pk"), AT_ONCE, delete_rows),
        (DeletedDrawing.objects.filter(owner=person).order_by("pk"), AT_ONCE, delete_rows),
        (pictures.order_by("pk"), AT_ONCE, delete_rows),
        (cells.order_by("pk"), SMALL_AT_ONCE, delete_rows),
        (ReadingJob.objects.filter(owner=person).order_by("pk"), LARGE_AT_ONCE, delete_rows),
        (IdempotencyKey.objects.filter(owner=person).order_by("pk"), AT_ONCE, delete_rows),
        (Correction.objects.filter(by=person).order_by("pk"), SMALL_AT_ONCE, forget_author),
        (Review.objects.filter(by=person).order_by("pk"), SMALL_AT_ONCE, forget_author),
        (ReviewDecision.objects.filter(by=person).order_by("pk"), SMALL_AT_ONCE, forget_author),
    ]


@transaction.atomic
def delete_rows(model: Any, ids: list[int]) -> None:
    """Delete rows with what belongs to them, without fetching them."""
    # Locked in a fixed order, so that a re-scoring cannot deadlock.
    list(model.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    model.objects.filter(pk__in=ids).only("pk").delete()


def forget_author(model: Any, ids: list[int]) -> None:
    model.objects.filter(pk__in=ids).update(by=None)
