"""Drawings in MNIST's format: a ZIP file of two IDX files, images and labels.

The format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes and Burges).
"""

import math
import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import InvalidInk
from mlcore.ink.geometry import IMAGE_SIDE
from recognizer import codes
from recognizer.actions.drawings.recognition import read_image
from recognizer.actions.exchange.entries import Entry, entry_of, naming
from recognizer.actions.exchange.records import in_order
from recognizer.actions.exchange.streamed_zip import after_header, zipped
from recognizer.actions.exchange.zip_files import only_member
from recognizer.models.drawings import DrawingQuerySet
from recognizer.models.labels import NAMES

IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
IMAGES_MAGIC, LABELS_MAGIC = 0x803, 0x801  # unsigned bytes, in three dimensions and in one
UNLABELED = 255


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the bytes of the ZIP file, oldest drawing first.

    The images are the ink of the network inputs. Labels: 0 to 9, 10: not a digit, 255: none.
    Drawings with a number as label are left out, since the format has a byte for a label. The
    number of drawings is known only at the end, so the images wait in a temporary file.
    """
    labels = bytearray()
    with TemporaryFile() as images:
        single = drawings.filter(number="")
        for drawing in in_order(single.defer("picture", "strokes", "directions")):
            images.write(drawing.network_input)
            labels.append(drawing.label if isinstance(drawing.label, int) else UNLABELED)
        head = struct.pack(">4i", IMAGES_MAGIC, len(labels), IMAGE_SIDE, IMAGE_SIDE)
        yield from zipped(
            [
                (IMAGES, after_header(head, images)),
                (LABELS, [struct.pack(">2i", LABELS_MAGIC, len(labels)), bytes(labels)]),
            ]
        )


def read(zip_file: ZipFile) -> Iterator[Entry]:
    """Yield the drawings of two IDX files, as `write` makes them. Raises InvalidInk."""
    images = of_idx(zip_file, IMAGES, IMAGES_MAGIC, (IMAGE_SIDE, IMAGE_SIDE))
    labels = of_idx(zip_file, LABELS, LABELS_MAGIC, ())
    if len(images) != len(labels):
        raise InvalidInk(codes.COUNTS_DIFFER(images=len(images), labels=len(labels)))
    for number, (image, label) in enumerate(zip(images, labels.tolist(), strict=True), start=1):
        name = None if label == UNLABELED else NAMES.get(label, label)
        with naming(codes.DRAWING_OF_FILE(number=number)):
            entry = entry_of(read_image(image), name)
        yield entry


def of_idx(zip_file: ZipFile, name: str, magic: int, sides: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the array of an IDX file, uint8 (n, *sides). Raises InvalidInk."""
    data = only_member(zip_file, name[-len("idx3-ubyte") :])
    header = f">{2 + len(sides)}i"
    start = struct.calcsize(header)
    values = struct.unpack(header, data[:start]) if len(data) >= start else (0,)
    body = data[start:]
    if values[0] != magic or values[2:] != sides or len(body) != values[1] * math.prod(sides):
        expected = " x ".join(["uint8 n", *map(str, sides)])
        with naming(name):
            raise InvalidInk(codes.IDX_WRONG(expected=expected))
    return np.frombuffer(body, np.uint8).reshape(values[1], *sides)
