"""Numbers and lists in the reader's language. Machines get Python's own notation."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, format_percent, parse_pattern
from django.conf import settings
from django.utils.translation import get_language, to_locale


def locale() -> Locale:
    """Return the active language's conventions, which Babel takes from the Unicode CLDR."""
    return locale_of(get_language() or settings.LANGUAGE_CODE)


@lru_cache
def locale_of(language: str) -> Locale:
    """Return a language's conventions; for one unknown to Babel, those of the site's language."""
    try:
        return Locale.parse(to_locale(language))
    except UnknownLocaleError:
        return Locale.parse(to_locale(settings.LANGUAGE_CODE))


def with_decimals(pattern: str, decimals: int) -> NumberPattern:
    """Return a language's pattern, "#,##0.###" or "#,##0 %", with a fixed number of decimals."""
    digits = f"0.{'0' * decimals}" if decimals else "0"
    return parse_pattern(pattern.replace("0.###", "0").replace("0", digits))


def decimals_of(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def localized(number: str) -> str:
    """Format a number in Python's notation, "1,234.50" or "3.1e-06", with local separators."""
    mantissa, e, exponent = number.partition("e")
    return f"{decimal_in(locale(), mantissa)}{e}{exponent}"


@lru_cache(maxsize=2_000)  # Babel takes 50 microseconds, and pages repeat their numbers
def decimal_in(language: Locale, number: str) -> str:
    value = Decimal(number.replace(",", ""))
    if not value.is_finite():
        return number
    pattern = with_decimals(language.decimal_formats[None].pattern, decimals_of(value))
    return format_decimal(value, pattern, language, group_separator="," in number)


def in_percent(share: float, digits: int) -> str:
    """0.5 -> "50.0%" """
    return as_percent(f"{share * 100:.{digits}f}")


def as_percent(number: str) -> str:
    """Format a number in Python's notation as a percentage: "50.0" -> "50.0%"."""
    return percent_in(locale(), number)


@lru_cache(maxsize=2_000)
def percent_in(language: Locale, number: str) -> str:
    value = Decimal(number.replace(",", ""))
    if not value.is_finite():
        return f"{number}%"
    pattern = with_decimals(language.percent_formats[None].pattern, decimals_of(value))
    return format_percent(value / 100, pattern, language, group_separator="," in number)


def shortest_percent(share: float) -> str:
    """Format a share with as few digits as it has: 0.5 -> "50%", 0.985 -> "98.5%"."""
    return as_percent(f"{share * 100:.10g}")


def listed(values: Sequence[str]) -> str:
    """["4", "7", "9"] -> "4, 7 and 9"; an empty list gives an empty text."""
    return format_list(values, locale=locale())


def percent(probability: Any, digits: int = 1) -> str:
    """0.98 -> "98.0%". Never rounds to 0 % or 100 %. Empty for anything that is not a number."""
    if not isinstance(probability, int | float):
        return ""
    value, smallest = probability * 100, 10.0**-digits
    if 0 < value < smallest:
        return f"<{as_percent(f'{smallest:.{digits}f}')}"
    if 100 - smallest < value < 100:
        return f">{as_percent(f'{100 - smallest:.{digits}f}')}"
    return as_percent(f"{value:.{digits}f}")
