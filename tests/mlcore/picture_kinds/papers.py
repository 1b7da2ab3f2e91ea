"""Pens, colors and papers."""

import numpy as np

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.kinds import (
    BLACK,
    BLUE,
    FELT_TIP,
    GRAPHITE,
    PENCIL,
    SHAPE,
    kind,
    photograph,
    written,
)

Rng = np.random.Generator

PAPERS = [
    ((0.98, 0.93, 0.55), (0.10, 0.16, 0.50)),  # blue on a yellow note
    ((0.70, 0.85, 0.95), (0.75, 0.12, 0.15)),  # red on light blue
    ((0.97, 0.78, 0.82), (0.10, 0.40, 0.20)),  # green on pink
    ((0.35, 0.62, 0.36), (0.85, 0.20, 0.18)),  # red on green of nearly the same lightness
    ((0.72, 0.55, 0.38), BLACK),  # black on cardboard
]
INKS = [BLACK, BLUE, (0.78, 0.15, 0.17), (0.13, 0.45, 0.25), (0.45, 0.20, 0.55)]


def _one_of(colors: list, rng: Rng):
    return colors[rng.integers(len(colors))]


@kind
def colored_pens_on_white_paper(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE), color=_one_of(INKS, rng)), rng)


@kind
def felt_tips_on_colored_paper(digit: Digit, rng: Rng) -> bytes:
    paper, ink = _one_of(PAPERS, rng)
    sheet = sheets.plain(SHAPE, paper) * (1 + sheets.clouds(SHAPE, 3, 0.01, rng)[..., None])
    return photograph(written(digit, sheet, pen=FELT_TIP, color=ink), rng)


@kind
def yellow_and_orange_on_white(digit: Digit, rng: Rng) -> bytes:
    ink = _one_of([(0.97, 0.85, 0.15), (0.96, 0.60, 0.15)], rng)
    return photograph(written(digit, sheets.plain(SHAPE), pen=FELT_TIP, color=ink), rng)


@kind
def lined_paper(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.ruled(SHAPE, rng.uniform(70, 130), tilt=rng.normal(0, 2), offset=rng.random())
    return photograph(written(digit, sheet), rng)


@kind
def lined_paper_with_a_margin(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.ruled(SHAPE, rng.uniform(80, 120), offset=rng.random())
    margin = np.zeros(SHAPE, np.float32)
    margin[:, 40:43] = 1
    sheet = sheets.painted(sheet, margin, sheets.RED)
    return photograph(cameras.turned(written(digit, sheet), rng.normal(0, 2), sheets.WHITE), rng)


@kind
def squared_paper(digit: Digit, rng: Rng) -> bytes:
    gap, offset = rng.uniform(75, 110), rng.random()
    sheet = sheets.ruled(SHAPE, gap, tilt=rng.normal(0, 2), offset=offset, squared=True)
    return photograph(written(digit, sheet), rng)


@kind
def squared_paper_with_dark_lines(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.ruled(
        SHAPE, 90, tilt=rng.normal(0, 2), color=(0.55, 0.56, 0.62), width=2, squared=True
    )
    return photograph(written(digit, sheet, color=BLACK, pen=0.06), rng)


@kind
def graph_paper(digit: Digit, rng: Rng) -> bytes:
    orange = (0.93, 0.75, 0.62)
    sheet = sheets.ruled(SHAPE, 18, tilt=rng.normal(0, 1), color=orange, width=1, squared=True)
    return photograph(written(digit, sheet), rng)


@kind
def pencil_on_squared_paper(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.ruled(SHAPE, rng.uniform(75, 110), tilt=rng.normal(0, 2), squared=True)
    return photograph(written(digit, sheet, pen=0.055, color=GRAPHITE), rng)


@kind
def recycled_paper(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.recycled(SHAPE, rng)), rng)


@kind
def pencil_on_recycled_paper(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.recycled(SHAPE, rng), color=GRAPHITE), rng)


@kind
def faint_pencil(digit: Digit, rng: Rng) -> bytes:
    grain = 1 + sheets.clouds(SHAPE, 1.5, 0.15, rng)
    sheet = sheets.plain(SHAPE)
    gray = written(digit, sheet, pen=PENCIL, color=(0.7, 0.7, 0.7))
    return photograph(sheet - (sheet - gray) * grain[..., None], rng)


@kind
def faint_small_pencil(digit: Digit, rng: Rng) -> bytes:
    where = tuple(rng.uniform(0.3, 0.7, 2))
    sheet = sheets.plain(SHAPE, (0.86, 0.86, 0.85))
    sheet = written(digit, sheet, height=0.11, pen=0.07, color=GRAPHITE, strength=0.55, where=where)
    return photograph(sheet, rng)


@kind
def hairline(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE), height=0.6, pen=0.012), rng)


@kind
def thick_marker(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE), height=0.5, pen=0.2, color=BLACK), rng)


@kind
def drying_marker(digit: Digit, rng: Rng) -> bytes:
    """Streaky: the paper shows through."""
    streaks = np.clip(0.8 + sheets.clouds(SHAPE, 4, 0.2, rng), 0.3, 1)[..., None]
    sheet = sheets.plain(SHAPE)
    inked = written(digit, sheet, pen=0.14, color=BLACK)
    return photograph(sheet + (inked - sheet) * streaks, rng)


@kind
def showing_through_from_the_back(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.plain(SHAPE)
    for _ in range(3):
        where = tuple(rng.uniform(0.1, 0.9, 2))
        mirrored = written(digit, sheet[:, ::-1], strength=0.08, where=where)[:, ::-1]
        sheet = mirrored
    return photograph(written(digit, np.ascontiguousarray(sheet)), rng)
