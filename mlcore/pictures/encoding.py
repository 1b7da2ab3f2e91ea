"""Write ink as picture files, and read the images back as the site does."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.errors import InvalidInk
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.pictures.ink_network import InkNetwork
from mlcore.pictures.preprocessing import image_from_picture

Gray = NDArray[np.uint8]
NetworkInput = NDArray[np.uint8]


def photographed(ink: NDArray[np.float32], zoom: int, *, paper: int = 255, black: int = 0) -> Gray:
    """Turn ink, (h, w) float32 in [0, 1], into dark lines on light paper, enlarged smoothly.

    zoom: the enlargement. paper, black: the grays of no ink and of full ink. Returns
    (h * zoom, w * zoom) uint8.
    """
    larger = cv2.resize(ink, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return np.rint(paper - np.clip(larger, 0, 1) * (paper - black)).astype(np.uint8)


def png(gray: Gray) -> bytes:
    """Encode a gray picture, (h, w) uint8, as a PNG file."""
    return bytes(cv2.imencode(".png", gray)[1])


def gray_of_file(data: bytes | memoryview) -> Gray:
    """Decode a picture file that was made or checked before: upright, gray, (h, w) uint8."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(decoded, np.uint8)


def read_image(data: bytes, network: InkNetwork | None = None) -> NetworkInput:
    """Read the image, (28, 28) uint8, from a picture file as the site does.

    network: the ink network of a version; otherwise the one that comes with the program.

    It is all zeros if the picture is blank or cannot be read. `metrics.answers` treats such an
    image like the site, which answers it without a network.
    """
    try:
        image = image_from_picture(data, network)
    except InvalidInk:
        image = None
    if image is None:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return np.rint(image * 255).astype(np.uint8)
