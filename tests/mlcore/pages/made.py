"""Made pages of known numbers: drawn digits on tables, ruled and squared paper, photographed."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.labels import DIGITS
from tests.mlcore.picture_kinds.digits import PLAIN, Drawn

Page = NDArray[np.float32]  # (h, w), 1 is white paper, 0 black
Rng = np.random.Generator

PAPER, INK, RULING = 0.95, 0.15, 0.45
MARGIN = 70
BAR, STEM = np.array([[0.0, 0.5], [1, 0.45]]), np.array([[0.5, 0.0], [0.48, 1]])
SIGNS, SIGN = {"-": [BAR], "+": [BAR, STEM]}, 0.5  # their size, in heights of a digit


def table(
    rows: Sequence[Sequence[str]],
    rng: Rng,
    *,
    cell: tuple[int, int] = (60, 140),
    digit: int = 34,
    ink: float = INK,
    frame: bool = True,
    joined: Collection[tuple[int, int]] = (),
) -> Page:
    """A ruled table; cell: its height and width. digit: the height of a digit. ink: its gray.

    joined: the row and column of cells without a line to the next one; their text is over both.
    """
    high, wide = cell
    size = (2 * MARGIN + high * len(rows), 2 * MARGIN + wide * len(rows[0]))
    page = np.full(size, PAPER, np.float32)
    outer = 0 if frame else 1
    for i in range(outer, len(rows) + 1 - outer):
        cv2.line(
            page, (MARGIN, MARGIN + i * high), (size[1] - MARGIN, MARGIN + i * high), RULING, 2
        )
    for i in range(outer, len(rows[0]) + 1 - outer):
        for j in range(len(rows)):
            if (j, i - 1) not in joined:
                top, left = MARGIN + j * high, MARGIN + i * wide
                cv2.line(page, (left, top), (left, top + high), RULING, 2)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            room = wide * (2 if (i, j) in joined else 1)
            slack = rng.uniform(0.2, 0.8, 2) * (high - digit, max(room - len(text) * digit, 0))
            top, left = MARGIN + i * high + slack[0], MARGIN + j * wide + slack[1]
            write(page, text, (left, top), digit, rng, ink)
    return page


def lines(rows: Sequence[str], rng: Rng, *, digit: int = 40, gap: int = 90) -> Page:
    """Numbers on blank paper, a line for each text; a space is as wide as two digits."""
    wide = round(1.25 * max(map(len, rows)) * digit)
    page = np.full((2 * MARGIN + gap * len(rows), 2 * MARGIN + wide), PAPER, np.float32)
    for i, text in enumerate(rows):
        write(page, text, (MARGIN + rng.uniform(0, 20), MARGIN + i * gap), digit, rng)
    return page


def ruled(page: Page, gap: int, *, squared: bool = False, shade: float = 0.7) -> Page:
    """Print lines `gap` pixels apart under the writing."""
    sheet = np.full(page.shape, 1, np.float32)
    sheet[gap // 2 :: gap] = sheet[gap // 2 + 1 :: gap] = shade
    if squared:
        sheet[:, gap // 2 :: gap] = sheet[:, gap // 2 + 1 :: gap] = shade
    return np.minimum(page, sheet * PAPER).astype(np.float32)


def printed(page: Page, text: str, corner: tuple[int, int], size: float = 1.0) -> Page:
    """Print letters; corner: the left end of the baseline."""
    ink = np.full(page.shape, 255, np.uint8)
    cv2.putText(ink, text, corner, cv2.FONT_HERSHEY_SIMPLEX, size, 0, 2, cv2.LINE_AA)
    return page * (INK + (1 - INK) * ink / np.float32(255))


def freehand(page: Page, left: int, right: int, height: int, rng: Rng, waver: float = 4.0) -> Page:
    """Draw a line across without a ruler: it wavers by so many pixels around a height."""
    across = np.arange(left, right + 1, 10)
    wander = np.cumsum(rng.normal(size=len(across)))
    wander -= wander.mean()
    down = height + waver * wander / np.abs(wander).max()
    ink = np.zeros(page.shape, np.uint8)
    path = np.rint(np.column_stack([across, down]) * 16).astype(np.int32)
    cv2.polylines(ink, [path], False, (255,), 3, cv2.LINE_AA, shift=4)
    return page * (1 - (1 - INK) * ink / np.float32(255))


def dotted(page: Page, at: tuple[float, float], size: float) -> Page:
    """Draw a round point; at: its middle. size: its diameter in pixels."""
    ink = np.zeros(page.shape, np.uint8)
    middle = (round(at[0] * 16), round(at[1] * 16))
    cv2.circle(ink, middle, round(size * 8), (255,), -1, cv2.LINE_AA, shift=4)
    return page * (1 - (1 - INK) * ink / np.float32(255))


def write(
    page: Page, text: str, corner: tuple[float, float], digit: int, rng: Rng, shade: float = INK
) -> None:
    """Write digits; a letter is drawn as one, and a space leaves twice the room of a digit."""
    # A writer without tremor, with a pen that leaves no dots, so that what fails is the page.
    writer = replace(synthesis.Writer.sample(rng), tremor=0.005, thickness=1.2)
    left, top = corner
    for sign in text:
        if sign == " ":
            left += 1.2 * digit
            continue
        if sign in SIGNS:
            ink = Drawn(0, SIGNS[sign]).ink(round(SIGN * digit), 0.1 / SIGN)
            down = round(top + (digit - ink.shape[0]) / 2)
        else:
            form = PLAIN[DIGITS.index(int(sign))] if sign.isdigit() else f"letter_{sign}"
            strokes = [stroke[:, :2] for stroke in synthesis.draw(form, rng, writer=writer)]
            ink = Drawn(0, strokes).ink(digit, 0.1)
            down = round(top + rng.uniform(-0.04, 0.04) * digit)
        across = round(left)
        part = page[down : down + ink.shape[0], across : across + ink.shape[1]]
        part *= 1 - (1 - shade) * ink[: part.shape[0], : part.shape[1]]
        left += ink.shape[1] + 0.22 * digit


def photographed(
    page: Page,
    rng: Rng,
    *,
    turn: float = 0.0,
    tilt: float = 0.0,
    shadow: float = 1.0,
    blur: float = 0.8,
    noise: float = 2.0,
) -> NDArray[np.uint8]:
    """Take a picture, (h, w) uint8.

    turn: degrees, counterclockwise. tilt: the upper edge is shorter by this part on either side.
    shadow: the light on the darker half. blur: sigma in pixels. noise: in gray levels.
    """
    height, width = page.shape
    middle = (width / 2, height / 2)
    turned = cv2.getRotationMatrix2D(middle, turn, 1)
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    narrow = corners + np.float32([[tilt * width, 0], [-tilt * width, 0], [0, 0], [0, 0]])
    seen = cv2.transform(narrow[None], turned)[0].astype(np.float32)
    seen -= seen.min(axis=0)
    size = np.ceil(seen.max(axis=0)).astype(int)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    sheet = cv2.warpPerspective(page, matrix, size.tolist(), borderValue=PAPER)
    light = np.linspace(1, 0.8, size[0], dtype=np.float32)[None]
    light = light * np.where(np.arange(size[1])[:, None] > size[1] * 0.6, shadow, 1)
    light = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 5)
    picture = cv2.GaussianBlur(sheet * light, (0, 0), blur) * 240 + rng.normal(
        0, noise, light.shape
    )
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
