"""Synthetic handwriting: digits in the forms that people write, and non-digits.

It needs no data set. MNIST has few crossed sevens, ones with a foot or slashed zeros, and no
non-digits. Training adds these.
"""

from mlcore.data.synthesis.contact_sheet import sheet
from mlcore.data.synthesis.sampling import (
    Drawings,
    digit_strokes,
    digits,
    draw,
    negative_strokes,
    negatives,
)
from mlcore.data.synthesis.writers import Writer

__all__ = [
    "Drawings",
    "Writer",
    "digit_strokes",
    "digits",
    "draw",
    "negative_strokes",
    "negatives",
    "sheet",
]
