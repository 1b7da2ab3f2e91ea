"""Lines of ink with a number in each, composed of single digits, to train and measure readers.

The digits of a line are by one hand: MNIST's, a person's with a pen, or a synthetic writer's. Their
distances, heights, slant and joins vary; some touch. Beside them there is what stands beside
numbers: points and commas, a dash or an equals sign at the end, a line below, letters, specks and
parts of neighboring lines. None of these has a label; only the digits are the text.
"""

from mlcore.data.number_lines.hands import Hand, Hands, drawn_hands, hands_of
from mlcore.data.number_lines.rows import LONGEST, Line, compose

__all__ = ["LONGEST", "Hand", "Hands", "Line", "compose", "drawn_hands", "hands_of"]
