"""What the confidence of the serving version is worth, for the pages that show answers."""

from typing import Any

from recognizer.actions.versions.serving import serving
from recognizer.errors import Unavailable
from recognizer.pages.versions.calibration import calibrations


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
