"""Request, correct and delete pages: pictures of paper with numbers that a worker reads."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mlcore.pages.reading import PAGE_SIDE
from mlcore.pictures.encoding import png
from mlcore.pictures.preprocessing import read_picture, upright_size
from recognizer.actions.reading import lifecycle
from recognizer.actions.reading.batches import shown_name
from recognizer.errors import Conflict, Refused
from recognizer.models import PageCell, PagePicture, ReadingJob, User


def request_page(*, owner: AbstractUser, name: str, picture: bytes) -> ReadingJob:
    """Queue a page. Its picture is stored gray, upright and reduced, so without its metadata.

    Raises InvalidInk if the file is no picture within the limits, and Conflict if the owner has
    PAGE_MAX_OPEN unfinished pages.
    """
    gray = read_picture(picture, side=PAGE_SIDE)
    width, height = upright_size(picture)
    about = {"name": shown_name(name), "picture": png(gray), "width": width, "height": height}
    with transaction.atomic():
        require_room(owner)
        kind = ReadingJob.Kind.PAGE
        job = ReadingJob.objects.create(kind=kind, owner_id=owner.pk, progress=progress(0))
        PagePicture.objects.create(job=job, **about)
        transaction.on_commit(lambda: lifecycle.wake(job.pk))
    return job


def progress(fraction: float) -> dict[str, float]:
    """Return the progress of a page as it is stored on the job's row."""
    return {"done": int(fraction == 1), "total": 1, "fraction": fraction}


def require_room(owner: AbstractUser) -> None:
    """Raise Conflict if the owner has too many unfinished pages. Call it in a transaction."""
    User.objects.select_for_update().get(pk=owner.pk)  # two requests at once count each other
    most = settings.PAGE_MAX_OPEN
    if ReadingJob.objects.pages_of(owner).filter(status__in=ReadingJob.OPEN).count() >= most:
        words = ngettext(
            "You have %(count)d unfinished page. Wait until it has been read, or cancel it.",
            "You have %(count)d unfinished pages. Wait until one has been read, or cancel one.",
            most,
        )
        raise Conflict(words % {"count": most})


def correct_cell(*, job: ReadingJob, row: int, column: int, text: str) -> PageCell:
    """Store a person's text beside what was read in a cell. Raises Refused if there is no cell."""
    at_place = PageCell.objects.filter(page_id=job.pk, row=row, column=column)
    if at_place.update(correction=text) != 1:
        raise Refused(_("The page has no such cell."))
    return at_place.get()


def delete_page(*, job: ReadingJob) -> None:
    """Delete a page with its picture and cells; a running attempt loses its lease."""
    job.delete()
