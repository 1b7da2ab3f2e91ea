"""Drawings in MNIST's format: a ZIP file of two IDX files, images and labels.

The format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes and Burges).
"""

import struct
from collections.abc import Iterator
from tempfile import TemporaryFile

from mlcore.ink.geometry import IMAGE_SIDE
from recognizer.actions.exchange.records import in_batches
from recognizer.actions.exchange.streamed_zip import after_header, zipped
from recognizer.models.drawings import DrawingQuerySet

IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
IMAGES_MAGIC, LABELS_MAGIC = 0x803, 0x801  # unsigned bytes, in three dimensions and in one
UNLABELED = 255


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the bytes of the ZIP file, oldest drawing first.

    The images are the ink of the network inputs. Labels: 0 to 9, 10: not a digit, 255: none. The
    number of drawings is known only at the end, so the images wait in a temporary file.
    """
    labels = bytearray()
    with TemporaryFile() as images:
        for drawing in in_batches(drawings.defer("picture", "strokes", "directions")):
            images.write(drawing.network_input)
            labels.append(UNLABELED if drawing.label is None else drawing.label)
        head = struct.pack(">4i", IMAGES_MAGIC, len(labels), IMAGE_SIDE, IMAGE_SIDE)
        yield from zipped(
            [
                (IMAGES, after_header(head, images)),
                (LABELS, [struct.pack(">2i", LABELS_MAGIC, len(labels)), bytes(labels)]),
            ]
        )
