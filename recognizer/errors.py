"""Why a request cannot be fulfilled. Pages and API answer in one place each."""

from mlcore.errors import InvalidInk
from mlcore.messages import Message
from recognizer.presentation.messages import words


class Refused(Exception):
    """An action will not be done; `message` is for the person who asked.

    code: one short word for programs; status: the HTTP status that fits. said: what it was made
    with, words in the reader's language or a message, which can be kept and worded for others.
    """

    code = "invalid"
    status = 400

    def __init__(self, said: str | Message) -> None:
        self.said = said
        self.message = words(said)
        super().__init__(self.message)


class Forbidden(Refused):
    """Somebody else may do it, but not the person who asked."""

    code = "forbidden"
    status = 403


class Missing(Refused):
    """It is not there, or it is somebody else's, which is not told apart."""

    code = "not_found"
    status = 404


class TooLarge(Refused):
    """More than is done at a time."""

    code = "too_large"
    status = 413


class Conflict(Refused):
    """The state of things does not allow it, or somebody else was faster."""

    code = "conflict"
    status = 409


class Unavailable(Refused):
    """The site itself cannot do it at present."""

    code = "unavailable"
    status = 503


class TooMany(Refused):
    """Asked too often; `wait` is in seconds."""

    code = "throttled"
    status = 429

    def __init__(self, said: str | Message, *, wait: int) -> None:
        super().__init__(said)
        self.wait = wait


INK_STATUS = {"invalid": 400, "too_large": 413, "unsupported_type": 415}


def words_of(error: Refused | InvalidInk) -> str:
    """For the person who asked, in their language."""
    return words(error.message)


def status_of(error: Refused | InvalidInk) -> int:
    return INK_STATUS[error.kind] if isinstance(error, InvalidInk) else error.status


def code_of(error: Refused | InvalidInk) -> str:
    """One short word, as the API names it."""
    return error.kind if isinstance(error, InvalidInk) else error.code
