"""Filters for pictures of which the page has the ink that the network saw."""

import numpy as np
from django import template

from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.pictures.encoding import png
from recognizer.models import BatchPicture, DeletedDrawing
from recognizer.templatetags.digits import data_address

register = template.Library()


@register.filter
def network_input_png(picture: BatchPicture | DeletedDrawing) -> str:
    """Return the ink that the network saw as a data: URL of a PNG, dark on white."""
    pixels = np.frombuffer(bytes(picture.network_input or b""), np.uint8)
    return data_address(png(255 - pixels.reshape(IMAGE_SIDE, IMAGE_SIDE)))
