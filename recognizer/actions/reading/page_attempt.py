"""Read a page. All of its cells are stored in one transaction with the end of the job, or none.

The lease is renewed while it is read. If the worker is killed, the next attempt reads it again.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mlcore.errors import InvalidInk
from mlcore.pages.reading import Cell, PageReading, read_page
from mlcore.pictures.encoding import gray_of_file
from recognizer.actions.jobs import leases
from recognizer.actions.reading import lifecycle
from recognizer.actions.reading.pages import progress
from recognizer.actions.versions.serving import serving
from recognizer.models import PageCell, PagePicture, ReadingJob

RENEW_SECONDS = 1.0
ROWS_AT_ONCE = 200


def attempt(job: ReadingJob) -> None:
    """Read the page, or store why it cannot be read. Raises LeaseLost, and Unavailable."""
    current = serving()
    page = PagePicture.objects.get(job=job)
    gray = gray_of_file(page.picture)
    reduced = max(page.width, page.height) / max(gray.shape)
    read = current.number_reader.read_ink
    try:
        reading = read_page(gray, read, reduced=reduced, report=Heartbeat(job))
    except InvalidInk as refusal:
        lifecycle.finish(job, ReadingJob.Status.FAILED, error=refusal.message)
        return
    store(job, reading, version_id=current.version_id)


@dataclass
class Heartbeat:
    """Renews the lease about once a second. Raises LeaseLost, which ends the reading."""

    job: ReadingJob
    next_at: float = 0.0

    def __call__(self, *, fraction: float, **facts: Any) -> None:
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + RENEW_SECONDS
            leases.renew(self.job, progress(min(fraction, 0.99)))


def store(job: ReadingJob, reading: PageReading, *, version_id: int) -> None:
    """End the job with what was read. Raises LeaseLost, and then nothing is stored."""
    with transaction.atomic():
        lifecycle.finish(job, ReadingJob.Status.SUCCEEDED, progress=progress(1))
        PagePicture.objects.filter(job=job).update(kind=reading.kind, version_id=version_id)
        PageCell.objects.bulk_create(
            [
                cell_row(job, i, j, cell)
                for i, row in enumerate(reading.rows)
                for j, cell in enumerate(row)
            ],
            ROWS_AT_ONCE,
        )


def cell_row(job: ReadingJob, row: int, column: int, cell: Cell) -> PageCell:
    return PageCell(
        page_id=job.pk,
        row=row,
        column=column,
        read=cell.text,
        box=[round(float(edge), 1) for edge in cell.box],
        confidence=min(max(float(cell.confidence), 0.0), 1.0),
        is_written=cell.written,
    )
