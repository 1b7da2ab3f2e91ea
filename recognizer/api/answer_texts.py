"""The messages for people that go with answers."""

from django.conf import settings
from django.utils.translation import gettext as _

from mlcore.recognition.inference import Answer
from mlcore.recognition.lattice import UNREADABLE
from mlcore.recognition.number_reading import NumberReading
from recognizer.actions.drawings.refusal_reasons import Reason


def words(answer: Answer | None, reason: Reason | None, number: NumberReading | None = None) -> str:
    """Return the message shown next to the digit; empty if the digit is clear."""
    if answer is None:
        return _("Nothing is drawn yet.")
    match reason:
        case Reason.SEVERAL if number is not None:
            return of_number(number)
        case Reason.UNSURE:
            return _("Looks like %(digit)s, but the confidence is too low.") % {
                "digit": named(answer.top[0][0])
            }
        case Reason.UNKNOWN:
            return _("No digit recognized.")
    return doubts(answer) if answer.confidence < settings.LOW_CONFIDENCE else ""


def of_number(number: NumberReading) -> str:
    """Return what is not certain about a number; empty if it is clear."""
    if UNREADABLE in number.text:
        return _("“?” stands where no digit could be read.")
    if number.left_out:
        return _("“%(signs)s” after the number is left out.") % {"signs": number.left_out}
    return ""


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
