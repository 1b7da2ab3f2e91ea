"""Drawings that the shipped version cannot know, so that there is something to learn."""

import random

# Forms that no training set of European digits holds: a V for seven and its mirror for eight, as
# they are written from Egypt to Iraq.
EASTERN = {7: [[0, 0], [50, 160], [100, 0]], 8: [[0, 160], [50, 0], [100, 160]]}


def eastern_digits(count: int) -> list[tuple[list, int]]:
    dice = random.Random(7)
    labels = [dice.choice(list(EASTERN)) for _ in range(count)]
    return [
        ([[[x + dice.gauss(0, 8), y + dice.gauss(0, 8)] for x, y in EASTERN[label]]], label)
        for label in labels
    ]
