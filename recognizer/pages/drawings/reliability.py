"""What the confidence of the serving version is worth, for the pages that show answers."""

from typing import Any

from django.utils.translation import gettext as _

from mlcore.evaluation.metrics import ECE_BINS
from recognizer.actions.versions.serving import serving
from recognizer.errors import Unavailable
from recognizer.models import Answer, Drawing
from recognizer.pages.versions.calibration import calibrations
from recognizer.presentation.numbers import as_percent, localized


def reliability_context() -> dict[str, Any]:
    """Return the measured reliability by source, and for scripts its bins as
    (mean confidence, accuracy, number of answers)."""
    try:
        measured = calibrations(serving())  # without a query: visitors draw without the database
    except Unavailable:
        measured = []
    return {
        "reliability": measured,
        "reliability_bins": {
            each.key: [(bin_.confidence, bin_.accuracy, bin_.n) for bin_ in each.bins]
            for each in measured
        },
    }


FEW = 20  # answers; with fewer, a share would say too little. As in static/js/reliability.js


def worth(drawing: Drawing, answer: Answer) -> str:
    """Return a sentence on how many answers of such a confidence are right, as the studio says it.

    It is empty for a number, and for answers of a version that does not serve.
    """
    try:
        current = serving()
    except Unavailable:
        return ""
    if answer.number or answer.version_id != current.version_id:
        return ""
    source = "picture" if drawing.source == Drawing.Source.UPLOAD else "strokes"
    place = bin_of(answer.confidence)
    for measured in calibrations(current):
        for each in measured.bins:
            if measured.key == source and bin_of(each.confidence) == place:
                return sentence(place, each.accuracy, each.n)
    return ""


def bin_of(confidence: float) -> int:
    return min(int(confidence * ECE_BINS), ECE_BINS - 1)


def sentence(place: int, accuracy: float, count: int) -> str:
    low, high = (round(100 * (place + step) / ECE_BINS) for step in (0, 1))
    known = {"range": f"{low}\N{EN DASH}{as_percent(str(high))}"}
    if count < FEW:
        known |= {"right": str(round(accuracy * count)), "count": str(count)}
        return _("Rare: of %(count)s measured answers of %(range)s, %(right)s were right.") % known
    right = min(100 * accuracy, 99.9) if accuracy < 1 else 100  # never rounded to all
    known["right"] = localized(f"{right:.{int(99 < right < 100)}f}")
    return _("Of 100 answers of %(range)s, about %(right)s are right.") % known
