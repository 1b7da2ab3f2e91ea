"""Why a training process failed: it reported a reason, or it crashed."""

import errno
import os
import signal

from django.conf import settings

from mlcore.codes import ALL_ANSWERED_CORRECTLY
from mlcore.messages import Message
from recognizer import codes
from recognizer.presentation.messages import in_english

ERROR_LINES = 20
LINE_CHARACTERS = 300
OUT_OF_MEMORY = (
    "MemoryError",
    "std::bad_alloc",
    "Cannot allocate memory",
    "ResourceExhaustedError",
    "RESOURCE_EXHAUSTED",
)
# What libraries say when they cannot allocate memory, and sometimes for other reasons. With a limit
# for the training process it is the limit.
AT_A_LIMIT = (
    "could not create a primitive",  # oneDNN, of TensorFlow
    "could not create a memory object",
    "can't start new thread",  # Python and OpenBLAS: a thread's stack counts as well
    "pthread_create",
)
DISK_FULL = os.strerror(errno.ENOSPC)
# Reasons that need no word about the process, which did what it should.
EXPECTED = (ALL_ANSWERED_CORRECTLY.code,)


class ChildFailed(Exception):
    """The child process ended without a result. The message's detail is the end of its output."""

    def __init__(self, message: Message) -> None:
        super().__init__(in_english(message))
        self.message = message


def is_expected(error: Exception) -> bool:
    """Whether the child did what it should: its reason is one of EXPECTED."""
    return isinstance(error, ChildFailed) and error.message["code"] in EXPECTED


class ChildCrashed(ChildFailed):
    """The child process was killed by a signal or ran out of memory."""


def failure(
    errors: str,
    code: int,
    reason: Message | None = None,
    *,
    starved: bool = False,
    at_limit: bool = False,
) -> ChildFailed:
    """Return the exception for a child with exit status `code`, negative for a signal.

    errors: its standard error. reason: the message that it reported. The last line of `errors` is
    the same reason in English, so it is left out of the detail, which is for the log. starved:
    whether the system killed processes for lack of memory meanwhile. at_limit: whether the child
    had nearly all the memory that it is allowed.
    """
    if reason and reason["code"] in EXPECTED:
        return ChildFailed(reason)
    signs = (*OUT_OF_MEMORY, *(AT_A_LIMIT if settings.JOB_MEMORY_LIMIT_MB else ()))
    out_of_memory = any(sign in errors for sign in signs)
    out_of_memory |= starved and signal_of(code) == signal.SIGKILL
    out_of_memory |= at_limit and signal_of(code) not in (0, signal.SIGKILL, signal.SIGTERM)
    kind = ChildCrashed if signal_of(code) or out_of_memory else ChildFailed
    cause = reason
    if out_of_memory:
        cause = memory()
    elif DISK_FULL in errors:
        cause = codes.OUT_OF_DISK()
    lines = last_lines(errors)
    detail = lines[:-1] if cause and cause is reason else lines
    message = ending(code)
    if detail:
        message["detail"] = "\n".join(detail)
    if cause:
        message["cause"] = cause
    return kind(message)


def signal_of(code: int) -> int:
    """Return the signal that killed the child, or 0. A shell reports a signal as 128 + number."""
    number = -code if code < 0 else code - 128
    return number if number in signal.valid_signals() else 0


def last_lines(errors: str) -> list[str]:
    return [line[:LINE_CHARACTERS] for line in errors.strip().splitlines()[-ERROR_LINES:]]


def ending(code: int) -> Message:
    number = signal_of(code)
    if not number:
        return codes.CHILD_ENDED(status=code)
    if number == signal.SIGKILL:
        return codes.CHILD_KILLED()
    return codes.CHILD_SIGNALED(number=int(number), name=str(signal.strsignal(number)))


def memory() -> Message:
    limit = settings.JOB_MEMORY_LIMIT_MB
    return codes.OUT_OF_ALLOWED_MEMORY(limit=limit) if limit else codes.OUT_OF_MEMORY()
