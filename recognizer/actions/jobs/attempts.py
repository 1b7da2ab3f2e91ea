"""Run an attempt at a job of any kind, and store its failure."""

import errno
import logging
import os
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from mlcore.errors import UnusableBundle
from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.jobs.child_failures import ChildFailed, is_expected
from recognizer.actions.jobs.database_errors import is_away, is_full, message_of_full
from recognizer.actions.jobs.leases import AnyJob, LeaseLost
from recognizer.errors import Unavailable

logger = logging.getLogger(__name__)
RETRY_SECONDS = 1.0


def run(
    job: AnyJob,
    attempt: Callable[[AnyJob], None],
    *,
    fail: Callable[[AnyJob, Exception], None],
    release: Callable[[AnyJob], None],
) -> bool:
    """Run a claimed job's attempt. Returns False if the database was unavailable.

    fail: stores why it failed; may raise LeaseLost. release: handles the loss of the lease.
    """
    try:
        try:
            attempt(job)
        except LeaseLost:
            raise
        except Exception as error:
            if is_away(error):
                logger.exception("%s: the database was unavailable; retry after its lease", job)
                return False
            if is_expected(error):
                logger.warning("%s failed: %s", job, error)
            else:
                logger.exception("%s failed", job)
            fail_with_retries(job, error, fail)
    except LeaseLost:
        logger.info("%s stopped: canceled, or held by another worker", job)
        release(job)
    return True


def fail_with_retries(
    job: AnyJob, error: Exception, fail: Callable[[AnyJob, Exception], None]
) -> None:
    """Call `fail`; retry for the length of a lease while the database is full.

    Raises DatabaseError if it stays full, or for any other database error; LeaseLost as `fail`.
    """
    deadline = time.monotonic() + settings.JOB_LEASE_SECONDS
    while True:
        try:
            return fail(job, error)
        except DatabaseError as refusal:
            if not is_full(refusal) or time.monotonic() > deadline:
                raise
            logger.warning("%s: no space in the database for the failure; retrying", job)
            close_old_connections()
            time.sleep(RETRY_SECONDS)


def message_of(error: Exception) -> Message:
    """Return the reason of a failure as a message. Its detail is for the log."""
    if is_full(error):
        return message_of_full(error)
    if isinstance(error, ChildFailed | UnusableBundle):
        return error.message
    if isinstance(error, Unavailable) and not isinstance(error.reason, str):
        return error.reason
    if isinstance(error, MemoryError):
        return codes.OUT_OF_MEMORY()
    return message_of_system(error) | {"detail": repr(error)}


def message_of_system(error: Exception) -> Message:
    if not isinstance(error, OSError) or error.errno is None:
        return codes.UNEXPECTED()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return codes.OUT_OF_DISK()
    return codes.SYSTEM_REFUSED(reason=os.strerror(error.errno))
