"""Pictures of pages with numbers."""

import numpy as np

from mlcore.pictures.encoding import png
from tests.mlcore.pages import made

ROWS = [["17", "", "94"], ["4", "71", "58"]]


def sheet(rows: list[list[str]] = ROWS) -> bytes:
    """A PNG of a ruled table with these numbers, photographed from above."""
    rng = np.random.default_rng(4)
    return png(made.photographed(made.table(rows, rng), rng))
