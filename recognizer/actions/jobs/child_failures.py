"""What the end of a training process tells: it refused with a reason, or it crashed."""

import signal

from django.conf import settings

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
)


class ChildFailed(Exception):
    """The child ended without a result; the message holds its last words."""

    def __init__(self, message: Message) -> None:
        super().__init__(in_english(message))
        self.message = message


class ChildCrashed(ChildFailed):
    """It ended without a word of its own choice: by a signal, or for want of memory."""


def failure(errors: str, code: int, reason: Message | None = None) -> ChildFailed:
    """What became of a child that ended with exit status `code`, below 0 for a signal.

    errors: what it said. reason: the message that it reported; the last line of `errors` says it in
    English.
    """
    out_of_memory = any(sign in errors for sign in OUT_OF_MEMORY)
    kind = ChildCrashed if signal_of(code) or out_of_memory else ChildFailed
    cause = memory() if out_of_memory else reason
    lines = last_lines(errors)
    detail = lines[:-1] if cause and cause is reason else lines
    said = ending(code)
    if detail:
        said["detail"] = "\n".join(detail)
    if cause:
        said["cause"] = cause
    return kind(said)


def signal_of(code: int) -> int:
    """The signal that ended it, which a shell in between would tell as 128 more; 0 if none did."""
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
