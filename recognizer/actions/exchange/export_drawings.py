"""Export drawings in one of several formats. They are read in batches, so any number can be."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.actions.drawings.filters import DrawingFilter
from recognizer.actions.drawings.store import chosen_drawings
from recognizer.actions.exchange import idx, ndjson, npz, png_folders, tables
from recognizer.errors import Forbidden
from recognizer.models import Drawing
from recognizer.models.drawings import DrawingQuerySet, sees_all


@dataclass(frozen=True)
class Format:
    """A file format. `write(drawings, people)` yields the bytes of a file.

    title: for people. ending: of the file's name. people: whether to name owner, labeler and
    reviewer; formats without columns leave them out.
    """

    title: Any
    ending: str
    content_type: str
    write: Callable[[DrawingQuerySet, bool], Iterator[bytes]]


FORMATS = {
    "ndjson": Format(
        gettext_lazy("NDJSON: all data, with strokes"),
        "ndjson",
        "application/x-ndjson",
        ndjson.write,
    ),
    "npz": Format(gettext_lazy("NPZ: NumPy arrays"), "npz", "application/octet-stream", npz.write),
    "idx": Format(gettext_lazy("IDX: like MNIST"), "idx.zip", "application/zip", idx.write),
    "png": Format(
        gettext_lazy("PNG: pictures by label"), "png.zip", "application/zip", png_folders.write
    ),
    "csv": Format(gettext_lazy("CSV: table"), "csv", "text/csv; charset=utf-8", tables.write),
    "csv-de": Format(
        gettext_lazy("CSV: table for a German Excel"),
        "csv",
        "text/csv; charset=utf-8",
        tables.write_german,
    ),
}
DEFAULT = "ndjson"


def may_export_everybody(user: AbstractUser) -> bool:
    """Whether the user may export other people's drawings: staff who may see all drawings."""
    return user.is_staff and sees_all(user)


@dataclass(frozen=True)
class ExportFile:
    """A file to send. pieces: its bytes, made while they are read."""

    name: str
    content_type: str
    pieces: Iterator[bytes]


def export_drawings(
    *, by: AbstractUser, wanted: DrawingFilter, name: str, everybody: bool = False
) -> ExportFile:
    """Export one's own drawings, or everybody's with the people's names. Raises Forbidden."""
    require_export_of(everybody, by)
    drawings = Drawing.objects.visible_to(by) if everybody else Drawing.objects.owned_by(by)
    return export_file(drawings=wanted.apply(drawings), name=name, people=everybody, by=by)


def export_chosen(
    *, by: AbstractUser, ids: Collection[int], name: str, everybody: bool = False
) -> ExportFile:
    """Export the drawings with these ids. Raises as `export_drawings` and `chosen_drawings` do."""
    require_export_of(everybody, by)
    drawings = chosen_drawings(by=by, ids=ids, everybody=everybody)
    return export_file(drawings=drawings, name=name, people=everybody, by=by)


def require_export_of(everybody: bool, by: AbstractUser) -> None:
    if everybody and not may_export_everybody(by):
        raise Forbidden(_("Only staff who may see all drawings can export everybody's."))


def export_file(
    *,
    drawings: DrawingQuerySet,
    name: str,
    people: bool = False,
    by: AbstractUser | None = None,
) -> ExportFile:
    """Export these drawings. name: a key of FORMATS. people: whether to name them."""
    kind = FORMATS[name]
    code = codes.ON_EVERYBODYS_DRAWINGS if people else codes.ON_OWN_DRAWINGS
    record_export(code(format=name), by=by)
    pieces = kind.write(drawings, people)
    return ExportFile(f"drawings.{kind.ending}", kind.content_type, pieces)
