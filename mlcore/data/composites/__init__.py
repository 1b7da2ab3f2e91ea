"""Composites: made pictures of writing with the ink that is in them, to train the ink network.

A picture is writing (MNIST, pen strokes, the synthesizer) laid over paper with lines, frames, bits
of other writing, light and shadow, and then taken by a bad camera. Everything is drawn from a
generator that is passed in.
"""

from mlcore.data.composites.figures import Figures
from mlcore.data.composites.scenes import composite, composites

__all__ = ["Figures", "composite", "composites"]
