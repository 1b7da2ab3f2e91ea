"""The results of a batch as CSV or NDJSON, streamed."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from recognizer.actions.exchange.tables import Echo, safe_cell
from recognizer.models import BatchPicture, ReadingJob
from recognizer.models.versions import with_versions
from recognizer.presentation.messages import code_of, words

ROWS_AT_ONCE = 500
COLUMNS = (
    "index",
    "name",
    "status",
    "text",
    "answer",
    "confidence",
    "version",
    "reason",
    "message",
    "drawing",
)


def result_lines(job: ReadingJob, kind: str) -> Iterator[str]:
    """Yield the lines of an export, in the order of the files. kind: "csv" or "ndjson"."""
    rows = pictures_of(job).iterator(chunk_size=ROWS_AT_ONCE)
    records = map(record, rows)
    if kind == "ndjson":
        yield from (json.dumps(each) + "\n" for each in records)
        return
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for each in records:
        yield writer.writerow([safe_cell(value) for value in each.values()])


def pictures_of(job: ReadingJob) -> QuerySet[BatchPicture]:
    """Return the batch's pictures in their order with their versions, without large columns."""
    return with_versions(job.pictures.defer("content", "network_input"))


def record(picture: BatchPicture) -> dict[str, Any]:
    """Return a picture's values by column, in the order of COLUMNS."""
    values = (
        picture.index,
        picture.name,
        picture.status,
        picture.text,
        picture.answer,
        picture.confidence,
        picture.version.number if picture.version else None,
        code_of(picture.reason),
        words(picture.reason),
        picture.drawing_id,
    )
    return dict(zip(COLUMNS, values, strict=True))
