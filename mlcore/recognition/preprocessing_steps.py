"""The preprocessing steps from a drawing to the network input, as pictures to look at.

They are made by the functions that recognition uses. Tests check that the last step is the image
that the network receives.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE, SUPERSAMPLING, Ink, placement_of, with_pen_width
from mlcore.ink.strokes import ink_of, rasterize
from mlcore.pictures.grayscale import Gray, shrunk
from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.ink_network import InkNetwork

Box = tuple[int, int, int, int]

# Row and column of each direction around the ink, east first and clockwise.
AROUND = ((1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0), (0, 1), (0, 2))

SHOWN = 192  # pixels: the longest side of a picture of a step


@dataclass(frozen=True, eq=False)
class Step:
    """One preprocessing step.

    name: "picture", "ink", "pen", "box", "network_input" or "directions", in this order; some may
    be missing. picture: (h, w) uint8, at most SHOWN a side. The upload is unchanged, all others are
    white on black. box: left, top, right and bottom of the ink in the picture, in its pixels.
    """

    name: str
    picture: Gray
    box: Box | None = None


def of_strokes(strokes: Sequence[NDArray[np.floating]]) -> list[Step]:
    """Return the steps of parsed strokes; none if they are blank.

    They are ink, box, network_input and directions.
    """
    ink, planes = ink_of(strokes), rasterize(strokes)
    if ink is None or planes is None:
        return []
    steps = [_seen("ink", ink), *_into_image(ink, finest=SUPERSAMPLING)]
    return [*steps, Step("directions", _compass(planes))]


def _compass(planes: Ink) -> Gray:
    """Return the nine planes as one picture, (84, 84): the ink, and each direction on its side."""
    picture = np.zeros((3, 3, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    seen = np.moveaxis(np.rint(planes * 255).astype(np.uint8), -1, 0)
    picture[1, 1] = seen[0]
    for direction, place in enumerate(AROUND):
        picture[place] = seen[1 + direction]
    return np.ascontiguousarray(picture.swapaxes(1, 2)).reshape(3 * IMAGE_SIDE, 3 * IMAGE_SIDE)


def of_picture(gray: Gray, network: InkNetwork | None = None) -> list[Step]:
    """Return the steps picture, ink, box and network_input of a gray picture, (h, w) uint8.

    "pen" follows "ink" if the lines were made wider or thinner. A blank picture has only the first
    step.
    """
    picture = Step("picture", shrunk(gray, SHOWN))
    ink = separate_ink(gray, network)
    if ink is None:
        return [picture]
    written = with_pen_width(ink)
    changed = [] if written is ink else [_seen("pen", written)]
    return [picture, _seen("ink", ink), *changed, *_into_image(written)]


def _into_image(ink: Ink, *, finest: float = 0.0) -> list[Step]:
    placement = placement_of(ink, finest=finest)
    if placement is None:
        return []
    return [_seen("box", placement.box), _seen("network_input", placement.image)]


def _seen(name: str, ink: Ink) -> Step:
    picture = shrunk(np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8), SHOWN)
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if not rows.size:
        return Step(name, picture)
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Step(name, picture, box)
