"""Numbers as lines of ink, with their digits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lines:
    """n numbers: inks uint8 (HEIGHT, w) each, white on black, and the digits of each."""

    inks: Sequence[NDArray[np.uint8]] = field(default_factory=list)
    texts: Sequence[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def padded(
        cls, inks: NDArray[np.uint8], widths: NDArray[np.integer], texts: NDArray[np.str_]
    ) -> Self:
        """Return lines of which each is the left part of one of `inks`, (n, HEIGHT, w)."""
        pairs = zip(inks, widths.tolist(), strict=True)
        return cls([ink[:, :width] for ink, width in pairs], texts.tolist())
