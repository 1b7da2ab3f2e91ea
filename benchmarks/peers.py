"""Measure the shipped version beside what a user would pick instead, on the same pictures.

    python -m benchmarks.peers --data mnist.npz --dev-sets FOLDER [--cases FOLDER] [--at-most N]
                               [--out docs/peers.md]

The peers are PP-OCRv6 by rapidocr and tesseract. They are optional: where one is not installed, its
column says so. `pip install --requirement requirements/peers.txt` installs rapidocr, Debian's
package tesseract-ocr the other. It writes Markdown and prints it. All pictures come from fixed
seeds, so only the times differ between two runs. It uses one thread.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_readers import Peer, Readings, installed_peers, read_by_ours
from benchmarks.peer_sets import DigitSet, digit_sets, letters, phone
from mlcore.data import datasets, development_sets
from mlcore.data.datasets import Part
from mlcore.evaluation.metrics import auroc, expected_calibration_error, selective_accuracy
from mlcore.evaluation.report import spread
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.inference import Recognizer

Peers = Mapping[str, Peer | None]

SURE = 0.5  # a peer that reads a letter as a digit with more confidence has been fooled
FEW, WORST = 30, 10  # writers with fewer digits are not listed; so many are
NONE, ABSENT = "-", "not installed"

INTRODUCTION = """# Beside other programs

    {command}

made this page. The programs read the same pictures:

- ours: {ours}
{peers}

Accuracy in percent; a digit that is refused, or in which nothing is read, is wrong. "Surest":
the share of wrong answers among our 95 % most confident. ECE: our expected calibration error, 15
bins. "Beside": how many of the set the peers read, evenly spread, and ours on the same ones. Times
are milliseconds of processor time for one answer, decoding included; every program has one thread.

PP-OCRv6 takes the whole picture for a line of text, without detection. Of its outputs, "blank" and
the ten digits are kept, and the likeliest text of one digit is read. Tesseract reads one character
(`--psm 10`) out of the ten digits. Ours gets pen strokes as the canvas sends them, the peers a
picture of them, dark on white. The peers get each picture squared, with the margin that served them
best: [evaluation.md](evaluation.md)."""


@dataclass(frozen=True)
class Measured:
    """A set with the answers of our version, and of each peer to the digits `beside`."""

    of: DigitSet
    ours: Readings
    beside: NDArray[np.intp]
    peers: Mapping[str, Readings | None]

    @property
    def right(self) -> NDArray[np.bool_]:
        return self.ours.said == self.of.labels

    def peers_right(self, name: str, where: NDArray[np.bool_] | None = None) -> str:
        """Return a peer's accuracy on `beside`, or on those of them that a mask (n,) has."""
        readings = self.peers[name]
        if readings is None:
            return NONE
        right = readings.said == self.of.labels[self.beside]
        chosen = right if where is None else right[where[self.beside]]
        return percent(chosen.mean()) if len(chosen) else NONE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--dev-sets", required=True, help="the folder of the development sets")
    parser.add_argument("--cases", type=Path, help="a folder of pictures named for their digit")
    parser.add_argument("--at-most", type=int, help="use at most so many of each set")
    parser.add_argument("--out", type=Path, help="also write the page to this file")
    options = parser.parse_args()
    if options.at_most is not None and options.at_most < 1:
        parser.error("--at-most must be 1 or more.")
    cv2.setNumThreads(1)
    dev_sets = development_sets.folder(options.dev_sets)
    assert dev_sets is not None
    test = datasets.load(options.data).test
    version, peers = bundle.shipped(), installed_peers()
    page = report(version, peers, test, dev_sets, cases=options.cases, at_most=options.at_most)
    print(page)
    if options.out:
        options.out.write_text(page)


def report(
    version: Bundle,
    peers: Peers,
    test: Part,
    dev_sets: Path,
    *,
    cases: Path | None = None,
    at_most: int | None = None,
) -> str:
    """Measure all sets that are at hand and return the page, in Markdown."""
    recognizer = version.recognizer()
    measured = []
    for each in digit_sets(test, dev_sets, cases, at_most):
        if len(each):
            measured.append(measure(recognizer, peers, each))
            print(f"{each.name}: {percent(measured[-1].right.mean())}", file=sys.stderr, flush=True)
    parts = [
        introduction(version, peers, cases=cases is not None, at_most=at_most),
        table(measured, peers),
        "## Letters\n\n" + letters_line(recognizer, peers, dev_sets, at_most),
        f"## Writers with {FEW} or more digits, the worst {WORST}\n\n"
        + writers_table(measured, peers),
    ]
    return "\n\n".join(parts) + "\n"


def measure(recognizer: Recognizer, peers: Peers, of: DigitSet) -> Measured:
    beside = spread(len(of), of.beside) if of.picture else np.array([], np.intp)
    pictures = [of.picture(of.inputs[i]) for i in beside] if of.picture else []
    readings = {
        name: peer.read(pictures, of.margin) if peer and pictures else None
        for name, peer in peers.items()
    }
    return Measured(of, read_by_ours(recognizer, of.inputs), beside, readings)


def introduction(version: Bundle, peers: Peers, *, cases: bool, at_most: int | None) -> str:
    command = "python -m benchmarks.peers --data mnist.npz --dev-sets FOLDER"
    command += " --cases FOLDER" * cases + (f" --at-most {at_most}" if at_most else "")
    named = [f"- {name}: {peer.version if peer else ABSENT}" for name, peer in peers.items()]
    ours = f"the shipped version, checksum `{version.checksum[:12]}`"
    return INTRODUCTION.format(command=command, ours=ours, peers="\n".join(named))


def table(measured: list[Measured], peers: Peers) -> str:
    columns = ["set", "n", "ours", "refused", "surest", "ECE", "beside", "ours", *peers, "ms ours"]
    return markdown([*columns, *(f"ms {name}" for name in peers)], rows(measured, peers))


def rows(measured: list[Measured], peers: Peers) -> Iterator[list[str]]:
    for each in measured:
        right, confidence = each.right, each.ours.confidence
        some = len(each.beside) > 0
        yield [
            each.of.name,
            f"{len(right):,}",
            percent(right.mean()),
            percent((each.ours.said == NOT_A_DIGIT).mean()),
            percent(1 - selective_accuracy(confidence, right)),
            f"{expected_calibration_error(confidence, right):.3f}",
            f"{len(each.beside):,}" if some else NONE,
            percent(right[each.beside].mean()) if some else NONE,
            *(each.peers_right(name) if peers[name] else ABSENT for name in peers),
            f"{each.ours.ms:.1f}",
            *(NONE if got is None else f"{got.ms:.1f}" for got in each.peers.values()),
        ]


def letters_line(recognizer: Recognizer, peers: Peers, dev_sets: Path, at_most: int | None) -> str:
    """Say how letters are told from digits: ours by AUROC, peers by how often they are fooled."""
    digits, others = phone(dev_sets), letters(dev_sets)
    if digits is None or others is None:
        return "Not at hand."
    digits, others = (each.take(spread(len(each), at_most)) for each in (digits, others))
    read = [read_by_ours(recognizer, each.inputs) for each in (digits, others)]
    refused = (read[1].said == NOT_A_DIGIT).mean()
    said = [
        f"{len(others)} letters that do not look like digits against {len(digits)} digits of the",
        f"same collection: our AUROC {auroc(read[0].not_a_digit, read[1].not_a_digit):.4f};",
        f"{percent(refused)} % refused. Read as a digit with a confidence above {SURE}:",
        "; ".join(f"{name} {_fooled(peer, others)}" for name, peer in peers.items()) + ".",
    ]
    return "\n".join(said)


def _fooled(peer: Peer | None, others: DigitSet) -> str:
    if peer is None:
        return ABSENT
    read = peer.read(others.inputs, others.margin)
    fooled = (read.said != NOT_A_DIGIT) & (read.confidence > SURE)
    return f"{percent(fooled.mean())} %"


def writers_table(measured: list[Measured], peers: Peers) -> str:
    found = []
    for each in measured:
        for writer in np.unique(each.of.writers):
            of_writer = each.of.writers == writer
            if of_writer.sum() >= FEW:
                cells = [each.peers_right(name, of_writer) for name in peers]
                found.append((float(each.right[of_writer].mean()), str(writer), of_writer, cells))
    found.sort(key=lambda line: line[:2])
    lines = [
        [writer, str(where.sum()), percent(accuracy), *cells]
        for accuracy, writer, where, cells in found[:WORST]
    ]
    return markdown(["writer", "n", "ours", *peers], lines) if lines else "None."


def markdown(columns: list[str], lines: Iterator[list[str]] | list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [columns, rule, *lines])


def percent(share: float | np.floating) -> str:
    return f"{100 * float(share):.2f}"


if __name__ == "__main__":
    main()
