"""Read all numbers of a page: rows of cells of a table, or lines of numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pages.cells import table_cells, words
from mlcore.pages.layout import WORKING_HEIGHT, Box, Ink, Layout, layout_of
from mlcore.pages.refusals import refuse_crowded, refuse_cut_off, refuse_small, refuse_unread
from mlcore.pages.ruling import is_table
from mlcore.pictures.decoding import LIMITS, PictureLimits, open_picture
from mlcore.pictures.grayscale import Gray
from mlcore.progress import Report, silent
from mlcore.recognition.lattice import UNREADABLE
from mlcore.recognition.number_reading import Mark, NumberReading

# Larger pictures of pages are averaged down to this longest side.
PAGE_SIDE = 2_000

# A column of a table, of at least so many written cells, holds letters if its numbers are less
# certain than this on average. A shorter one may be headings for the most part.
WRITTEN, LETTERS = 5, 0.5

Read = Callable[[Ink], NumberReading]


@dataclass(frozen=True)
class Cell:
    """A cell of a table, or a number in a line.

    text: the number; "" if the cell is empty, or if what is written there is no number. box: of the
    writing, or of the empty cell, in pixels of the upright picture. confidence: of the text, 0 to
    1. written: whether there is writing. marks: what was read of it, also if that is no number.
    """

    text: str
    box: Box
    confidence: float
    written: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class PageReading:
    """rows: all cells of a table, row by row; otherwise the numbers of each line in order."""

    kind: Literal["table", "lines"]
    rows: list[list[Cell]]


def read_page(
    picture: bytes | Gray,
    read: Read,
    *,
    limits: PictureLimits = LIMITS,
    reduced: float = 1.0,
    report: Report = silent,
) -> PageReading:
    """Read the numbers in a picture of a page: a file, or gray (h, w) uint8.

    A ruled table keeps its rows and columns; what stands outside of it is left out. A column of
    letters, such as grades, has no numbers, also where a letter looks like one. On other paper,
    blank, ruled or squared, the numbers are returned in lines, and all other writing is left out.
    The page may be turned by 10 degrees, and may be seen and lit from the side.

    read: reads the ink of one number, (h, w) float32 in [0, 1]. reduced: pixels of the picture as
    it was sent for one of gray; boxes are in those. report: called after each number with the
    completed `fraction`. Raises InvalidInk as `read_picture` does, and if there are no numbers or
    far too many, if the writing is too small or too blurred, if the picture cuts numbers off, and
    if the page is not upright.
    """
    gray, enlarged = (
        _gray_page(picture, limits) if isinstance(picture, bytes) else (picture, reduced)
    )
    layout = layout_of(gray)
    if layout is None:
        raise InvalidInk(codes.NO_NUMBERS_ON_PAGE())
    refuse_small(layout.writing * enlarged)
    refuse_crowded(layout)
    refuse_cut_off(layout, gray.shape)
    table = is_table(layout.ruling, layout.pieces, WORKING_HEIGHT)
    rows = _divided(layout, table)
    crops = [crop for row in rows for crop, _ in row if crop is not None]
    readings = []
    for done, crop in enumerate(crops, start=1):
        readings.append(read(crop))
        report(phase="read", fraction=done / len(crops))
    certain = [_certainty(each) for each in readings]
    refuse_unread(crops, certain, lambda ink: _certainty(read(ink)), layout.softness)
    coming = iter(readings)
    cells = [
        [_cell(None if crop is None else next(coming), box, layout, enlarged) for crop, box in row]
        for row in rows
    ]
    if table:
        return PageReading("table", _without_letters(cells))
    lines = [[cell for cell in row if cell.text] for row in cells]
    return PageReading("lines", [line for line in lines if line])


def _without_letters(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Empty the texts of columns of letters: alone, a D is a sure 0, and a B may be 13."""
    of_letters = [_holds_letters(column) for column in zip(*rows, strict=True)]
    return [
        [
            replace(cell, text="") if letters else cell
            for cell, letters in zip(row, of_letters, strict=True)
        ]
        for row in rows
    ]


def _holds_letters(column: Sequence[Cell]) -> bool:
    certain = [cell.confidence if cell.text else 0.0 for cell in column if cell.written]
    return len(certain) >= WRITTEN and float(np.mean(certain)) < LETTERS


def number_in(text: str) -> str:
    """Return the text of a reading if it is a number, with a digit and all of it legible; or ""."""
    legible = UNREADABLE not in text and any(sign.isdigit() for sign in text)
    return text if legible else ""


def _gray_page(picture: bytes, limits: PictureLimits) -> tuple[Gray, float]:
    """Return the picture in gray, and how many times larger it was sent."""
    opened = open_picture(picture, limits, side=PAGE_SIDE)
    return opened.gray, opened.reduced


def _divided(layout: Layout, table: bool) -> list[list[tuple[Ink | None, Box]]]:
    """Return the ink and the box of each cell or word on the page; an empty cell has no ink."""
    if not table:
        groups = words(layout.pieces, WORKING_HEIGHT)
        return [[layout.crop(group) for group in line] for line in groups]
    rows, columns = layout.ruling.rows.tolist(), layout.ruling.columns.tolist()
    cells = table_cells(layout.pieces, layout.ruling, WORKING_HEIGHT)
    return [
        [
            layout.crop(group)
            if group.size
            else (None, (columns[j], rows[i], columns[j + 1], rows[i + 1]))
            for j, group in enumerate(row)
        ]
        for i, row in enumerate(cells)
    ]


def _certainty(reading: NumberReading) -> float:
    return reading.confidence if number_in(reading.text) else 0.0


def _cell(reading: NumberReading | None, box: Box, layout: Layout, enlarged: float) -> Cell:
    """Make the cell of a reading; None: it is empty.

    box: on the page of the layout. enlarged: how many times larger the picture was sent.
    """

    def sent(box: Box) -> Box:
        left, top, right, bottom = (edge * enlarged for edge in layout.in_picture(box))
        return left, top, right, bottom

    if reading is None:
        return Cell("", sent(box), 1.0, written=False)
    left, top, _, _ = box
    marks = tuple(replace(mark, box=sent(_moved(mark.box, left, top))) for mark in reading.marks)
    return Cell(number_in(reading.text), sent(box), reading.confidence, written=True, marks=marks)


def _moved(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return left + across, top + down, right + across, bottom + down
