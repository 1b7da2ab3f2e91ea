"""Numbers and lists for people, as the reader's language writes them. Machines get Python's."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext, pgettext


def localized(number: str) -> str:
    """A number that Python wrote, "1,234.5", with the language's separators."""
    signs = {".": get_format("DECIMAL_SEPARATOR"), ",": get_format("THOUSAND_SEPARATOR")}
    return number.translate(str.maketrans(signs))


def in_percent(share: float, digits: int) -> str:
    """0.5 -> "50.0%" """
    return as_percent(f"{share * 100:.{digits}f}")


def as_percent(number: str) -> str:
    """A number that Python wrote, with the sign: "50.0" -> "50.0%"."""
    return pgettext("percentage", "{number}%").format(number=localized(number))


def listed(values: Sequence[str]) -> str:
    """["4", "7", "9"] -> "4, 7 and 9"; empty for none."""
    if len(values) < 2:
        return "".join(values)
    *others, last = values
    return gettext("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last}


def percent(probability: Any, digits: int = 1) -> str:
    """0.98 -> "98.0%"; never rounds to a certainty that nobody has. Empty for what is no number."""
    if not isinstance(probability, int | float):
        return ""
    value, smallest = probability * 100, 10.0**-digits
    if 0 < value < smallest:
        return f"<{as_percent(f'{smallest:.{digits}f}')}"
    if 100 - smallest < value < 100:
        return f">{as_percent(f'{100 - smallest:.{digits}f}')}"
    return as_percent(f"{value:.{digits}f}")
