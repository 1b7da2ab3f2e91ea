"""Synthetic handwriting: digits in the forms people write, and drawings that are no digits."""
from mlcore.synthesis.sampling import digits
