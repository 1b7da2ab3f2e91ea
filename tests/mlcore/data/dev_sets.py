"""A folder of dev sets with a few pictures, for tests that do not need the real sets."""

from pathlib import Path
from typing import Any

import numpy as np

from mlcore.data import synthesis
from mlcore.pictures.encoding import photographed, png
from tests.mlcore.data.pen_files import DIGITS, SEVEN, entries, save_json


def save_dev_sets(folder: Path) -> Path:
    """Save drawings of 3, 5, 6 and 8, photographs of 1, 7 and blank paper, and three letters.

    Also four digits and three symbols as pen strokes.
    """
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
    save_json(folder / "pen_dev.json", pen_entries())
    save_json(folder / "pen_symbols_dev.json", symbol_entries())
    return folder


def pen_entries() -> list[dict[str, Any]]:
    """Return a 7, a 1 and a 4 of one collection and a 1 of another."""
    other = entries(DIGITS[1:2])[0] | {"user": "w03", "source": "formulas"}
    return [*entries(), other]


def symbol_entries() -> list[dict[str, Any]]:
    """Return a hook, which is no digit, a line and a 7 that is called a letter."""
    drawings = {r"\leftarrow": [[[90, 20], [0, 50], [90, 80]]], "|": [[[0, 0], [0, 9]]], "z": SEVEN}
    return [
        {"user": "w03", "label": name, "strokes": strokes} for name, strokes in drawings.items()
    ]


def _drawn(what: int | str, rng: np.random.Generator) -> np.ndarray:
    return synthesis.sampling.draw_image(what, synthesis.Writer.sample(rng), rng)


def _photograph(path: Path, image: np.ndarray) -> None:
    ink = np.divide(np.pad(image, 6), 255, dtype=np.float32)
    path.write_bytes(png(photographed(ink, 5, paper=230, black=40)))
