"""The labels a drawing can have, which are also the networks' class indices."""

DIGITS = range(10)
NOT_A_DIGIT = 10
CLASSES = 11
