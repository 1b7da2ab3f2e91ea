"""Masking of password reset links in logs."""

import logging
import re

# A password reset link from a mail: anybody who has it can sign in.
RESET_LINK = re.compile(r"(/accounts/reset/)[^\s?]+")


def masked(text: str) -> str:
    return RESET_LINK.sub(r"\1...", text)


class MaskLinks(logging.Filter):
    """Masks log records: Django logs the URL of every failed request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True
