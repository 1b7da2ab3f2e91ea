"""Measure how numbers are read, beside what a user would pick instead, on the same pictures.

    python -m benchmarks.numbers [--data mnist.npz] [--pen PATH] [--dev-sets FOLDER] [--json OUT]

It prints a Markdown table. The sets of numbers are those of the development sets that are at hand,
and numbers composed of digits that no training saw (seeds are fixed). A number is right if all its
digits are; separators are left aside, but for the rows with signs, whose text has to be right. The
peer is PP-OCRv6 by rapidocr, its alphabet cut to the
digits or whole, where requirements/peers.txt is installed. Single digits are read as well: none may
be taken for two. Times are milliseconds of processor time, one thread.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.peer_readers import RapidOcr, installed_peers
from benchmarks.signed_numbers import signed_numbers
from mlcore.data import datasets, development_sets, pen
from mlcore.data.number_lines import Hands, compose, hands_of
from mlcore.data.number_lines.hands import Hand
from mlcore.evaluation.metrics import expected_calibration_error
from mlcore.evaluation.report import spread
from mlcore.ink.geometry import BOX
from mlcore.ink.strokes import Strokes, extent, ink_of, rasterize
from mlcore.pictures.decoding import read_picture
from mlcore.pictures.encoding import photographed, png
from mlcore.pictures.preprocessing import image_from_gray
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.number_reading import NumberReading

SURE = 0.95  # of the numbers with at least this confidence, so many must be right
COMPOSED, COMPOSED_SEED = 1_000, 20_262
HELD_OUT_WRITERS = 100
# Lengths, and the share of neighbors that touch. How often one digit is read right by itself says
# how many digits in a row can be.
LINES = {
    "composed, none touching": ((2, 6), 0.0),
    "composed, 30 % of pairs touching": ((2, 6), 0.3),
    "composed, one digit": ((1, 1), 0.0),
}
ZOOM = 3  # of composed lines as pictures
DRAWN_HEIGHT, DRAWN_PEN = 64, 0.08  # strokes as pictures: height in pixels, pen in heights
DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u4e00", "-" * 7, " ")  # of an OCR
SINGLE = 1_500  # single digits of MNIST's test part


@dataclass(frozen=True)
class Numbers:
    """n numbers: what our version gets, picture files (bytes) or strokes, and their texts.

    with_signs: whether signs have to be right as well.
    """

    name: str
    numbers: Sequence[bytes | Strokes]
    texts: Sequence[str]
    with_signs: bool = False

    def compared(self, text: str) -> str:
        """Return what of a text has to be right."""
        return text.translate(DASHES) if self.with_signs else digits_of(text)


class Ours:
    """A version's networks, as a process of the site has them loaded."""

    def __init__(self, version: Bundle) -> None:
        self.recognizer, self.ink = version.recognizer(), version.ink_network()
        self.numbers = version.number_reader()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--pen", help="pen digits; those of held-out writers are composed")
    parser.add_argument("--dev-sets", help="the folder of the development sets")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    version, peer = bundle.shipped(), installed_peers()["rapidocr"]
    ocr = peer if isinstance(peer, RapidOcr) else None
    ours = Ours(version)
    rows = [measured(each, ours, ocr) for each in sets(options.data, options.pen, options.dev_sets)]
    print(f"Ours: {version.checksum[:12]}. Peer: {ocr.version if ocr else 'not installed'}.\n")
    print(table(rows))
    singles = single_digits(ours, options.data, options.dev_sets)
    print("\nSingle digits read as two or more: " + json.dumps(singles))
    if options.json:
        options.json.write_text(json.dumps({"sets": rows, "singles": singles}, indent=2) + "\n")


def sets(data: str | None, pen_path: str | None, dev_sets: str | None) -> Iterator[Numbers]:
    folder = development_sets.folder(dev_sets)
    for name, found in development_sets.numbers(folder).items() if folder else ():
        yield Numbers(name, found.numbers, found.texts)
    if folder:
        yield from signed(folder)
    hands = held_out_hands(data, pen_path)
    for name, (lengths, touching) in LINES.items():
        rng = np.random.default_rng(COMPOSED_SEED)
        lines, texts = compose(COMPOSED, hands, rng, lengths=lengths, touching=touching, plain=True)
        inks = [np.divide(line, 255, dtype=np.float32) for line in lines]
        yield Numbers(name, [png(photographed(np.pad(ink, 4), ZOOM)) for ink in inks], texts)
    yield plain_ones(hands)


def signed(folder: Path) -> Iterator[Numbers]:
    """Return numbers with minus and plus, as strokes and as pictures."""
    numbers, texts = signed_numbers(folder, COMPOSED, np.random.default_rng(COMPOSED_SEED))
    if numbers:
        yield Numbers("with minus and plus, pen", numbers, texts, with_signs=True)
        pictures = [as_picture(each) for each in numbers]
        yield Numbers("with minus and plus, pictures", pictures, texts, with_signs=True)


def plain_ones(hands: Hands) -> Numbers:
    """Return numbers of two to four digits by these hands, with bars in place of ones."""
    rng = np.random.default_rng(COMPOSED_SEED)
    bar = np.ones((2 * BOX, 5), np.float32)

    def barred(hand: Hand) -> Hand:
        return Hand([*hand.glyphs[:1], [bar], *hand.glyphs[2:]])

    people, drawn = ([barred(hand) for hand in each] for each in (hands.people, hands.drawn))
    all_barred = Hands(barred(hands.mnist), people, drawn)
    made = compose(3 * COMPOSED, all_barred, rng, lengths=(2, 4), touching=0.0, plain=True)
    found = [(line, text) for line, text in zip(*made, strict=True) if "1" in text][:COMPOSED]
    inks = [np.divide(np.pad(line, ((4, 4), (12, 12))), 255, dtype=np.float32) for line, _ in found]
    name = "composed, ones as plain bars"
    return Numbers(
        name, [png(photographed(ink, ZOOM)) for ink in inks], [text for _, text in found]
    )


def held_out_hands(data: str | None, pen_path: str | None) -> Hands:
    """Return hands that no training saw: of MNIST's hold-out, of held-out and of new writers."""
    digits = pen.load(pen_path)
    held = None if digits is None else pen.split_by_writer(digits)[1]
    rng = np.random.default_rng(COMPOSED_SEED)
    return hands_of(datasets.load(data).holdout, held, HELD_OUT_WRITERS, rng)


def measured(of: Numbers, ours: Ours, ocr: RapidOcr | None) -> dict[str, Any]:
    """Return the figures of one set."""
    wanted = [of.compared(text) for text in of.texts]
    started = time.process_time()
    readings = [read(ours, each) for each in of.numbers]
    ms = (time.process_time() - started) * 1000 / len(wanted)
    said = [of.compared(got.text if of.with_signs else got.digits) for got in readings]
    right = np.array([got == text for got, text in zip(said, wanted, strict=True)])
    confidence = np.array([got.confidence for got in readings], np.float32)
    sure = confidence >= SURE
    row: dict[str, Any] = {
        "set": of.name,
        "n": len(wanted),
        "ours": float(right.mean()),
        "sure": float(sure.mean()),
        "right_of_sure": float(right[sure].mean()) if sure.any() else None,
        "ece": expected_calibration_error(confidence, right),
        "ms": ms,
    }
    if ocr is None:
        return row
    pictures = [as_picture(each) for each in of.numbers]
    for name, whole in (("ocr_digits", False), ("ocr_plain", True)):
        started = time.process_time()
        read_so = [of.compared(ocr.line(each, whole_alphabet=whole)) for each in pictures]
        row[f"{name}_ms"] = (time.process_time() - started) * 1000 / len(wanted)
        row[name] = float(np.mean([a == b for a, b in zip(read_so, wanted, strict=True)]))
    return row


def read(ours: Ours, given: bytes | Strokes) -> NumberReading:
    """Read a number as the site does, in mode "number"."""
    if isinstance(given, bytes):
        return ours.numbers.read_picture(read_picture(given), ours.ink)
    return ours.numbers.read_strokes(given)


def as_picture(given: bytes | Strokes) -> bytes:
    """Return a picture file; strokes are drawn dark on white with some paper around."""
    if isinstance(given, bytes):
        return given
    points = np.concatenate([stroke[:, :2] for stroke in given])
    high = float(np.ptp(points[:, 1])) or 1.0
    ink = ink_of(given, pen_width=20 * DRAWN_PEN * high / (extent(given) or 1.0))
    assert ink is not None
    scale = DRAWN_HEIGHT / ink.shape[0]
    size = (max(1, round(ink.shape[1] * scale)), DRAWN_HEIGHT)
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return png(photographed(np.pad(small, DRAWN_HEIGHT // 5), 1))


def single_digits(ours: Ours, data: str | None, dev_sets: str | None) -> dict[str, str]:
    """Count single digits that mode "auto" reads as a number of two or more digits."""
    found: dict[str, str] = {}
    test = datasets.load(data).test
    images = test.images[spread(len(test), SINGLE)]
    inks = [np.divide(image, 255, dtype=np.float32) for image in images]
    pictures = [photographed(ink, ZOOM) for ink in inks]
    found["MNIST test"] = counted(ours, pictures, of_picture)
    folder = development_sets.folder(dev_sets)
    drawn = development_sets.pen_digits(folder) if folder else None
    if drawn is not None:
        found["pen_dev"] = counted(ours, drawn.strokes, of_strokes)
    return found


def counted(ours: Ours, given: Sequence[Any], number: Callable[[Ours, Any], str]) -> str:
    several = sum(len(number(ours, each)) > 1 for each in given)
    return f"{several} of {len(given)}"


def of_picture(ours: Ours, gray: Any) -> str:
    """Return the digits of a picture in mode "auto"; empty if it is answered as one digit."""
    image = image_from_gray(gray, ours.ink)
    if image is None or ours.recognizer.recognize(image).is_digit:
        return ""
    return digits_of(ours.numbers.read_picture(gray, ours.ink).text)


def of_strokes(ours: Ours, strokes: Strokes) -> str:
    image = rasterize(strokes)
    if image is None or ours.recognizer.recognize(image).is_digit:
        return ""
    return digits_of(ours.numbers.read_strokes(strokes).text)


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def table(rows: Sequence[dict[str, Any]]) -> str:
    columns = ["set", "n", "ours", "sure", "right_of_sure", "ece", "ms"]
    columns += [name for name in ("ocr_digits", "ocr_plain", "ocr_digits_ms") if name in rows[0]]
    lines = [columns, ["---", *("---:" for _ in columns[1:])]]
    lines += [[_shown(name, row[name]) for name in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, float):
        return (
            f"{value:.3f}" if name == "ece" else f"{value:.1f}" if "ms" in name else f"{value:.2%}"
        )
    return "-" if value is None else str(value)


if __name__ == "__main__":
    main()
