"""Why there is no digit in an answer."""

from enum import StrEnum

from mlcore.recognition.inference import Answer

# A refused drawing looks like its likeliest digit where that has at least this probability.
LOOKS_LIKE = 0.2


class Reason(StrEnum):
    BLANK = "blank"  # nothing was drawn
    SEVERAL = "several"  # digits side by side, each of which is read by itself
    UNSURE = "unsure"  # looks like a digit, but "not a digit" is likelier
    UNKNOWN = "unknown"  # nothing like a digit


def reason_of(answer: Answer | None, *, several: bool = False) -> Reason | None:
    """None where a digit is answered. Of a stored answer nobody knows whether it was several."""
    if answer is None:
        return Reason.BLANK
    if answer.is_digit:
        return None
    if several:
        return Reason.SEVERAL
    likeliest = max(answer.probabilities) * (1 - answer.not_a_digit)
    return Reason.UNSURE if likeliest >= LOOKS_LIKE else Reason.UNKNOWN
