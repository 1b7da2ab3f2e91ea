"""Reasons that people give for the log: one limit and one message for pages, admin and API."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from recognizer.errors import Refused

MAX_REASON = 300
TOO_LONG = format_lazy(_("A reason has at most {most} characters."), most=MAX_REASON)


def stripped_reason(text: str) -> str:
    """Strip white space and NUL, which PostgreSQL cannot store; the result may be empty.

    Raises Refused if the reason is too long.
    """
    reason = text.replace("\0", "").strip()
    if len(reason) > MAX_REASON:
        raise Refused(str(TOO_LONG))
    return reason
