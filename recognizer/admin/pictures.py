"""Drawings as inline pictures: a list of fifty needs no fifty extra requests."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mlcore.pictures.encoding import png
from recognizer.models import Drawing
from recognizer.templatetags.digits import data_address, ink


def network_input_picture(drawing: Drawing, size: str = "small") -> SafeString:
    """Return the 28x28 network input. size: "small" for lists, "large" for a page."""
    return picture(
        png(drawing.as_array),
        f"network-input {size}",
        _("Network input of %(drawing)s") % {"drawing": drawing},
    )


def original_picture(drawing: Drawing) -> SafeString:
    """Return the strokes as SVG, or the uploaded picture."""
    if drawing.picture is None:
        return ink(drawing)
    return picture(
        bytes(drawing.picture),
        "uploaded-picture",
        _("%(drawing)s, as uploaded") % {"drawing": drawing},
    )


def picture(data: bytes, css_class: str, alternative: str) -> SafeString:
    return format_html(
        '<img class="{}" src="{}" alt="{}">', css_class, data_address(data), alternative
    )
