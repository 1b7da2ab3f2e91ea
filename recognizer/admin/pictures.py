"""Drawings as pictures within a page, so that a list of fifty needs no fifty requests more."""

from base64 import b64encode

import cv2
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from recognizer.models import Drawing

PEN = 1 / 12  # of the drawing's longest side, about what the network's pen is in its box
MARGIN = 1 / 8  # likewise


def field_picture(drawing: Drawing, size: str = "small") -> SafeString:
    """The 28x28 pixels that the network saw. size: "small" for lists, "large" for a page."""
    _, png = cv2.imencode(".png", drawing.pixels)
    return picture(png.tobytes(), f"field-picture {size}", f"{drawing}, as the network saw it")


def original_picture(drawing: Drawing) -> SafeString:
    """What was submitted: the strokes drawn again, or the uploaded picture."""
    if drawing.picture is not None:
        return picture(bytes(drawing.picture), "original-picture", f"{drawing}, as uploaded")
    return strokes_picture(drawing.strokes or [], f"{drawing}, as drawn")


def picture(png: bytes, css_class: str, alternative: str) -> SafeString:
    return format_html(
        '<img class="{}" src="data:image/png;base64,{}" alt="{}">',
        css_class,
        b64encode(png).decode(),
        alternative,
    )


def strokes_picture(strokes: list[list[dict[str, float]]], alternative: str) -> SafeString:
    """Strokes as the database keeps them, as an SVG that fits around them."""
    across = [point["x"] for stroke in strokes for point in stroke]
    down = [point["y"] for stroke in strokes for point in stroke]
    width, height = max(across) - min(across), max(down) - min(down)
    side = max(width, height, 1.0)
    margin = side * MARGIN
    box = (min(across) - margin, min(down) - margin, width + 2 * margin, height + 2 * margin)
    return format_html(
        '<svg class="original-picture" viewBox="{}" role="img" aria-label="{}" fill="none" '
        'stroke="currentColor" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round">'
        "{}</svg>",
        " ".join(f"{number:.2f}" for number in box),
        alternative,
        f"{side * PEN:.2f}",
        format_html_join("", '<polyline points="{}"/>', ((points(s),) for s in strokes)),
    )


def points(stroke: list[dict[str, float]]) -> str:
    """A polyline's points; a dot's is given twice, since a line of one point shows nothing."""
    line = stroke if len(stroke) > 1 else stroke * 2
    return " ".join(f"{point['x']:.2f},{point['y']:.2f}" for point in line)
