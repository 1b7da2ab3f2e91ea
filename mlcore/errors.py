"""The errors that mlcore raises for its callers."""


class InvalidInk(ValueError):
    """Input that cannot be read as ink.

    code: "invalid" (malformed), "too_large" (over a limit) or "unsupported_type" (not a picture
    format that is read). The message says what was wrong and what is accepted.
    """

    def __init__(self, message: str, *, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class UnusableBundle(Exception):
    """A model version's file is missing, altered or of an unknown architecture."""


class DataUnavailable(Exception):
    """A data set is not available; the message says what to provide."""
