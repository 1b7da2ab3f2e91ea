"""Masking of what must not be in logs: what lets somebody in, mail addresses, ink."""

import logging
import re

MASKS = (
    # A password reset link from a mail: anybody who has it can sign in.
    (re.compile(r"(/accounts/reset/)[^\s?]+"), r"\1..."),
    # API tokens: after their scheme, and anywhere by their form, that of secrets.token_urlsafe(32).
    (re.compile(r"\b(token|bearer)(:? +)(?=\S*\d)[\w-]{20,}", re.IGNORECASE), r"\1\2..."),
    (
        re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])"),
        "...",
    ),
    (re.compile(r"\bwhsec_[\w+/=-]+"), "whsec_..."),
    (re.compile(r"[\w.+-]+(@|%40)[\w-]+(\.[\w-]+)+"), "...@..."),
    # Ink: points of strokes, and pictures in base64.
    (re.compile(r"""\{\s*\\?["'][xytp]\\?["']\s*:[^{}]*(\}|$)"""), "{...}"),
    (re.compile(r"(data:image/[\w.+-]+;base64,)[\w+/=-]+"), r"\1..."),
    # PostgreSQL's words about a row that it refuses, with all that is in it.
    (re.compile(r"(Failing row contains )\(.*", re.DOTALL), r"\1(...)"),
    (re.compile(r"(Key \([^)]*\)=)\(.*\)"), r"\1(...)"),
)


def masked(text: str) -> str:
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


class Mask(logging.Filter):
    """Masks log records: Django logs the URL of every failed request, and errors quote values."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            # Formatters take this text, if there is one, for the error.
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = masked(text)
        return True
