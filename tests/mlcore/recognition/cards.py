"""Cards with nothing but a calibration."""

from typing import Any

PLAIN = {"temperature": 1.0, "threshold": 0.5}


def card(
    *, strokes: dict[str, Any] | None = None, picture: dict[str, Any] | None = None, **both: Any
) -> dict[str, Any]:
    """A card. strokes, picture: changes of one source; both: changes of both."""
    return {
        "calibration": {
            "strokes": PLAIN | both | (strokes or {}),
            "picture": PLAIN | both | (picture or {}),
        }
    }
