"""The rows of a page that was read, as CSV and as XLSX, with the corrected texts."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from recognizer.actions.exchange.tables import Echo, safe_cell
from recognizer.errors import Conflict
from recognizer.models import PageCell, ReadingJob

# Not numbers to a spreadsheet: 007 is a name, and 1,234 may be a thousand or a decimal.
NUMBER = re.compile(r"-?(0|[1-9]\d*)([.,](?!\d{3}$)\d+)?", re.ASCII)
EXACT_DIGITS = 15  # of a spreadsheet's numbers


def rows_of(job: ReadingJob) -> list[list[PageCell]]:
    """Return the cells row by row; no rows before the page has been read."""
    cells = PageCell.objects.filter(page_id=job.pk).order_by("row", "column")
    return [list(row) for _row, row in groupby(cells, key=lambda cell: cell.row)]


def texts_of(job: ReadingJob) -> list[list[str]]:
    """Return the corrected texts row by row. Raises Conflict before the page has been read."""
    if job.status != ReadingJob.Status.SUCCEEDED:
        raise Conflict(_("The page has not been read."))
    return [[cell.text for cell in row] for row in rows_of(job)]


def csv_lines(job: ReadingJob) -> Iterator[str]:
    """Return the lines of a CSV file. Raises Conflict as `texts_of` does."""
    writer = csv.writer(Echo())
    return (writer.writerow([safe_cell(text) for text in row]) for row in texts_of(job))


def xlsx(job: ReadingJob) -> bytes:
    """Return an XLSX file; cells are numbers or texts, never formulas. Raises Conflict."""
    from xlsxwriter import Workbook  # 13 MB that most web processes never need

    rows = texts_of(job)
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                number = number_of(text)
                if number is not None:
                    sheet.write_number(i, j, number)
                elif text:
                    sheet.write_string(i, j, text)
    return file.getvalue()


def number_of(text: str) -> float | None:
    """Return the number that a spreadsheet stores without loss, with point or comma; or None."""
    digits = sum(sign.isdigit() for sign in text)
    if digits > EXACT_DIGITS or not NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", "."))
