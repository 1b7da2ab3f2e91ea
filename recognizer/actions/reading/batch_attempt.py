"""Read the pictures of a batch, some at a time.

A worker takes the pictures that still wait. It stores what it read together with its heartbeat, in
one transaction: an attempt without the lease stores nothing, and the next one goes on from there.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count

from mlcore.errors import InvalidInk
from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.drawings.quota import Usage, locked_usage
from recognizer.actions.drawings.recognition import Recognition, read_picture, recognize
from recognizer.actions.drawings.refusal_reasons import Reason, reason_of
from recognizer.actions.drawings.store import new_drawing, save_drawings
from recognizer.actions.jobs import leases
from recognizer.actions.reading import lifecycle
from recognizer.actions.versions.serving import serving
from recognizer.errors import QuotaReached, Unavailable
from recognizer.models import BatchPicture, ReadingJob

logger = logging.getLogger(__name__)

AT_ONCE = 100  # pictures of one transaction
FILES_AT_ONCE = 4  # of these, in memory: a file may have megabytes
SECONDS = 1.0  # of one transaction, so that heartbeat and cancellation stay fast
Status = BatchPicture.Status
RESULT = (
    "status",
    "content",
    "text",
    "answer",
    "confidence",
    "version",
    "reason",
    "network_input",
    "drawing",
)
REASONS = {
    Reason.BLANK: codes.BLANK,
    Reason.UNSURE: codes.UNSURE,
    Reason.UNKNOWN: codes.UNKNOWN,
}


@dataclass
class Result:
    """A picture with what was read in it: its recognition, or why the file cannot be read."""

    picture: BatchPicture
    recognition: Recognition | None = None
    failure: Message | None = None


def attempt(job: ReadingJob) -> None:
    """Read all pictures that still wait; a batch without a readable file has failed.

    Raises LeaseLost, and Unavailable without a version.
    """
    serving()  # loads the networks before the time of reading begins
    progress = Progress(counts=statuses(job))
    augmented = job.save_drawings and settings.STORED_ANSWERS_AUGMENTED
    while results := read(waiting(job), augmented=augmented):
        store(job, results, progress)
    status, error = ReadingJob.Status.SUCCEEDED, {}
    if not (progress.counts[Status.READ] or progress.counts[Status.REFUSED]):
        status, error = ReadingJob.Status.FAILED, codes.NO_FILE_IS_READABLE()
    lifecycle.finish(job, status, error=error, progress=progress.as_row())


def statuses(job: ReadingJob) -> Counter[str]:
    """Return how many pictures have which status."""
    rows = job.pictures.order_by().values_list("status").annotate(count=Count("pk"))
    return Counter(dict(rows))


def waiting(job: ReadingJob) -> Iterator[BatchPicture]:
    """Yield up to AT_ONCE pictures that still wait, with few files in memory at a time."""
    rows = job.pictures.filter(status=Status.WAITING).order_by("index")[:AT_ONCE]
    return rows.iterator(chunk_size=FILES_AT_ONCE)


def read(pictures: Iterable[BatchPicture], *, augmented: bool) -> list[Result]:
    """Read as many pictures as SECONDS allow; at least one, if there is one."""
    deadline = time.monotonic() + SECONDS
    results = []
    for picture in pictures:
        results.append(read_one(picture, augmented=augmented))
        picture.content = None
        if time.monotonic() >= deadline:
            break
    return results


def read_one(picture: BatchPicture, *, augmented: bool) -> Result:
    """Read a picture. No file of a batch may keep the others from being read."""
    try:
        ink = read_picture(bytes(picture.content or b""))
        return Result(picture, recognition=recognize(ink, augmented=augmented))
    except InvalidInk as error:
        return Result(picture, failure=error.message)
    except (DatabaseError, Unavailable):
        raise
    except Exception as error:
        logger.exception("picture %s of batch %s", picture.index, picture.job_id)
        return Result(picture, failure=codes.UNEXPECTED() | {"detail": repr(error)})


def store(job: ReadingJob, results: Sequence[Result], progress: "Progress") -> None:
    """Renew the lease and store the results in one transaction."""
    for result in results:
        fill_in(result)
    progress.add(result.picture.status for result in results)
    with transaction.atomic():
        usage = locked_usage(job.owner) if job.save_drawings else None  # before the job's row
        leases.renew(job, progress.as_row())
        if usage:
            save_answered(job, results, usage)
        for result in results:
            result.picture.save(update_fields=RESULT)


def save_answered(job: ReadingJob, results: Sequence[Result], usage: Usage) -> None:
    """Save what was answered as drawings; the reason says if there is no room for one."""
    rows = []
    for result in results:
        recognition = result.recognition
        if recognition is None or recognition.answer is None:
            continue
        drawing, answer = new_drawing(owner=job.owner, recognition=recognition)
        try:
            usage.add(drawings=1, size=drawing.size)
        except QuotaReached as full:
            result.picture.reason = full.reason
            continue
        rows.append((drawing, answer))
        result.picture.drawing = drawing
    save_drawings(rows)
    usage.store()


def fill_in(result: Result) -> None:
    """Set the picture's columns."""
    picture, recognition = result.picture, result.recognition
    if recognition is None:
        picture.status, picture.reason = Status.FAILED, result.failure or {}
        return
    answer = recognition.answer
    reason = reason_of(answer, several=recognition.number is not None)
    unread = None if recognition.number else reason
    picture.status = Status.REFUSED if unread else Status.READ
    picture.reason = REASONS[unread]() if unread else {}
    picture.version_id = recognition.version_id
    picture.network_input = recognition.ink.as_bytes
    if answer is None:
        return
    picture.answer = answer.label
    picture.confidence, picture.text = recognition.sureness, recognition.text


@dataclass
class Progress:
    """counts: how many pictures have which status, WAITING included."""

    counts: Counter[str]
    read: int = 0
    started: float = field(default_factory=time.monotonic)

    def add(self, statuses: Iterable[str]) -> None:
        """Count pictures that waited until now."""
        new = Counter(statuses)
        self.counts += new
        self.counts[Status.WAITING] -= new.total()
        self.read += new.total()

    def as_row(self) -> dict[str, Any]:
        """Return the progress as it is stored on the job's row."""
        per_second = self.read / max(time.monotonic() - self.started, 1e-3)
        seconds_left = round(self.counts[Status.WAITING] / per_second) if per_second else None
        return {
            **as_row(self.counts),
            "per_second": round(per_second, 1),
            "seconds_left": seconds_left,
        }


def as_row(counts: Counter[str]) -> dict[str, Any]:
    """Return counts as they are stored: done, total, fraction, and the number of each status."""
    total = counts.total()
    done = total - counts[Status.WAITING]
    every = {str(status): counts[status] for status in Status if status != Status.WAITING}
    return {"done": done, "total": total, "fraction": done / max(total, 1), **every}
