"""Turn pictures of a digit, from a camera, scanner or drawing program, into network inputs."""

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import place, quantized, with_pen_width
from mlcore.pictures.decoding import read_picture
from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.ink_network import InkNetwork


def image_from_picture(
    data: bytes, network: InkNetwork | None = None
) -> NDArray[np.float32] | None:
    """Return the image, (28, 28) float32 in [0, 1], of a picture file; None if it is blank.

    network: a version's; otherwise the one that comes with the program. Raises InvalidInk as
    `read_picture` does.
    """
    return image_from_gray(read_picture(data), network)


def image_from_gray(
    gray: NDArray[np.uint8], network: InkNetwork | None = None
) -> NDArray[np.float32] | None:
    """Return the image, (28, 28) float32 in [0, 1], of a gray picture (h, w) uint8; None: blank.

    Its values are those of `quantized`.
    """
    ink = separate_ink(gray, network)
    image = None if ink is None else place(with_pen_width(ink))
    return None if image is None else quantized(image)
