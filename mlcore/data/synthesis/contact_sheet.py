"""A contact sheet of the synthesizer's drawings, one row per form."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data.synthesis.forms import FORMS, LINE_FORMS
from mlcore.data.synthesis.sampling import Images, draw_image
from mlcore.data.synthesis.scrawls import SCRAWLS
from mlcore.data.synthesis.symbols import LETTERS, SIGNS
from mlcore.data.synthesis.writers import Writer

_NAME_WIDTH = 190
_PAPER = 235  # between the images, to show their edges


def sheet(path: Path, rng: np.random.Generator, *, columns: int = 24) -> None:
    """Write a PNG with a row per form, letter, sign and scrawl, each image by a new writer.

    Raises OSError if the file cannot be written.
    """
    with path.open("wb"):
        pass  # raise OSError before the slow drawing
    rows = [_row(name, columns, rng) for name in [*FORMS, *LINE_FORMS, *LETTERS, *SIGNS, *SCRAWLS]]
    if not cv2.imwrite(str(path), np.vstack(rows)):
        raise OSError(f"{path} cannot be written as a picture")


def _row(name: str, columns: int, rng: np.random.Generator) -> Images:
    images = [255 - draw_image(name, Writer.sample(rng), rng) for _ in range(columns)]
    framed = [np.pad(one, 1, constant_values=_PAPER) for one in images]
    return np.hstack([_caption(name, framed[0].shape[0]), *framed])


def _caption(text: str, height: int) -> NDArray[np.uint8]:
    label = np.full((height, _NAME_WIDTH), 255, np.uint8)
    cv2.putText(label, text, (4, height - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0,), 1, cv2.LINE_AA)
    return label
