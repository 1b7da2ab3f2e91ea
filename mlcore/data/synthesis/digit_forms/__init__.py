"""The forms in which people write the ten digits, as pen paths in the notation of curves.path.

A line "digit_form weight" starts a form. The weight is how often a writer prefers it, relative to
the other forms of the digit. Each line below it is a master, with a "|" between two strokes.

Strokes and points are in the order in which people draw them. A line "digit_form weight = other
2 -1" is the form `other` drawn in another way: its second stroke first, then its first stroke in
the opposite direction. Strokes that are not listed are not drawn.
"""

from mlcore.data.synthesis.digit_forms.five_to_nine import FIVE_TO_NINE
from mlcore.data.synthesis.digit_forms.zero_to_four import ZERO_TO_FOUR

DIGIT_FORMS = ZERO_TO_FOUR + FIVE_TO_NINE
