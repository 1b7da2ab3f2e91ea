"""Filters and tags for labels, probabilities, figures, durations, ink and links."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from mlcore.pictures.encoding import png
from recognizer.actions.versions.gates import COUNT, PLAIN, SHARE
from recognizer.models import Drawing, ModelVersion, label_text
from recognizer.presentation.messages import brief, code_of, name_of, shown_gate, words
from recognizer.presentation.numbers import in_percent, listed, localized, percent, shortest_percent
from recognizer.presentation.terms import OF_GATES
from recognizer.presentation.thumbnails import ink_path, view_side

DASH = "\N{EN DASH}"
UNITS = {COUNT: "{:.0f}", PLAIN: "{:.3g}"}

register = template.Library()
register.filter("label", label_text)
register.filter("percent", percent)
register.filter("message", words)
register.filter("brief", brief)
register.filter("name_of", name_of)


@register.filter
def sign(label: int | None) -> str:
    """Return the label as one character: a digit, or a dash for "not a digit" and no label."""
    return str(label) if label in range(10) else DASH


@register.filter
def figure(value: Any) -> str:
    """Format a figure: integers unchanged, floats up to 1 as percent, tiny ones in full."""
    if value is None:
        return DASH
    if not isinstance(value, float):
        return str(value)
    if value > 1:
        return localized(f"{value:,.3g}")
    if value >= 0.005:
        return percent(value, 2)
    return localized(f"{value:.6f}".rstrip("0").rstrip("."))


@register.filter
def axis(value: float) -> str:
    """Format a value at the axis of a chart: as few digits as it has."""
    return localized(f"{value:,.10g}")


@register.filter
def axis_percent(share: float) -> str:
    return shortest_percent(share)


@register.filter
def gates(verdict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the gates of a verdict with their texts: failed, passed, not measured.

    term: what the gate judges, in `presentation.terms`, or empty.
    """
    order = {False: 0, True: 1, None: 2}
    rows = sorted(verdict["gates"], key=lambda gate: order[gate["passed"]])
    terms = [OF_GATES.get(code_of(gate.get("name")), "") for gate in rows]
    return [{**shown_gate(gate), "term": term} for gate, term in zip(rows, terms, strict=True)]


@register.filter
def in_unit(value: Any, unit: str) -> str:
    """Format a gate's figure in its unit; a dash if it was not measured."""
    if value is None:
        return figure(value)
    return in_percent(value, 2) if unit == SHARE else localized(UNITS[unit].format(value))


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Format a duration: 70 -> "1 min 10 s". A negative one counts as 0."""
    if value is None:
        return ""
    seconds = max(0, round(value.total_seconds() if isinstance(value, timedelta) else value))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
    return _("%(seconds)d s") % {"seconds": seconds}


@register.filter
def age(value: timedelta) -> str:
    """Format a long time: 3 days as "3 days"; less than a day as `duration`."""
    if value.days:
        return ngettext("%(count)d day", "%(count)d days", value.days) % {"count": value.days}
    return duration(value)


@register.filter
def ink(drawing: Drawing) -> SafeString:
    """Return the drawing's strokes as inline SVG in the text color."""
    strokes = drawing.strokes or []
    side = view_side(strokes)
    return format_html(
        '<svg class="ink" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path d="{2}"/></svg>',
        f"{side:.0f}",
        capfirst(str(drawing)),
        ink_path(strokes, side),
    )


@register.filter
def as_png(pixels: NDArray[np.uint8]) -> str:
    """Return a network input, (28, 28), as a data: URL of a PNG."""
    return data_address(png(pixels))


def data_address(data: bytes) -> str:
    return f"data:image/png;base64,{b64encode(data).decode()}"


@register.filter
def numbers(versions: Sequence[ModelVersion]) -> list[int]:
    """Return the versions' numbers."""
    return [version.number for version in versions]


@register.simple_tag
def version_links(numbers: Sequence[int]) -> SafeString:
    """Return "4, 7 and 9", each number linked to its version."""
    links = [
        format_html('<a href="{}">{}</a>', reverse("recognizer:version", args=[number]), number)
        for number in numbers
    ]
    return mark_safe(listed(links))  # noqa: S308  # format_html escaped them; the separators are ours


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: Any) -> str:
    """Return the page's query with some values replaced; None and "" remove a value."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def thousands(number: float | None) -> str:
    """Format 12345 as "12,345"; empty for None."""
    return "" if number is None else localized(f"{number:,.0f}")


@register.filter
def compact(number: float | None) -> str:
    """Format 13706112 as "13.7 M" and 210467 as "210 k"; empty for None."""
    if number is None:
        return ""
    if number < 1e3:
        return localized(f"{number:g}")
    size = 1e6 if number >= 1e6 else 1e3
    short = localized(f"{number / size:,.{0 if number >= 100 * size else 1}f}")
    words = _("%(number)s M") if size == 1e6 else _("%(number)s k")
    return (words % {"number": short}).replace(" ", "\N{NO-BREAK SPACE}")
