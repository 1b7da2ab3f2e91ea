"""Reasons why an answer is not a digit."""

from enum import StrEnum

from mlcore.recognition.inference import Answer

# A refused drawing "looks like" its most probable digit if that has at least this probability.
LOOKS_LIKE = 0.2


class Reason(StrEnum):
    BLANK = "blank"  # nothing was drawn
    SEVERAL = "several"  # a number of several digits, or of one with a sign
    UNSURE = "unsure"  # looks like a digit, but "not a digit" is more probable
    UNKNOWN = "unknown"  # does not look like a digit


def reason_of(answer: Answer | None, *, several: bool = False) -> Reason | None:
    """Return the reason, or None if the answer is a digit. Stored answers do not record SEVERAL."""
    if answer is None:
        return Reason.BLANK
    if answer.is_digit:
        return None
    if several:
        return Reason.SEVERAL
    likeliest = max(answer.probabilities) * (1 - answer.not_a_digit)
    return Reason.UNSURE if likeliest >= LOOKS_LIKE else Reason.UNKNOWN
