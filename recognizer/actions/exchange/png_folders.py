"""Drawings as PNG files in a ZIP file, in one folder a label."""

from collections.abc import Iterator

from mlcore.pictures.encoding import png
from recognizer.actions.exchange.label_names import label_name
from recognizer.actions.exchange.records import in_batches
from recognizer.actions.exchange.streamed_zip import Member, zipped
from recognizer.models.drawings import DrawingQuerySet

UNLABELED = "unlabeled"


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the bytes of the ZIP file: `7/123.png` is drawing 123, labeled 7.

    A picture is the ink of the network input: 28x28, gray, white on black.
    """
    return zipped(members(drawings))


def members(drawings: DrawingQuerySet) -> Iterator[Member]:
    for drawing in in_batches(drawings.defer("picture", "strokes", "directions")):
        folder = label_name(drawing.label) or UNLABELED
        yield f"{folder}/{drawing.pk}.png", [png(drawing.as_array)]
