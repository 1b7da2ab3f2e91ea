"""The messages for people that go with answers."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mlcore.recognition.inference import Answer
from recognizer.actions.drawings.refusal_reasons import Reason


def words(answer: Answer | None, reason: Reason | None, several: Sequence[int] = ()) -> str:
    """Return the message shown next to the digit; empty if the digit is clear."""
    if answer is None:
        return _("Nothing is drawn yet.")
    match reason:
        case Reason.SEVERAL:
            return side_by_side(several)
        case Reason.UNSURE:
            return _("Looks like %(digit)s, but the confidence is too low.") % {
                "digit": named(answer.top[0][0])
            }
        case Reason.UNKNOWN:
            return _("No digit recognized.")
    return doubts(answer) if answer.confidence < settings.LOW_CONFIDENCE else ""


def side_by_side(digits: Sequence[int]) -> str:
    if len(digits) == 2:
        return _("This looks like two digits, %(one)d and %(other)d. Draw one at a time.") % {
            "one": digits[0],
            "other": digits[1],
        }
    words = ngettext(
        "This looks like %(count)d digit. Draw one at a time.",
        "This looks like %(count)d digits. Draw one at a time.",
        len(digits),
    )
    return words % {"count": len(digits)}


def doubts(answer: Answer) -> str:
    """Return the message for an uncertain answer: the likeliest digit and the alternative."""
    digit, (other, share) = answer.top[0][0], answer.top[1]
    names = {"digit": named(digit), "other": named(other)}
    if share * (1 - answer.not_a_digit) < answer.not_a_digit:
        return _("Looks like %(digit)s, if it is a digit.") % names
    return _("Looks like %(digit)s, could be %(other)s.") % names


def named(digit: int) -> str:
    """ "a 7", "an 8" """
    return _("an 8") if digit == 8 else _("a %(digit)d") % {"digit": digit}
