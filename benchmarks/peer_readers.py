"""Programs that read digits: a version of ours, PP-OCRv6 by rapidocr, and tesseract.

Each peer gets the same picture files and is used as well as we know how. docs/evaluation.md says
what was tried for them.
"""

import importlib.metadata
import importlib.resources
import importlib.util
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mlcore.errors import InvalidInk
from mlcore.ink.strokes import Strokes, rasterize
from mlcore.labels import DIGITS, NOT_A_DIGIT
from mlcore.pictures.preprocessing import image_from_picture
from mlcore.recognition.inference import Answer, Recognizer

Color = NDArray[np.uint8]

# PP-OCRv6's recognition reads lines of this height. A line is filled up to the width below; the
# value is rapidocr's (the middle between black and white), the width was tried.
LINE_HEIGHT, LINE_WIDTH = 48, 96
OCR_MODEL = "PP-OCRv6_rec_small.onnx"

# Tesseract read pictures of this height best; the margin is a part of the longer side.
TESSERACT_HEIGHT, TESSERACT_MARGIN = 32, 0.75
TESSERACT = ["--psm", "10", "-c", "tessedit_char_whitelist=0123456789", "tsv"]


@dataclass(frozen=True)
class Readings:
    """A program's answers to n digits.

    said: (n,) 0 to 9, or 10 if it was refused or nothing was read. confidence: (n,) float32 in
    [0, 1], the program's own. not_a_digit: (n,) float32 in [0, 1]; zeros where a program has none.
    ms: processor time of each answer in milliseconds, from the file or the strokes.
    """

    said: NDArray[np.intp]
    confidence: NDArray[np.float32]
    not_a_digit: NDArray[np.float32]
    ms: float


class Peer(Protocol):
    """Another program that reads digits; `version` names it and what it reads with."""

    @property
    def version(self) -> str: ...

    def read(self, pictures: Sequence[bytes], margin: float) -> Readings:
        """Read picture files; margin: paper to add around them, as a part of the longer side."""
        ...


def installed_peers() -> dict[str, Peer | None]:
    """Return the peers by name; None for those that are not installed."""
    has_ocr = all(map(importlib.util.find_spec, ("rapidocr", "onnxruntime")))
    return {
        "rapidocr": RapidOcr() if has_ocr else None,
        "tesseract": Tesseract() if shutil.which("tesseract") else None,
    }


def read_by_ours(recognizer: Recognizer, given: Sequence[Any]) -> Readings:
    """Read strokes, picture files (bytes) or images ((28, 28) uint8) as the site does."""
    started = _processor_seconds()
    answers = [_answer(recognizer, each) for each in given]
    ms = _milliseconds_each(started, len(given))
    return Readings(
        said=np.array([NOT_A_DIGIT if a is None else a.label for a in answers], np.intp),
        confidence=np.array([1 if a is None else a.confidence for a in answers], np.float32),
        not_a_digit=np.array([1 if a is None else a.not_a_digit for a in answers], np.float32),
        ms=ms,
    )


def answer_strokes(recognizer: Recognizer, strokes: Strokes) -> Answer | None:
    """Answer pen strokes as the canvas does; None if they are blank."""
    image = rasterize(strokes)
    return None if image is None else recognizer.recognize(image)


def answer_picture(recognizer: Recognizer, data: bytes) -> Answer | None:
    """Answer a picture file as an upload; None if it is blank or cannot be read."""
    try:
        image = image_from_picture(data)
    except InvalidInk:
        return None
    return None if image is None else recognizer.recognize(image)


def answer_image(recognizer: Recognizer, image: NDArray[np.uint8]) -> Answer | None:
    """Answer a network input, (28, 28) or (28, 28, PLANES) uint8; None if it is blank."""
    return recognizer.recognize(np.divide(image, 255, dtype=np.float32)) if image.any() else None


class RapidOcr:
    """PP-OCRv6's recognition as rapidocr packs it, its alphabet cut to the ten digits.

    The whole picture is taken for one line of text, without detection.
    """

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = Path(str(importlib.resources.files("rapidocr"))) / "models" / OCR_MODEL
        self._session = onnxruntime.InferenceSession(str(model), options)
        alphabet = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        # The outputs are "blank", then the alphabet.
        self._columns = [0, *(1 + alphabet.index(str(digit)) for digit in DIGITS)]
        self._alphabet = alphabet
        self._input = self._session.get_inputs()[0].name

    @property
    def version(self) -> str:
        return f"rapidocr {importlib.metadata.version('rapidocr')} ({OCR_MODEL})"

    def read(self, pictures: Sequence[bytes], margin: float) -> Readings:
        started = _processor_seconds()
        of_digits = np.array([self._digits(each, margin) for each in pictures], np.float32)
        ms = _milliseconds_each(started, len(pictures))
        said = np.where(of_digits.any(axis=1), of_digits.argmax(axis=1), NOT_A_DIGIT)
        return Readings(said, of_digits.max(axis=1), np.zeros(len(pictures), np.float32), ms)

    def line(self, data: bytes, *, whole_alphabet: bool = False) -> str:
        """Return the text of a picture file with one line, of the likeliest output at each step.

        whole_alphabet: otherwise only "blank" and the digits count.
        """
        color = decoded(data)
        if color is None:
            return ""
        outputs = self._session.run(None, {self._input: text_line(color)})[0][0]
        names = ["", *self._alphabet, " "]
        if not whole_alphabet:
            outputs, names = outputs[:, self._columns], ["", *map(str, DIGITS)]
        best = outputs.argmax(axis=1)
        fresh = best[np.diff(best, prepend=0) != 0]
        return "".join(names[each] for each in fresh if each)

    def _digits(self, data: bytes, margin: float) -> NDArray[np.float64]:
        """Return the probabilities (10,) of the digits; zeros if the file cannot be read."""
        color = decoded(data)
        if color is None:
            return np.zeros(len(DIGITS))
        outputs = self._session.run(None, {self._input: text_line(on_square(color, margin))})[0]
        return single_digit(outputs[0][:, self._columns])


def text_line(color: Color) -> NDArray[np.float32]:
    """Return a picture, (h, w, 3) uint8, as PP-OCR's input (1, 3, 48, width) float32 in [-1, 1]."""
    height, width = color.shape[:2]
    wide = max(1, round(width * LINE_HEIGHT / height))
    small = cv2.resize(color, (wide, LINE_HEIGHT))
    line = np.zeros((1, 3, LINE_HEIGHT, max(wide, LINE_WIDTH)), np.float32)
    line[0, :, :, :wide] = small.transpose(2, 0, 1) / 127.5 - 1
    return line


def single_digit(outputs: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the probabilities (10,) that the text is one digit, given that it is one of the ten.

    outputs: (t, 11) probabilities of "blank" and the digits at each step, of a larger alphabet. It
    is the forward recursion of CTC (Graves et al. 2006, equation 6) for texts of one character.
    """
    logs = np.log(np.maximum(outputs.astype(np.float64), np.finfo(np.float64).tiny))
    blanks, digits = logs[:, :1], logs[:, 1:]
    before, inside = blanks[0].repeat(len(DIGITS)), digits[0]
    after = np.full(len(DIGITS), -np.inf)
    for blank, digit in zip(blanks[1:], digits[1:], strict=True):
        after = np.logaddexp(inside, after) + blank
        inside = np.logaddexp(before, inside) + digit
        before = before + blank
    whole = np.logaddexp(inside, after)
    return np.exp(whole - np.logaddexp.reduce(whole))


class Tesseract:
    """Tesseract as the system has it, for a single character out of the ten digits.

    One process reads all pictures, so its start hardly counts in the time of an answer.
    """

    @property
    def version(self) -> str:
        said = subprocess.run(
            ["tesseract", "--version"], capture_output=True, text=True, check=True
        )
        return said.stdout.splitlines()[0]

    def read(self, pictures: Sequence[bytes], margin: float) -> Readings:
        started = _processor_seconds()
        with tempfile.TemporaryDirectory() as folder:
            names = [str(Path(folder, f"{i}.png")) for i in range(len(pictures))]
            for name, data in zip(names, pictures, strict=True):
                cv2.imwrite(name, _for_tesseract(data, margin))
            Path(folder, "names.txt").write_text("\n".join(names) + "\n")
            table = _run_tesseract(Path(folder, "names.txt"))
        found = digits_in(table)
        pairs = [found.get(page, (NOT_A_DIGIT, 0.0)) for page in range(1, len(pictures) + 1)]
        return Readings(
            said=np.array([digit for digit, _ in pairs], np.intp),
            confidence=np.array([confidence for _, confidence in pairs], np.float32),
            not_a_digit=np.zeros(len(pictures), np.float32),
            ms=_milliseconds_each(started, len(pictures)),
        )


def digits_in(table: str) -> Mapping[int, tuple[int, float]]:
    """Return the digit and its confidence, 0 to 1, by page, of a table (TSV) that tesseract wrote.

    Pages without a digit are left out. Of several words the most confident one counts, and of a
    word its first digit.
    """
    best: dict[int, tuple[int, float]] = {}
    header, *lines = (line.split("\t") for line in table.splitlines())
    for line in lines:
        row = dict(zip(header, line, strict=False))
        text, page = row.get("text", "").strip(), int(row["page_num"])
        confidence = max(float(row["conf"]), 0) / 100
        if text[:1].isdigit() and (page not in best or confidence > best[page][1]):
            best[page] = int(text[0]), confidence
    return best


def _run_tesseract(names: Path) -> str:
    one_thread = os.environ | {"OMP_THREAD_LIMIT": "1"}
    command = ["tesseract", str(names), "-", *TESSERACT]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=one_thread
    ).stdout


def _for_tesseract(data: bytes, margin: float) -> Color:
    color = decoded(data)
    if color is None:
        return np.full((TESSERACT_HEIGHT, TESSERACT_HEIGHT, 3), 255, np.uint8)
    scale = TESSERACT_HEIGHT / color.shape[0]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(color.shape[1] * scale)), TESSERACT_HEIGHT)
    return on_square(cv2.resize(color, size, interpolation=how), max(margin, TESSERACT_MARGIN))


def decoded(data: bytes) -> Color | None:
    """Decode a picture file, upright and on white paper: (h, w, 3) uint8, blue first.

    None if it cannot be read.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return None
    paper = Image.new("RGBA", upright.size, "white")
    rgb = np.asarray(Image.alpha_composite(paper, upright).convert("RGB"))
    return np.ascontiguousarray(rgb[:, :, ::-1])


def on_square(color: Color, margin: float) -> Color:
    """Put a picture on a square of the color of its edge, with a margin in parts of its side."""
    height, width = color.shape[:2]
    side = max(height, width)
    around = round(margin * side)
    top, left = (side - height) // 2 + around, (side - width) // 2 + around
    bottom, right = side - height + 2 * around - top, side - width + 2 * around - left
    edge = np.concatenate([color[0], color[-1], color[:, 0], color[:, -1]])
    paper = np.median(edge, axis=0).tolist()
    return cv2.copyMakeBorder(
        color, top, bottom, left, right, cv2.BORDER_CONSTANT, value=paper
    ).astype(np.uint8)


def _answer(recognizer: Recognizer, given: Any) -> Answer | None:
    if isinstance(given, bytes):
        return answer_picture(recognizer, given)
    if isinstance(given, np.ndarray):
        return answer_image(recognizer, given)
    return answer_strokes(recognizer, given)


def _processor_seconds() -> float:
    """Return the processor time of this process and its ended children, in seconds."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _milliseconds_each(started: float, count: int) -> float:
    return (_processor_seconds() - started) * 1000 / max(count, 1)
