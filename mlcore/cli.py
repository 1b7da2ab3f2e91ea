"""python -m mlcore train | retrain | train-ink | train-lines | freeze | evaluate | read | ...

Only commands that need TensorFlow import it, which keeps the others fast.
"""

import argparse
import csv
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from mlcore import codes
from mlcore.data import datasets, pen, reference_sets
from mlcore.errors import Coded, InvalidInk
from mlcore.evaluation.version_comparison import on_lines
from mlcore.ink.strokes import parse, rasterize
from mlcore.pages.reading import PageReading, read_page
from mlcore.pictures.decoding import read_picture
from mlcore.pictures.formats import is_pdf
from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import InkNetwork
from mlcore.pictures.preprocessing import image_from_picture
from mlcore.progress import JsonLines, silent
from mlcore.recipes import DEFAULT, RECIPES
from mlcore.recognition import bundle as bundles
from mlcore.recognition import line_network
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.number_reading import NumberReading

PEN_HELP = "digits as pen strokes, see docs/data.md (otherwise PEN_PATH, or none)"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (Coded, ValueError, OSError) as error:
        print(str(error) or type(error).__name__, file=sys.stderr)
        if options.progress and isinstance(error, Coded):
            JsonLines().failed(error.message)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mlcore", description="Digit recognition")
    parser.set_defaults(progress=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a network from scratch")
    train.add_argument("--data", help="an mnist.npz (otherwise MNIST_PATH, or one download)")
    train.add_argument("--pen", metavar="PATH", help=PEN_HELP)
    train.add_argument("--architecture", default=DEFAULT, choices=sorted(RECIPES))
    train.add_argument("--out", type=Path, required=True, help="folder for the version")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a version to distill from; may be repeated",
    )
    train.add_argument("--epochs", type=int, help="overrides the recipe's number of epochs")
    train.add_argument("--recipe", type=_overrides, default={}, help="other overrides, as JSON")
    _add_precision(train)
    train.add_argument("--progress", action="store_true", help="report progress as JSON lines")
    train.add_argument("--watch-stdin", action="store_true", help="exit when stdin is closed")
    train.set_defaults(run=_train)

    retrain = commands.add_parser("retrain", help="learn from corrections")
    retrain.add_argument("folder", type=Path, help="has job.json, corrections.npz and parent/")
    retrain.add_argument("--data", help="an mnist.npz that replaces the one named in job.json")
    retrain.add_argument(
        "--pen", metavar="PATH", help="pen digits that replace those named in job.json"
    )
    retrain.add_argument("--watch-stdin", action="store_true", help="exit when stdin is closed")
    retrain.set_defaults(run=_retrain, progress=True)

    generator = commands.add_parser("train-generator", help="train the generator for rehearsal")
    generator.add_argument("--data", help="an mnist.npz (otherwise MNIST_PATH, or one download)")
    generator.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors")
    generator.add_argument("--seed", type=int, default=1)
    generator.set_defaults(run=_train_generator)

    ink = commands.add_parser("train-ink", help="train the network that separates ink from paper")
    _add_network_options(ink)
    ink.set_defaults(run=_train_ink)

    lines = commands.add_parser("train-lines", help="train the network that reads lines as a whole")
    _add_network_options(lines)
    lines.add_argument("--steps", type=int, help="of training; fewer for a quick look")
    lines.add_argument("--start", type=Path, help="a folder with a network: train it further")
    _add_precision(lines)
    lines.set_defaults(run=_train_lines)

    freeze = commands.add_parser("freeze", help="make the reference sets")
    freeze.add_argument("--data", help="an mnist.npz (otherwise MNIST_PATH, or one download)")
    freeze.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    freeze.set_defaults(run=_freeze)

    evaluate = commands.add_parser("evaluate", help="measure a version; see docs/evaluation.md")
    evaluate.add_argument("--model", type=Path, help="a version's folder (otherwise the shipped)")
    evaluate.add_argument("--data", help="an mnist.npz (otherwise MNIST_PATH, or one download)")
    evaluate.add_argument("--dev-sets", help="folder of dev sets (otherwise DEV_SETS_PATH)")
    evaluate.add_argument("--at-most", type=int, metavar="N", help="drawings per set, for a test")
    evaluate.add_argument("--json", type=Path, help="also write the figures to this file")
    evaluate.set_defaults(run=_evaluate)

    predict = commands.add_parser("predict", help="read pictures, or strokes in .json files")
    predict.add_argument("--model", type=Path, help="a version's folder (otherwise the shipped)")
    predict.add_argument("--augmented", action="store_true", help="average over augmented views")
    predict.add_argument("files", type=Path, nargs="+", metavar="FILE")
    predict.set_defaults(run=_predict)

    read = commands.add_parser("read", help="read the numbers in pictures")
    read.add_argument("--model", type=Path, help="a version's folder (otherwise the shipped)")
    read.add_argument(
        "--mode",
        choices=["number", "page"],
        default="number",
        help="one number a picture, or a page with a table or lines of numbers; also PDFs",
    )
    form = read.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object a picture")
    form.add_argument("--csv", action="store_true", help="print the numbers alone, as CSV")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE")
    read.set_defaults(run=_read)

    synthesize = commands.add_parser("synthesise", help="write a contact sheet of all forms")
    synthesize.add_argument("--sheet", type=Path, required=True, metavar="OUT.png")
    synthesize.add_argument("--seed", type=int, default=0)
    synthesize.set_defaults(run=_synthesize)
    return parser


def _add_precision(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bfloat16",
        action="store_true",
        help="train in bfloat16: faster on processors that multiply in it, slower on others",
    )


def _add_network_options(command: argparse.ArgumentParser) -> None:
    """Add the options of training a network beside the one that reads digits."""
    command.add_argument("--data", help="an mnist.npz (otherwise MNIST_PATH, or one download)")
    command.add_argument("--pen", metavar="PATH", help=PEN_HELP)
    command.add_argument(
        "--out", type=Path, required=True, help="a folder; a version there gets the network"
    )
    command.add_argument("--seed", type=int, default=1)


def _overrides(text: str) -> dict[str, Any]:
    """Parse settings by name from JSON, for `with_overrides`."""
    try:
        settings = json.loads(text)
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise argparse.ArgumentTypeError('an object is due, such as {"learning_rate": 0.001}')
    return settings


def _train(options: argparse.Namespace) -> None:
    _prepare_process(options.watch_stdin)
    from mlcore.training.from_scratch import train
    from mlcore.training.packaging import pack

    report = JsonLines() if options.progress else silent
    epochs = {} if options.epochs is None else {"epochs": options.epochs}
    recipe = RECIPES[options.architecture].with_overrides(options.recipe | epochs)
    report(phase="prepare", fraction=0.0, message=codes.READING_MNIST())
    mnist = datasets.load(options.data)
    people = pen.load(options.pen)
    teachers = [bundles.read(folder) for folder in options.teacher]
    trained = train(
        mnist,
        options.architecture,
        recipe,
        seed=options.seed,
        pen=people,
        teachers=teachers,
        precision=_precision(options),
        report=report,
    )
    report(phase="evaluate", fraction=0.97, message=codes.CALIBRATING())
    version = pack(
        trained.model,
        options.architecture,
        mnist,
        recipe,
        seed=options.seed,
        history=trained.history,
        pen=people,
        teachers=teachers,
        precision=_precision(options),
    )
    bundles.write(version, options.out)
    report(phase="evaluate", fraction=1.0)


def _retrain(options: argparse.Namespace) -> None:
    _prepare_process(options.watch_stdin)
    from mlcore.training.job_folder import refuse_if_learned

    refuse_if_learned(options.folder)
    report = JsonLines()
    report(phase="prepare", fraction=0.0, message=codes.LOADING_TENSORFLOW())
    from mlcore.training.retraining import retrain

    retrain(options.folder, data=options.data, people=options.pen, report=report)


def _train_generator(options: argparse.Namespace) -> None:
    _prepare_process(watch_stdin=False)
    from mlcore.training.generator import train

    mnist = datasets.load(options.data)
    options.out.write_bytes(train(mnist.training, seed=options.seed, report=JsonLines()))


def _train_ink(options: argparse.Namespace) -> None:
    _prepare_process(watch_stdin=False)
    from mlcore.data.composites import Figures
    from mlcore.training.ink_network import files, train

    people = _training_writers(options)
    penned = [] if people is None else people.strokes
    figures = Figures(datasets.load(options.data).training.images, penned)
    _put_into(options.out, files(train(figures, seed=options.seed, report=JsonLines())))


def _train_lines(options: argparse.Namespace) -> None:
    _prepare_process(watch_stdin=False)
    from mlcore.training.line_network import STEPS, files, train

    people = _training_writers(options)
    start, before = _earlier_lines(options.start) if options.start else (None, [])
    steps, precision = options.steps or STEPS, _precision(options)
    model = train(
        datasets.load(options.data).training,
        people,
        seed=options.seed,
        steps=steps,
        precision=precision,
        start=start,
        report=JsonLines(),
    )
    training = {
        "seed": options.seed,
        "steps": steps,
        "precision": precision,
        "pen": people is not None,
    }

    def note(version: bundles.Bundle) -> None:
        version.card["line_training"] = [*before, training]
        version.card["metrics"]["numbers"] = on_lines(version, reference_sets.numbers())

    _put_into(options.out, files(model), note)


def _earlier_lines(folder: Path) -> tuple[bytes, list[Any]]:
    """Return a line network's weights, and what the card beside them, if any, says of training."""
    if (folder / bundles.CARD).exists():
        version = bundles.read(folder)
        return version.line_weights, version.card.get("line_training", [])
    return (folder / line_network.WEIGHTS).read_bytes(), []


def _precision(options: argparse.Namespace) -> str:
    from mlcore.training.precision import BFLOAT16, FLOAT32

    return BFLOAT16 if options.bfloat16 else FLOAT32


def _training_writers(options: argparse.Namespace) -> pen.PenDigits | None:
    """Return the pen digits of the writers that may be trained on, if there are any."""
    digits = pen.load(options.pen)
    return None if digits is None else pen.split_by_writer(digits)[0]


def _put_into(
    folder: Path,
    made: dict[str, bytes],
    note: Callable[[bundles.Bundle], None] = lambda version: None,
) -> None:
    """Replace files of the version in a folder; without a version, just write them.

    note: changes the version's card before it is written.
    """
    if (folder / bundles.CARD).exists():
        version = bundles.read(folder)
        version = bundles.from_binaries(version.card, version.binaries | made)
        note(version)
        bundles.write(version, folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)


def _freeze(options: argparse.Namespace) -> None:
    _prepare_process(watch_stdin=False)
    from mlcore.training.make_reference_sets import freeze

    freeze(options.out, datasets.load(options.data).training)


def _evaluate(options: argparse.Namespace) -> None:
    from mlcore.data import development_sets
    from mlcore.evaluation.report import evaluation_report

    dev_sets, version = development_sets.folder(options.dev_sets), _version(options.model)
    test = datasets.load(options.data).test
    found = evaluation_report(version, test, dev_sets=dev_sets, at_most=options.at_most)
    figures = json.dumps(found, indent=2)
    print(figures)
    if options.json:
        options.json.write_text(figures + "\n")


def _predict(options: argparse.Namespace) -> None:
    version = _version(options.model)
    recognizer, ink = version.recognizer(), version.ink_network()
    for path in options.files:
        print(f"{path}: {_said(recognizer, _network_input(path, ink), options.augmented)}")


def _read(options: argparse.Namespace) -> None:
    version = _version(options.model)
    reader, ink = version.number_reader(), version.ink_network()
    for path in options.files:
        name = str(path)
        try:
            if options.mode == "page":
                for name, page in _pages_in(path):
                    read = read_page(page, reader.read_ink)
                    _print_reading(name, read, as_json=options.json, as_csv=options.csv)
            else:
                found = reader.read_picture(read_picture(path.read_bytes()), ink)
                _print_reading(name, found, as_json=options.json, as_csv=options.csv)
        except InvalidInk as error:
            raise ValueError(f"{name}: {error}") from None


def _pages_in(path: Path) -> Iterator[tuple[str, bytes | Gray]]:
    """Yield the picture in a file, or the pages of a PDF, with their names."""
    from mlcore.pages.pdf import pages_of

    data = path.read_bytes()
    if not is_pdf(data):
        yield str(path), data
        return
    for number, gray in enumerate(pages_of(data, most=sys.maxsize), start=1):
        yield f"{path}, page {number}", gray


def _print_reading(
    name: str, found: NumberReading | PageReading, *, as_json: bool, as_csv: bool
) -> None:
    if as_json:
        print(json.dumps({"file": name} | asdict(found)))
        return
    rows = (
        [[cell.text for cell in row] for row in found.rows]
        if isinstance(found, PageReading)
        else [[found.text]]
    )
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
    elif isinstance(found, PageReading):
        print(f"{name}: {found.kind}")
        print("\n".join("\t".join(row) for row in rows))
    else:
        print(f"{name}: {found.text or 'no number'} ({found.confidence:.1%})")


def _version(folder: Path | None) -> bundles.Bundle:
    return bundles.read(folder) if folder else bundles.shipped()


def _network_input(path: Path, ink: InkNetwork) -> np.ndarray | None:
    try:
        if path.suffix == ".json":
            return rasterize(parse(json.loads(path.read_text())))
        return image_from_picture(path.read_bytes(), ink)
    except (InvalidInk, ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from None


def _said(recognizer: Recognizer, image: np.ndarray | None, augmented: bool) -> str:
    if image is None:
        return "blank"
    answer = recognizer.recognize(image, augmented=augmented)
    name = str(answer.digit) if answer.is_digit else "not a digit"
    return f"{name} ({answer.confidence:.1%})"


def _synthesize(options: argparse.Namespace) -> None:
    from mlcore.data import synthesis

    synthesis.sheet(options.sheet, np.random.default_rng(options.seed))


def _prepare_process(watch_stdin: bool) -> None:
    """Prepare the process before TensorFlow is imported.

    Reduce its log output and, if asked, exit when the parent process is gone.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if watch_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()


def _end_with_stdin() -> None:
    # Bypass the buffer of sys.stdin: this thread would still hold its lock after the main thread.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)
