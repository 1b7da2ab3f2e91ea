"""Request and correct pages: pictures of paper with numbers that a worker reads."""

from functools import partial

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mlcore.pages.reading import PAGE_SIDE
from mlcore.pictures.decoding import LIMITS, PictureLimits, open_picture, upright_size
from mlcore.pictures.encoding import png
from mlcore.pictures.formats import is_pdf
from recognizer.actions.pdf_pages import rendered_pages
from recognizer.actions.reading import lifecycle
from recognizer.actions.reading.batches import shown_name
from recognizer.errors import Conflict, Refused
from recognizer.models import PageCell, PagePicture, ReadingJob, User
from recognizer.presentation.numbers import localized


def request_pages(*, owner: AbstractUser, name: str, file: bytes) -> list[ReadingJob]:
    """Queue a page for a picture, or one for each page of a PDF: all of them, or none.

    A picture is stored gray, upright and reduced, so without its metadata. Raises InvalidInk if the
    file is no picture or PDF within the limits, Conflict if the owner has too many pages, and
    TooMany while other PDFs are rendered.
    """
    with transaction.atomic():
        require_room(owner, 1)  # before the work
    if is_pdf(file):
        pictures = pdf_pictures(name, file)
    else:
        opened = open_picture(file, page_limits(), side=PAGE_SIDE)
        pictures = [page_picture(name, png(opened.gray), opened.size)]
    with transaction.atomic():
        require_room(owner, len(pictures))
        jobs = []
        for picture in pictures:
            kind = ReadingJob.Kind.PAGE
            job = ReadingJob.objects.create(kind=kind, owner_id=owner.pk, progress=progress(0))
            picture.job = job
            picture.save(force_insert=True)
            transaction.on_commit(partial(lifecycle.wake, job.pk))
            jobs.append(job)
    return jobs


def page_limits() -> PictureLimits:
    """Return the limits of a picture of a page: its form takes files as large as a PDF."""
    return PictureLimits(bytes=max(LIMITS.bytes, settings.PDF_MAX_BYTES))


def pdf_pictures(name: str, file: bytes) -> list[PagePicture]:
    """Return a picture of each page of a PDF. Raises InvalidInk and TooMany."""
    most, most_bytes = settings.PAGE_MAX_OPEN, settings.PDF_MAX_BYTES
    pictures = rendered_pages(file, most=most, most_bytes=most_bytes)
    if len(pictures) == 1:
        return [page_picture(name, pictures[0], upright_size(pictures[0]))]
    words = _("%(name)s, page %(number)d")
    return [
        page_picture(words % {"name": name, "number": number}, picture, upright_size(picture))
        for number, picture in enumerate(pictures, start=1)
    ]


def page_picture(name: str, picture: bytes, size: tuple[int, int]) -> PagePicture:
    """Return a picture without its job. picture: a PNG; size: as it was sent."""
    width, height = size
    return PagePicture(name=shown_name(name), picture=picture, width=width, height=height)


def progress(fraction: float) -> dict[str, float]:
    """Return the progress of a page as it is stored on the job's row."""
    return {"done": int(fraction == 1), "total": 1, "fraction": fraction}


def require_room(owner: AbstractUser, new: int) -> None:
    """Raise Conflict if the owner may not have so many new pages. Call it in a transaction."""
    User.objects.select_for_update().get(pk=owner.pk)  # two requests at once count each other
    own = ReadingJob.objects.pages_of(owner)
    most, unfinished = settings.PAGE_MAX_OPEN, own.filter(status__in=ReadingJob.OPEN).count()
    if unfinished + new > most:
        raise Conflict(no_room_words(unfinished, most, new))
    most, kept = settings.PAGE_MAX_KEPT, own.count()
    if kept + new > most:
        words = _(
            "You would have %(count)s pages; at most %(most)s are kept. Delete pages that you no "
            "longer need."
        )
        figures = {"count": localized(f"{kept + new:,}"), "most": localized(f"{most:,}")}
        raise Conflict(words % figures)


def no_room_words(unfinished: int, most: int, new: int) -> str:
    if new > 1:
        words = _(
            "The PDF has %(new)d pages, and %(count)d of your pages are unfinished; together they "
            "may be at most %(most)d. Wait until these have been read, or cancel some."
        )
        return words % {"new": new, "count": unfinished, "most": most}
    words = ngettext(
        "You have %(count)d unfinished page. Wait until it has been read, or cancel it.",
        "You have %(count)d unfinished pages. Wait until one has been read, or cancel one.",
        unfinished,
    )
    return words % {"count": unfinished}


MINUS = "\u2212"  # a typographic one, as it is pasted from elsewhere


def correct_cell(*, job: ReadingJob, row: int, column: int, text: str) -> PageCell:
    """Store a person's text beside what was read in a cell. Raises Refused if there is no cell."""
    at_place = PageCell.objects.filter(page_id=job.pk, row=row, column=column)
    if at_place.update(correction=text.replace(MINUS, "-")) != 1:
        raise Refused(_("The page has no such cell."))
    return at_place.get()
