"""Drawings as a table: CSV, and CSV as a German Excel opens it. A table holds no ink."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from mlcore.labels import is_number
from recognizer.actions.exchange.records import columns_of, numbers_in, rows_of
from recognizer.models.drawings import DrawingQuerySet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # tells Excel that the file is UTF-8


class Echo:
    """A file object for csv.writer whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


class Numbers(str):
    """Several numbers in one cell, as text."""

    __slots__ = ()

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Numbers":
        return cls(" ".join(["%.6f"] * len(numbers)) % tuple(numbers))


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield a header, then one line per drawing, oldest first."""
    writer = csv.writer(Echo())
    for cells in lines(drawings, people):
        yield writer.writerow(cells).encode()


def write_german(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the same lines with semicolons and decimal commas, after a byte order mark."""
    writer = csv.writer(Echo(), delimiter=";")
    yield BYTE_ORDER_MARK
    for cells in lines(drawings, people):
        yield writer.writerow([with_comma(cell) for cell in cells]).encode()


def lines(drawings: DrawingQuerySet, people: bool) -> Iterator[list[Any]]:
    """Yield the cells of each line."""
    yield list(columns_of(people=people))
    for values in rows_of(drawings, people=people):
        values["probabilities"] = Numbers.of(numbers_in(values["probabilities"]))
        yield [safe_cell(value) for value in values.values()]


def safe_cell(value: object) -> object:
    """Quote text that a spreadsheet would run as a formula. Plain numbers, also as text, stay."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_plain(value):
        return "'" + value
    return value


def _is_plain(text: str) -> bool:
    """Whether it is a number that no spreadsheet computes; -3-4 would be -7."""
    return is_number(text) and not set("-/") & set(text[1:])


def with_comma(value: object) -> object:
    return str(value).replace(".", ",") if isinstance(value, float | Numbers) else value
