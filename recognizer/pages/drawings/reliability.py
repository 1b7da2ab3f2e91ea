"""What the confidence of the serving version is worth, for the pages that show answers."""

from typing import Any

from recognizer.actions.versions.deployment import serving_deployment
from recognizer.pages.versions.calibration import calibrations


def reliability_context() -> dict[str, Any]:
    """Return the measured reliability by source, and for scripts its bins as
    (mean confidence, accuracy, number of answers)."""
    deployment = serving_deployment()
    measured = calibrations(deployment.version) if deployment else []
    return {
        "reliability": measured,
        "reliability_bins": {
            each.key: [(bin_.confidence, bin_.accuracy, bin_.n) for bin_ in each.bins]
            for each in measured
        },
    }
