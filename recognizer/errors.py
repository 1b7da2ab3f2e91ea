"""Exceptions for requests that are refused. Pages and API each handle them in one place."""

from mlcore.errors import InvalidInk
from mlcore.messages import Message
from recognizer.presentation.messages import words


class Refused(Exception):
    """An action is refused. `message` is the reason as text, for the person who asked.

    code: one short word for programs. status: the HTTP status. reason: the reason as it was given,
    a text in the reader's language or a message, which can be stored and translated again.
    """

    code = "invalid"
    status = 400

    def __init__(self, reason: str | Message) -> None:
        self.reason = reason
        self.message = words(reason)
        super().__init__(self.message)


class Forbidden(Refused):
    """The person who asked does not have the permission."""

    code = "forbidden"
    status = 403


class Missing(Refused):
    """The object does not exist or belongs to somebody else; the answer is the same for both."""

    code = "not_found"
    status = 404


class TooLarge(Refused):
    """The request covers more than is allowed at a time."""

    code = "too_large"
    status = 413


class Conflict(Refused):
    """The current state does not allow the action, or somebody else was faster."""

    code = "conflict"
    status = 409


class KeyReused(Refused):
    """An idempotency key was used for another request."""

    code = "key_reused"
    status = 422


class QuotaReached(Conflict):
    """There is no room for more drawings of this person."""

    code = "quota"


class Unavailable(Refused):
    """The site cannot do this at present."""

    code = "unavailable"
    status = 503


class NoSpace(Refused):
    """A disk of the site is full, so nothing can be stored."""

    code = "no_space"
    status = 507


class TooMany(Refused):
    """Too many requests; `wait` is in seconds."""

    code = "throttled"
    status = 429

    def __init__(self, reason: str | Message, *, wait: int) -> None:
        super().__init__(reason)
        self.wait = wait


INK_STATUS = {"invalid": 400, "too_large": 413, "unsupported_type": 415}


def words_of(error: Refused | InvalidInk) -> str:
    """Return the reason as text in the reader's language."""
    return words(error.message)


def status_of(error: Refused | InvalidInk) -> int:
    return INK_STATUS[error.kind] if isinstance(error, InvalidInk) else error.status


def code_of(error: Refused | InvalidInk) -> str:
    """Return the API's code, one short word."""
    return error.kind if isinstance(error, InvalidInk) else error.code
