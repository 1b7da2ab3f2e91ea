"""The labels a drawing can have: a digit, "not a digit", or a number.

0 to 9 and NOT_A_DIGIT are also the networks' class indices. A number is written as text, such as
"2026" or "3.5". What counts of it are its figures: two numbers are the same if their digits are.
Only a review also looks whether they are below zero.
"""

import re

DIGITS = range(10)
NOT_A_DIGIT = 10
CLASSES = 11

# 0 to 9, NOT_A_DIGIT, or the figures of a number.
Label = int | str

LONGEST_NUMBER = 24  # characters
NUMBER = r"[+-]?[0-9]+(?:[.,:/-][0-9]+)*%?"


def is_number(text: str) -> bool:
    """Whether it is a number of several characters: digits, and signs as they stand in numbers."""
    return 1 < len(text) <= LONGEST_NUMBER and re.fullmatch(NUMBER, text) is not None


def is_negative(number: str) -> bool:
    """Whether a number, as it is written, is below zero."""
    return number.startswith("-")


def figures(text: str) -> str:
    """Return the digits of a number, without its signs."""
    return "".join(character for character in text if character.isdigit())
