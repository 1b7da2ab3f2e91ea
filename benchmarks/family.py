"""Measure every architecture, trained by its recipe, in the same way: docs/family.md.

    python -m benchmarks.family --data mnist.npz --folder FOLDER [--pen PATH] [--dev-sets FOLDER]
        [--bfloat16] [--out docs/family.md]

The script uses the version in FOLDER/<architecture>, or trains it if it is missing, with the pen
drawings of --pen. The default architecture is the shipped version. Training all takes hours on two
cores; --bfloat16 halves that on processors that multiply in it. Answers with test-time augmentation
are measured as well, with their cost. --dev-sets adds the digits of writers who are never trained
on.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from mlcore.data import datasets, development_sets
from mlcore.data.datasets import Mnist
from mlcore.evaluation.metrics import Answers, answers, auroc, full
from mlcore.evaluation.report import OUT_OF_DISTRIBUTION, on_dev_sets, out_of_distribution_answers
from mlcore.recipes import DEFAULT, RECIPES
from mlcore.recognition import bundle
from mlcore.recognition.bundle import CARD, LITERT, Bundle

TIMED = 300  # images for the median time of an answer
HEADER = (
    *("architecture", "parameters", "multiply-adds, M", "LiteRT, KB", "ms"),
    *("test %", "with refusals %", "95 % surest %", "hold-out NLL", "ECE"),
    *("digits refused %", "AUROC", "formulas %", "pendigits %", "canvas %", "phone %"),
    *("TTA: test %", "TTA: hold-out %", "TTA: ms", "minutes"),
)
INTRODUCTION = f"""# The architectures, measured

Made by `python -m benchmarks.family --data mnist.npz --folder FOLDER --pen PATH --dev-sets FOLDER
--bfloat16 --out docs/family.md`. One version of each architecture, with the recipes of
`mlcore/recipes.py` and seed 1; the last one is the shipped version, trained in float32. All learned
from the same data, but only the last one sees the directions of the pen.

- *ms*: median time of one answer, LiteRT, one thread, all rows in one run.
- *test*: accuracy on MNIST's 10,000 test digits, the likeliest of the ten; *with refusals*: a
  refused digit counts as wrong; *95 % surest*: accuracy on the 95 % with the highest confidence.
- *NLL*, *ECE*, *digits refused*: negative log-likelihood, expected calibration error and refused
  share of the 5,000 digits held out of MNIST's training part, calibrated.
- *AUROC*: how well the probability of "not a digit" separates {OUT_OF_DISTRIBUTION:,}
  out-of-distribution drawings, of kinds that no training saw
  (`mlcore/data/out_of_distribution.py`), from the test digits.
- *formulas*, *pendigits* (pen drawings), *canvas*, *phone*: accuracy on the development sets of
  [evaluation.md](evaluation.md), by writers whom no training saw; a refused digit is wrong.
- *TTA*: the same with test-time augmentation, the mean over augmented views
  (`mlcore/recognition/augmented_views.py`). Its accuracy on the *hold-out* decides whether
  stored answers use it; the accuracy without it is in brackets.
- *minutes*: training time from the version's card; the machine may have done other work as well.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--pen")
    parser.add_argument("--dev-sets")
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    path = datasets.find(options.data)
    mnist = datasets.read(path)
    training = ["--data", str(path), *(["--pen", options.pen] if options.pen else [])]
    training += ["--bfloat16"] if options.bfloat16 else []
    strangers = development_sets.folder(options.dev_sets)
    lines = [_row(HEADER), _row(["---"] * len(HEADER))]
    for name in RECIPES:
        lines.append(
            _row(measured(name, version(name, options.folder, training), mnist, strangers))
        )
        print(lines[-1], flush=True)
    if options.out:
        options.out.write_text(INTRODUCTION + "\n" + "\n".join(lines) + "\n")


def version(name: str, folder: Path, training: list[str]) -> Bundle:
    if name == DEFAULT:
        return bundle.shipped()
    if not (folder / name / CARD).exists():
        command = ["-m", "mlcore", "train", "--architecture", name, *training]
        subprocess.run([sys.executable, *command, "--out", str(folder / name)], check=True)
    return bundle.read(folder / name)


def measured(name: str, of: Bundle, mnist: Mnist, strangers: Path | None) -> list[str]:
    plain, held = (answers(of, part.images, part.labels) for part in (mnist.test, mnist.holdout))
    augmented, held_augmented = (
        answers(of, part.images, part.labels, augmented=True)
        for part in (mnist.test, mnist.holdout)
    )
    on_test, on_held = full(plain), full(held)
    ood = out_of_distribution_answers(of, OUT_OF_DISTRIBUTION)[0]
    seconds = sum(epoch["seconds"] for epoch in of.card["history"])
    return [
        name,
        f"{of.card['parameters']:,}",
        f"{of.card['multiply_adds'] / 1e6:.2f}",
        f"{len(of.files[LITERT]) / 1024:.0f}",
        f"{milliseconds(of, mnist, augmented=False):.3f}",
        _percent(on_test["ten_way_accuracy"]),
        _percent(on_test["accuracy"]),
        _percent(on_test["selective"]["accuracy"]),
        f"{on_held['negative_log_likelihood']:.4f}",
        f"{on_held['expected_calibration_error']:.4f}",
        _percent(on_held["digits_refused"]),
        f"{auroc(plain.not_a_digit, ood.not_a_digit):.4f}",
        *read_of_strangers(of, strangers),
        _percent(_ten_way(augmented)),
        f"{_percent(_ten_way(held_augmented))} (without {_percent(_ten_way(held))})",
        f"{milliseconds(of, mnist, augmented=True):.3f}",
        f"{seconds / 60:.0f}",
    ]


def read_of_strangers(of: Bundle, sets: Path | None) -> list[str]:
    """Return the accuracy on pen drawings, drawings as pictures, and photographs, in percent."""
    if sets is None:
        return ["-"] * 4
    figures = on_dev_sets(of, sets, None)
    read = *figures["pen"].values(), figures["canvas"]["without_junk"], figures["phone"]
    return [_percent(each["accuracy"]) for each in read]


def milliseconds(of: Bundle, mnist: Mnist, *, augmented: bool) -> float:
    """Median time of one answer in this process."""
    recognizer = of.recognizer()
    images = np.divide(mnist.holdout.images[:TIMED], 255, dtype=np.float32)
    times = []
    for image in images:
        started = time.perf_counter()
        recognizer.recognize(image, augmented=augmented)
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times))


def _ten_way(got: Answers) -> float:
    return float((got.digits == got.labels).mean())


def _percent(share: float) -> str:
    return f"{100 * share:.2f}"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
