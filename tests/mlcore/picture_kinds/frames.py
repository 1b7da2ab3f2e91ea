"""Disturbances around a digit: boxes, table edges, lines and bits of other writing."""

import cv2
import numpy as np

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.kinds import BLACK, BLUE, SHAPE, kind, photograph, written
from tests.mlcore.picture_kinds.sheets import Picture

Rng = np.random.Generator

WOOD = (0.42, 0.27, 0.16)


def _box(shape: tuple[int, int], top: int, left: int, height: int, width: int, pen: int) -> Picture:
    cover = np.zeros(shape, np.float32)
    cv2.rectangle(cover, (left, top), (left + width, top + height), 1, pen)
    return cover


@kind
def a_box_around(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain(SHAPE))
    margin = int(rng.integers(30, 70))
    box = _box(SHAPE, margin, margin // 2, SHAPE[0] - 2 * margin, SHAPE[1] - margin, 3)
    sheet = sheets.painted(sheet, box, BLACK)
    return photograph(cameras.turned(sheet, rng.normal(0, 2), sheets.WHITE), rng)


@kind
def a_tight_box_around(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain(SHAPE))
    sheet = sheets.painted(sheet, _box(SHAPE, 120, 60, 240, 240, 3), BLACK)
    return photograph(cameras.turned(sheet, rng.normal(0, 2), sheets.WHITE), rng)


@kind
def a_box_by_hand(digit: Digit, rng: Rng) -> bytes:
    """Not quite closed, drawn with the same pen."""
    corners = np.array([[60, 80], [305, 70], [310, 400], [50, 410], [52, 95]])
    corners = corners + rng.integers(-12, 12, corners.shape)
    box = np.zeros(SHAPE, np.float32)
    cv2.polylines(box, [corners.astype(np.int32)], False, 1, 8, cv2.LINE_AA)
    sheet = sheets.painted(sheets.plain(SHAPE), box, BLUE)
    return photograph(written(digit, sheet), rng)


@kind
def a_row_of_form_boxes(digit: Digit, rng: Rng) -> bytes:
    """The boxes left and right of the digit's own run off the picture."""
    sheet = written(digit, sheets.plain(SHAPE), height=0.34)
    for left in (-165, 60, 285):
        sheet = sheets.painted(sheet, _box(SHAPE, 110, left, 250, 225, 2), (0.35, 0.35, 0.35))
    return photograph(cameras.turned(sheet, rng.normal(0, 1.5), sheets.WHITE), rng)


@kind
def a_table_at_one_side(digit: Digit, rng: Rng) -> bytes:
    """The paper ends inside the picture; under it is a darker table."""
    sheet = written(digit, sheets.plain(SHAPE))
    width = int(rng.integers(25, 70))
    if rng.random() < 0.5:
        sheet[:, :width] = WOOD
    else:
        sheet[:, -width:] = WOOD
    return photograph(sheet, rng)


@kind
def a_table_in_the_corners(digit: Digit, rng: Rng) -> bytes:
    """A turned sheet that does not fill the picture."""
    sheet = written(digit, sheets.plain(SHAPE))
    turn = rng.choice([-1, 1]) * rng.uniform(4, 9)
    return photograph(cameras.turned(sheet, turn, WOOD), rng)


@kind
def a_note_on_a_table(digit: Digit, rng: Rng) -> bytes:
    """A small sheet with a table all around."""
    table = sheets.plain(SHAPE, WOOD) * (1 + sheets.clouds(SHAPE, 8, 0.04, rng)[..., None])
    note = written(digit, sheets.plain((330, 260)), height=0.5)
    table[70:400, 50:310] = note
    return photograph(cameras.turned(table, rng.normal(0, 3), WOOD), rng)


@kind
def bits_of_lines_at_the_edge(digit: Digit, rng: Rng) -> bytes:
    bits = np.zeros(SHAPE, np.float32)
    for _ in range(5):
        side = rng.integers(4)
        along, slant = rng.uniform(0.05, 0.95), rng.uniform(-0.1, 0.1)
        depth = rng.uniform(0.02, 0.1)
        across = {0: (0, depth), 1: (1, 1 - depth), 2: (0, depth), 3: (1, 1 - depth)}[int(side)]
        ends = [(across[0], along), (across[1], along + slant)]
        points = [(b, a) if side < 2 else (a, b) for a, b in ends]
        start, end = ((round(x * SHAPE[1]), round(y * SHAPE[0])) for x, y in points)
        cv2.line(bits, start, end, 1, 8, cv2.LINE_AA)
    return photograph(written(digit, sheets.painted(sheets.plain(SHAPE), bits, BLUE)), rng)


@kind
def parts_of_neighboring_digits(digit: Digit, rng: Rng) -> bytes:
    """The crop contains strips of the digits to the left and right."""
    wide = sheets.plain((SHAPE[0], 3 * SHAPE[1]))
    wide = written(digit, wide)
    for other in (-1, 1):
        place = 0.5 + other * rng.uniform(0.185, 0.2)
        wide = written(digit, wide, where=(0.5, place))
    return photograph(np.ascontiguousarray(wide[:, SHAPE[1] : 2 * SHAPE[1]]), rng)


@kind
def specks_and_crumbs(digit: Digit, rng: Rng) -> bytes:
    specks = np.zeros(SHAPE, np.float32)
    for _ in range(25):
        row, column = rng.uniform(0, 1, 2) * SHAPE
        cv2.circle(specks, (int(column), int(row)), int(rng.integers(1, 4)), 1, -1, cv2.LINE_AA)
    return photograph(written(digit, sheets.painted(sheets.plain(SHAPE), specks, BLACK, 0.7)), rng)


@kind
def a_thumb_at_the_edge(digit: Digit, rng: Rng) -> bytes:
    thumb = np.zeros(SHAPE, np.float32)
    middle = (int(rng.integers(0, SHAPE[1])), SHAPE[0])
    cv2.ellipse(thumb, middle, (45, 95), float(rng.normal(0, 15)), 0, 360, 1, -1, cv2.LINE_AA)
    sheet = sheets.painted(sheets.plain(SHAPE), cameras.blurred(thumb, 2), (0.72, 0.50, 0.42))
    return photograph(written(digit, sheet), rng)


@kind
def underlined(digit: Digit, rng: Rng) -> bytes:
    """A printed line under the digit, across the whole picture."""
    sheet = written(digit, sheets.plain(SHAPE))
    sheet[SHAPE[0] * 3 // 4 :][:3] = 0.3
    return photograph(cameras.turned(sheet, rng.normal(0, 2), sheets.WHITE), rng)
