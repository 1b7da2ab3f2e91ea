"""What must not be read in a log."""

import logging
import re

# A link from a mail that resets a password: it lets in whoever has it.
RESET_LINK = re.compile(r"(/accounts/reset/)[^\s?]+")


def masked(text: str) -> str:
    return RESET_LINK.sub(r"\1...", text)


class MaskLinks(logging.Filter):
    """Django logs the address of every request that fails."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True
