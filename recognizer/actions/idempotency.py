"""Do a request once, however often it is sent: with a key that its client made.

A unique constraint lets one request of a key begin. Its answer is kept for a day and given to each
repetition. A request that was refused or failed leaves nothing, so it may be sent again.
"""

import logging
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recognizer.actions.jobs.database_errors import is_taken
from recognizer.errors import Conflict, KeyReused
from recognizer.models import IdempotencyKey
from recognizer.models.removing import remove_first

logger = logging.getLogger(__name__)

KEPT = timedelta(days=1)
# After this time the process that began a request counts as dead.
ABANDONED = timedelta(minutes=5)
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class KeptAnswer:
    """body: JSON. drawing_id: the drawing that it shows; the answer is deleted with it."""

    status: int
    body: bytes = b""
    location: str = ""
    drawing_id: int | None = None


def once(
    *,
    owner: AbstractBaseUser,
    key: str,
    request: str,
    do: Callable[[], KeptAnswer],
    patience: float = 0.0,
) -> tuple[KeptAnswer, bool]:
    """Return `do()`, or the first answer to the same request, and whether it is a repetition.

    request: a digest of everything that was asked. patience: seconds to wait for a first request
    that is still being done. Raises Conflict if it is not over then, and KeyReused if the key was
    used for another request.
    """
    deadline = time.monotonic() + patience
    while (row := begin(owner, key, request)) is None:
        first = IdempotencyKey.objects.filter(owner_id=owner.pk, key=key).first()
        if first is None or is_over(first):
            continue
        if first.request != request:
            raise KeyReused(_("This Idempotency-Key was used for another request. Make a new one."))
        if first.status is not None:
            return answer_of(first), True
        if time.monotonic() >= deadline:
            raise Conflict(_("The first request with this Idempotency-Key is still being done."))
        time.sleep(PAUSE_SECONDS)
    return finish(row, do), False


def begin(owner: AbstractBaseUser, key: str, request: str) -> IdempotencyKey | None:
    """Return a new row, or None if there is one with this key."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                owner_id=owner.pk, key=key, request=request, created_at=now
            )
    except IntegrityError as error:
        if not is_taken(error, IdempotencyKey, "owner", "key"):
            raise
        return None


def is_over(row: IdempotencyKey) -> bool:
    """Whether the row no longer counts; then it is deleted."""
    age = timezone.now() - row.created_at
    if age < (ABANDONED if row.status is None else KEPT):
        return False
    IdempotencyKey.objects.filter(pk=row.pk, created_at=row.created_at).delete()
    return True


def finish(row: IdempotencyKey, do: Callable[[], KeptAnswer]) -> KeptAnswer:
    """Do the request and store its answer; without an answer, delete the row."""
    rows = IdempotencyKey.objects.filter(pk=row.pk)
    try:
        answer = do()
    except BaseException:
        try:
            rows.delete()
        except DatabaseError as error:  # the row is abandoned after a while
            logger.warning("an idempotency key cannot be released: %s", error)
        raise
    rows.update(
        status=answer.status,
        body=zlib.compress(answer.body, 1),
        location=answer.location,
        drawing_id=answer.drawing_id,
    )
    return answer


def answer_of(row: IdempotencyKey) -> KeptAnswer:
    return KeptAnswer(
        status=row.status or 0,
        body=zlib.decompress(row.body or b""),
        location=row.location,
        drawing_id=row.drawing_id,
    )


def forget_old_keys(*, most: int) -> None:
    """Delete up to `most` keys that are older than a day."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT)
    remove_first(old.order_by("created_at"), most)
