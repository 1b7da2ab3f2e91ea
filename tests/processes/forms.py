"""Drawings that the shipped version does not recognize, for retraining."""

import random

# Mirrored digits, as children write them.
MIRRORED = {
    4: [[[70, 0], [100, 90], [0, 90]], [[40, 40], [30, 160]]],
    7: [[[100, 0], [0, 0], [60, 160]]],
}


def mirrored_digits(count: int) -> list[tuple[list, int]]:
    """Return (strokes, label) of `count` varied mirrored digits, with a fixed seed."""
    dice = random.Random(7)
    labels = [dice.choice(list(MIRRORED)) for _ in range(count)]
    return [
        (
            [
                [[x + dice.gauss(0, 5), y + dice.gauss(0, 5)] for x, y in stroke]
                for stroke in MIRRORED[label]
            ],
            label,
        )
        for label in labels
    ]
