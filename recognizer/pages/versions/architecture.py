"""A network as a picture: the layers of its card, laid out in SVG coordinates."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.recipes import WITH_DIRECTIONS
from recognizer.models import ModelVersion

TOP, TALLEST, LOWEST = (
    24,
    112,
    12,
)  # heights of a network input of 28x28 and of a single unit
GAP, MARGIN = 20, 12
WIDEST = 40  # width of 256 channels
CAPTION = 40  # height of the two lines below
DRAWN = ("network_input", "convolution", "pooling", "dense")


@dataclass(frozen=True)
class Block:
    """A layer's output as a box in SVG units. The height shows its side, the width its channels."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    channels: int
    side: int | None  # of its feature map in pixels; None for a dense layer

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width


@dataclass(frozen=True)
class Picture:
    """The picture in SVG units.

    arrows: (from, to) along the axis. arcs: (from, to) around the layers that shortcuts skip.
    """

    width: int
    height: int
    axis: int
    blocks: list[Block]
    arrows: list[tuple[int, int]]
    arcs: list[tuple[int, int]]

    @property
    def kinds(self) -> set[str]:
        return {block.kind for block in self.blocks}


def layers_of(version: ModelVersion) -> list[dict[str, Any]]:
    """Return the layers of the version's card, in order."""
    layers: list[dict[str, Any]] = version.card["layers"]
    return layers


def picture(version: ModelVersion) -> Picture | None:
    """Draw the layers from left to right; None without layers. Dropout is not drawn."""
    layers = layers_of(version)
    if not layers:
        return None
    planes = PLANES if version.card["architecture"] in WITH_DIRECTIONS else 1
    seen = {"kind": "network_input", "shape": [IMAGE_SIDE, IMAGE_SIDE, planes]}
    drawn = [layer for layer in [seen, *layers] if layer["kind"] in DRAWN]
    blocks = list(placed(drawn))
    return Picture(
        width=blocks[-1].right + MARGIN,
        height=TOP + TALLEST + CAPTION,
        axis=TOP + TALLEST // 2,
        blocks=blocks,
        arrows=[(one.right + 3, next_.x - 3) for one, next_ in pairwise(blocks)],
        arcs=list(arcs(layers, blocks)),
    )


def placed(layers: Sequence[dict[str, Any]]) -> Iterator[Block]:
    x = MARGIN
    for layer in layers:
        *feature_map, channels = layer["shape"]
        side = feature_map[0] if feature_map else None
        height = LOWEST + (TALLEST - LOWEST) * side // IMAGE_SIDE if side else stacked(channels)
        width = 8 if side is None else max(6, round(WIDEST * math.log2(1 + channels) / 8))
        yield Block(layer["kind"], x, TOP + (TALLEST - height) // 2, width, height, channels, side)
        x += width + GAP


def stacked(units: int) -> int:
    """Return the height of a column of units, on a logarithmic scale: there may be thousands."""
    return min(TALLEST, round(LOWEST * math.log2(1 + units)))


def arcs(layers: Sequence[dict[str, Any]], blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield for each shortcut the points before and behind the two layers that it skips."""
    drawn = 0
    for layer in layers:
        drawn += layer["kind"] in DRAWN
        if layer["kind"] == "shortcut" and drawn >= 2:
            yield blocks[drawn - 2].right + GAP // 2, blocks[drawn].right + GAP // 2
