"""The messages for people that go with answers."""

from django.conf import settings
from django.utils.translation import gettext as _

from mlcore.recognition.inference import Answer
from mlcore.recognition.lattice import UNREADABLE
from mlcore.recognition.number_reading import NumberReading
from recognizer.actions.drawings.recognition import Ink
from recognizer.actions.drawings.refusal_reasons import Reason
from recognizer.presentation.numbers import percent


def words(
    answer: Answer, reason: Reason | None, number: NumberReading | None = None, *, is_picture: bool
) -> str:
    """Return the message shown next to the digit; empty if the digit is clear.

    Of a refusal it says why, and what to do.
    """
    match reason:
        case Reason.SEVERAL if number is not None:
            return of_number(number)
        case Reason.UNSURE:
            return _("Looks like %(digit)s, but it may be none (%(share)s). Write it clearly.") % {
                "digit": named(answer.top[0][0]),
                "share": percent(answer.not_a_digit, 0),
            }
        case Reason.UNKNOWN if is_picture:
            return _("Probably not a digit (%(share)s). Cut the picture to one number.") % {
                "share": percent(answer.not_a_digit, 0)
            }
        case Reason.UNKNOWN:
            return _("Probably not a digit (%(share)s). Write just one number.") % {
                "share": percent(answer.not_a_digit, 0)
            }
    return doubts(answer) if answer.confidence < settings.LOW_CONFIDENCE else ""


def words_for_nothing(ink: Ink) -> str:
    """Return why there is nothing to recognize."""
    if ink.gray is None:
        return _("Nothing is drawn yet.")
    if ink.is_transparent:
        return _("The picture is transparent: there is nothing on it.")
    return _("No ink was found in the picture. Take it from nearer, dark ink on light paper.")


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
