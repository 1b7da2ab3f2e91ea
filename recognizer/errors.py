"""Why a request cannot be fulfilled. Pages and API answer in one place each."""

from mlcore.errors import InvalidInk
from recognizer.presentation.told import told


class Refused(Exception):
    """An action will not be done; the message is for the person who asked.

    code: one short word for programs; status: the HTTP status that fits.
    """

    code = "invalid"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


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

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


INK_STATUS = {"invalid": 400, "too_large": 413, "unsupported_type": 415}


def words_of(error: Refused | InvalidInk) -> str:
    """For the person who asked, in their language; `mlcore` writes English."""
    return told(error.message) if isinstance(error, InvalidInk) else error.message


def status_of(error: Refused | InvalidInk) -> int:
    return INK_STATUS[error.code] if isinstance(error, InvalidInk) else error.status
