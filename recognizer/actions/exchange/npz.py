"""Drawings as NumPy arrays in one NPZ file."""

import io
import math
import tokenize
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mlcore.errors import InvalidInk
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import DIGITS
from recognizer import codes
from recognizer.actions.drawings.recognition import read_image
from recognizer.actions.exchange.entries import Entry, entry_of, naming
from recognizer.actions.exchange.records import PEOPLE, columns_of, numbers_in, rows_of
from recognizer.actions.exchange.streamed_zip import Member, after_header, zipped
from recognizer.actions.exchange.zip_files import only_member
from recognizer.models.drawings import DrawingQuerySet, planes_of

# What NumPy raises for a wrong header, which it reads as Python source, or for objects.
UNREADABLE = (
    *(ValueError, TypeError, KeyError, MemoryError),
    *(SyntaxError, RecursionError, tokenize.TokenError),
)
INPUTS, LABELS, TIMES = "inputs", "labels", "created_at"
NAMES = {  # of the arrays, by column
    "id": "ids",
    "created_at": TIMES,
    "source": "sources",
    "answer": "answers",
    "confidence": "confidences",
    "version": "versions",
    "label": LABELS,
    "label_state": "label_states",
    "probabilities": "probabilities",
    **{column: f"{column}s" for column in PEOPLE},
}
TYPES: dict[str, DTypeLike] = {
    "id": np.int64,
    "version": np.int64,
    "confidence": np.float64,
    "probabilities": np.float64,
}  # the other columns are text
NO_ANSWER: dict[str, Any] = {
    "version": 0,
    "confidence": np.nan,
    "probabilities": [np.nan] * len(DIGITS),
}


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the bytes of an NPZ file of n drawings, oldest first.

    inputs: uint8 (n, 28, 28, PLANES). The arrays of NAMES have n rows. The number of drawings is
    known only at the end, so the inputs wait in a temporary file; the columns are in memory.
    """
    columns: dict[str, list[Any]] = {name: [] for name in columns_of(people=people)}
    with TemporaryFile() as inputs:
        ink = {"ink": "network_input", "directions": "directions"}
        for row in rows_of(drawings, ink, people=people):
            inputs.write(planes_of(row["ink"], row["directions"]).tobytes())
            row["probabilities"] = numbers_in(row["probabilities"])
            for name in columns:
                columns[name].append(row[name])
            if row["answer"] is None:
                for name, value in NO_ANSWER.items():
                    columns[name][-1] = value
        yield from zipped(members(inputs, columns))


def members(inputs: IO[bytes], columns: dict[str, list[Any]]) -> Iterator[Member]:
    shape = (len(columns["id"]), IMAGE_SIDE, IMAGE_SIDE, PLANES)
    header: dict[str, Any] = {"descr": "|u1", "fortran_order": False, "shape": shape}
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, header)
    yield f"{INPUTS}.npy", after_header(head.getvalue(), inputs)
    for name, values in columns.items():
        yield f"{NAMES[name]}.npy", [as_npy(as_array(name, values))]


def as_array(column: str, values: list[Any]) -> NDArray[Any]:
    if column in TYPES:
        return np.array(values, TYPES[column])
    return np.array([value or "" for value in values], np.str_)


def as_npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=False)
    return file.getvalue()


def read(zip_file: ZipFile) -> Iterator[Entry]:
    """Yield the drawings of `inputs`, with `labels` and `created_at` if the file has them.

    inputs: uint8 (n, 28, 28), white on black in MNIST's geometry, or (n, 28, 28, PLANES), of which
    the ink is read. labels: text or whole numbers, (n,). created_at: text, (n,). Raises InvalidInk.
    """
    inputs = npy(zip_file, INPUTS)
    sides = (IMAGE_SIDE, IMAGE_SIDE)
    if inputs.dtype != np.uint8 or inputs.shape[1:] not in (sides, (*sides, PLANES)):
        raise InvalidInk(codes.ARRAY_WRONG(name=INPUTS, expected="uint8 (n, 28, 28)"))
    images = inputs if inputs.ndim == 3 else inputs[..., 0]
    labels = per_drawing(zip_file, LABELS, len(images), kinds="Uiu")
    times = per_drawing(zip_file, TIMES, len(images), kinds="U")
    for number, values in enumerate(zip(images, labels, times, strict=True), start=1):
        image, label, time = values
        with naming(codes.DRAWING_OF_FILE(number=number)):
            entry = entry_of(read_image(image), label, time)
        yield entry


def per_drawing(zip_file: ZipFile, name: str, count: int, *, kinds: str) -> list[Any]:
    """Return the values of an array (n,) of one of these kinds; n times None without the array."""
    if f"{name}.npy" not in zip_file.namelist():
        return [None] * count
    array = npy(zip_file, name)
    if array.dtype.kind not in kinds or array.shape != (count,):
        kind = "text" if kinds == "U" else "text or int"
        raise InvalidInk(codes.ARRAY_WRONG(name=name, expected=f"{kind} ({count},)"))
    try:
        values: list[Any] = array.tolist()
    except (ValueError, SystemError) as error:  # no character has this number
        raise InvalidInk(codes.ARRAY_UNREADABLE(name=name)) from error
    return values


def npy(zip_file: ZipFile, name: str) -> NDArray[Any]:
    """Read an array, without pickle. Raises InvalidInk."""
    file = io.BytesIO(only_member(zip_file, f"{name}.npy"))
    try:
        check_size(file)
        return np.lib.format.read_array(file, allow_pickle=False)
    except UNREADABLE as error:
        raise InvalidInk(codes.ARRAY_UNREADABLE(name=name)) from error


def check_size(file: io.BytesIO) -> None:
    """Raise ValueError if the header does not fit the data: NumPy would believe it and allocate."""
    major, _ = np.lib.format.read_magic(file)
    read_header = {
        1: np.lib.format.read_array_header_1_0,
        2: np.lib.format.read_array_header_2_0,
    }[major]
    shape, _, dtype = read_header(file)
    if math.prod(shape) * dtype.itemsize != len(file.getbuffer()) - file.tell():
        raise ValueError
    file.seek(0)
