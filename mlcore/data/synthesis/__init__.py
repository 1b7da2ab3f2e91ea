"""Synthetic handwriting: digits in the forms that people write, and drawings that are no digits.

Needs no data set. MNIST holds few crossed sevens, ones with a foot or slashed zeros, and nothing
that is not a digit; training mixes these in.
"""

from mlcore.data.synthesis.contact_sheet import sheet
from mlcore.data.synthesis.sampling import digits, draw, negatives
from mlcore.data.synthesis.writers import Writer

__all__ = ["Writer", "digits", "draw", "negatives", "sheet"]
