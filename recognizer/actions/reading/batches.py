"""Request batches: many pictures that a worker reads."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recognizer.actions.drawings.quota import locked_usage
from recognizer.actions.reading import lifecycle
from recognizer.actions.reading.batch_attempt import as_row
from recognizer.actions.reading.incoming import Incoming
from recognizer.actions.reading.uploads import require_file_count, require_size
from recognizer.errors import Conflict, Refused
from recognizer.models import BatchPicture, ReadingJob, User
from recognizer.models.reading import NAME_LENGTH
from recognizer.presentation.numbers import localized

BYTES_AT_ONCE = 4 * 1024**2  # of the files of one INSERT, which are in memory
ROWS_AT_ONCE = 200
Status = BatchPicture.Status


@transaction.atomic
def request_batch(
    *, owner: AbstractUser, files: Iterable[Incoming], save_drawings: bool = False
) -> ReadingJob:
    """Queue a batch. The files are stored some at a time; all of them, or none.

    Raises Conflict if the owner has BATCH_MAX_OPEN unfinished batches or BATCH_MAX_KEPT in all,
    QuotaReached if there is no room to save them, Refused without any file, TooLarge above the
    limits, and what `files` raises.
    """
    require_room(owner)
    job = ReadingJob.objects.create(
        kind=ReadingJob.Kind.BATCH, owner_id=owner.pk, save_drawings=save_drawings
    )
    counts: Counter[str] = Counter()
    for rows in in_chunks(picture_rows(job, files)):
        BatchPicture.objects.bulk_create(rows)
        counts.update(row.status for row in rows)
    if not counts:
        raise Refused(_("There is no file in the batch."))
    if save_drawings:
        locked_usage(owner).add(drawings=counts[Status.WAITING])
    job.progress = as_row(counts)
    job.save(update_fields=["progress"])
    transaction.on_commit(lambda: lifecycle.wake(job.pk))
    return job


def require_room(owner: AbstractUser) -> None:
    """Raise Conflict if the owner may not have another batch. Call it in a transaction."""
    User.objects.select_for_update().get(pk=owner.pk)  # two requests at once count each other
    own = ReadingJob.objects.batches_of(owner)
    most = settings.BATCH_MAX_OPEN
    if own.filter(status__in=ReadingJob.OPEN).count() >= most:
        words = ngettext(
            "You have %(count)d unfinished batch. Wait until it has ended, or cancel it.",
            "You have %(count)d unfinished batches. Wait until one has ended, or cancel one.",
            most,
        )
        raise Conflict(words % {"count": most})
    most, kept = settings.BATCH_MAX_KEPT, own.count()
    if kept + 1 > most:
        words = _(
            "You would have %(count)s batches; at most %(most)s are kept. Delete batches that you "
            "no longer need."
        )
        figures = {"count": localized(f"{kept + 1:,}"), "most": localized(f"{most:,}")}
        raise Conflict(words % figures)


def picture_rows(job: ReadingJob, files: Iterable[Incoming]) -> Iterator[BatchPicture]:
    """Yield a row for each file. Raises TooLarge."""
    size = 0
    for index, file in enumerate(files):
        require_file_count(index + 1)
        size += len(file.content or b"")
        require_size(size)
        yield BatchPicture(
            job=job,
            index=index,
            name=shown_name(file.name),
            status=status_of(file),
            content=file.content,
            reason=file.reason or {},
        )


def status_of(file: Incoming) -> str:
    if file.reason is None:
        return Status.WAITING
    return Status.SKIPPED if file.is_hidden else Status.FAILED


def shown_name(name: str) -> str:
    """Return the name without control characters; of a long path, the end."""
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable if len(printable) <= NAME_LENGTH else f"…{printable[1 - NAME_LENGTH :]}"


def in_chunks(rows: Iterable[BatchPicture]) -> Iterator[list[BatchPicture]]:
    chunk: list[BatchPicture] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row.content or b"")
        if size >= BYTES_AT_ONCE or len(chunk) >= ROWS_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
