"""Drawings as NumPy arrays in one NPZ file."""

import io
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import DIGITS
from recognizer.actions.exchange.records import PEOPLE, columns_of, in_batches, row
from recognizer.actions.exchange.streamed_zip import Member, after_header, zipped
from recognizer.models.drawings import DrawingQuerySet

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
        for drawing in in_batches(drawings.defer("picture", "strokes"), people=people):
            inputs.write(drawing.planes.tobytes())
            known = row(drawing, people=people)
            for name in columns:
                columns[name].append(known[name])
            if drawing.answer is None:
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
