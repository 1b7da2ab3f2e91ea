"""English that was written elsewhere, told in the reader's language.

`mlcore` knows no languages, and the database keeps in English what workers wrote: a language of its
own for each row would be nobody's. TEXTS are the patterns of these texts. A value in a text may be
such a text itself, or several with "; " between them; a number gets the language's separators.
"""

import re
from functools import cache, lru_cache

from django.utils.translation import gettext

from recognizer.presentation.numbers import as_percent, localized
from recognizer.presentation.told_texts import TEXTS

PLACE = re.compile(r"\{([a-z]+)\}")
NUMBER = re.compile(r"-?\d+(,\d{3})*(\.\d+)?")
PERCENT = re.compile(rf"({NUMBER.pattern})%")


def told(text: str) -> str:
    """The text in the active language, line by line; as it is where it is none of TEXTS."""
    return "\n".join(told_line(line) for line in text.split("\n"))


def last_line(text: str) -> str:
    """Where a program's last words end with the reason."""
    return text.strip().rpartition("\n")[2]


def told_line(line: str) -> str:
    found = find(line)
    if found is None:
        return line
    text, values = found
    places = {name: told_value(value) for name, value in values}
    return PLACE.sub(lambda place: places[place[1]], gettext(text))


def told_value(value: str) -> str:
    if NUMBER.fullmatch(value):
        return localized(value)
    if share := PERCENT.fullmatch(value):
        return as_percent(share[1])
    return "; ".join(told_line(part) for part in value.split("; "))


@lru_cache(maxsize=1_000)
def find(line: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The first of TEXTS that the line is an instance of, and the values in it."""
    for text, pattern in patterns():
        if match := pattern.fullmatch(line):
            return text, tuple(match.groupdict().items())
    return None


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(text, pattern_of(text)) for text in TEXTS]


def pattern_of(text: str) -> re.Pattern[str]:
    """Matches what the text becomes when its places are filled."""
    pieces = PLACE.split(text)  # a place's name at every second
    return re.compile(
        "".join(
            f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)
        )
    )
