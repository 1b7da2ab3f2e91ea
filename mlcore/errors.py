"""The errors that mlcore raises for its callers: a code with parameters, worded by the caller."""

from mlcore.messages import Message, english


class Coded(Exception):
    """Says by a message what went wrong; as a text it is English."""

    def __init__(self, message: Message) -> None:
        super().__init__(english(message))
        self.message = message

    @property
    def code(self) -> str:
        return str(self.message["code"])


class InvalidInk(Coded, ValueError):
    """Input that cannot be read as ink. The message says what was wrong and what is accepted.

    kind: "invalid" (malformed), "too_large" (over a limit) or "unsupported_type" (not a picture
    format that is read).
    """

    def __init__(self, message: Message, *, kind: str = "invalid") -> None:
        super().__init__(message)
        self.kind = kind


class InvalidRecipe(Coded, ValueError):
    """A recipe's setting that does not exist or is out of its range."""


class UnusableBundle(Coded):
    """A model version's file is missing, altered or of an unknown architecture."""


class NothingToLearn(Coded):
    """A retraining whose corrections are all answered correctly already."""


class DataUnavailable(Coded):
    """A data set is not available; the message says what to provide."""
