"""Numbers as lines of ink, with their digits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lines:
    """n numbers: inks uint8 (HEIGHT, w) each, white on black, and the digits of each."""

    inks: Sequence[NDArray[np.uint8]] = field(default_factory=list)
    texts: Sequence[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def as_arrays(self, height: int, width: int) -> dict[str, Any]:
        """Return lines uint8 (n, height, width), padded on the right, widths (n,) and texts (n,).

        `padded` takes them.
        """
        lines = np.zeros((len(self), height, width), np.uint8)
        for place, ink in zip(lines, self.inks, strict=True):
            place[:, : ink.shape[1]] = ink
        widths = np.array([ink.shape[1] for ink in self.inks], np.int32)
        return {"lines": lines, "widths": widths, "texts": np.array(self.texts, np.str_)}

    @classmethod
    def padded(
        cls, inks: NDArray[np.uint8], widths: NDArray[np.integer], texts: NDArray[np.str_]
    ) -> Self:
        """Return lines of which each is the left part of one of `inks`, (n, HEIGHT, w)."""
        pairs = zip(inks, widths.tolist(), strict=True)
        return cls([ink[:, :width] for ink, width in pairs], texts.tolist())
