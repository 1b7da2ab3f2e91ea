"""A folder of dev sets with a few pictures, for tests that do not need the real sets."""

from pathlib import Path

import numpy as np

from mlcore.data import synthesis
from mlcore.pictures.encoding import photographed, png


def save_dev_sets(folder: Path) -> Path:
    """Save drawings of 3, 5, 6 and 8, photographs of 1, 7 and blank paper, and three letters."""
    rng = np.random.default_rng(12)
    labels = np.array([3, 5, 6, 8], np.uint8)
    drawings = np.stack([_drawn(int(label), rng) for label in labels])
    np.savez(folder / "canvas_dev.npz", x=drawings, y=labels)
    (folder / "phone_dev").mkdir()
    for digit in (1, 7):
        _photograph(folder / "phone_dev" / f"{digit}_2.png", _drawn(digit, rng))
    _photograph(folder / "phone_dev" / "0_blank.png", np.zeros((28, 28), np.uint8))
    (folder / "letters_dev").mkdir()
    for name, form in (("CAP_A", "letter_A"), ("CAP_L", "letter_L"), ("SMALL_o", 0)):
        _photograph(folder / "letters_dev" / f"{name}_2.png", _drawn(form, rng))
    return folder


def _drawn(what: int | str, rng: np.random.Generator) -> np.ndarray:
    return synthesis.sampling.draw_image(what, synthesis.Writer.sample(rng), rng)


def _photograph(path: Path, image: np.ndarray) -> None:
    ink = np.divide(np.pad(image, 6), 255, dtype=np.float32)
    path.write_bytes(png(photographed(ink, 5, paper=230, black=40)))
