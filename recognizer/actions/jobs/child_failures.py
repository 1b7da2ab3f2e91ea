"""What the end of a training process tells: it refused with a reason, or it crashed."""

import signal

from django.conf import settings

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


class ChildCrashed(ChildFailed):
    """It ended without a word of its own choice: by a signal, or for want of memory."""


def failure(errors: str, code: int) -> ChildFailed:
    """What became of a child that ended with exit status `code`, below 0 for a signal."""
    out_of_memory = any(sign in errors for sign in OUT_OF_MEMORY)
    kind = ChildCrashed if signal_of(code) or out_of_memory else ChildFailed
    words = last_words(errors, code)
    return kind(f"{words}\n{memory_words()}" if out_of_memory else words)


def signal_of(code: int) -> int:
    """The signal that ended it, which a shell in between would tell as 128 more; 0 if none did."""
    number = -code if code < 0 else code - 128
    return number if number in signal.valid_signals() else 0


def last_words(errors: str, code: int) -> str:
    """How it ended, and the last lines of what it said."""
    lines = [line[:LINE_CHARACTERS] for line in errors.strip().splitlines()[-ERROR_LINES:]]
    return "\n".join([f"The training process {ending(code)}.", *lines])


def ending(code: int) -> str:
    number = signal_of(code)
    if not number:
        return f"ended with exit status {code}"
    if number == signal.SIGKILL:
        return "was ended by signal 9, as the system does where memory runs out"
    return f"was ended by signal {number} ({signal.strsignal(number)})"


def memory_words() -> str:
    limit = settings.JOB_MEMORY_LIMIT_MB
    told = f" JOB_MEMORY_LIMIT_MB allows it {limit:,} MB." if limit else ""
    return f"It ran out of memory.{told}"
