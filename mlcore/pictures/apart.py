"""Decode TIFF and HEIC in a process of its own, with limits.

Their libraries, libtiff, libheif and libde265, have had more holes than those of other formats, and
a HEIC needs much memory. A child process can neither crash nor fill the process that asked.

The program of that process: mlcore/pictures/decoder.py.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pictures.grayscale import Gray

SECONDS = 10


def decoded_apart(data: bytes, side: int) -> tuple[Gray, tuple[int, int]]:
    """Return the gray, (h, w) uint8, at most `side` pixels a side, and the size as it was sent.

    Raises InvalidInk.
    """
    command = [sys.executable, "-m", "mlcore.pictures.decoder", str(side)]
    root = Path(__file__).resolve().parents[2]
    try:
        child = subprocess.run(command, input=data, capture_output=True, cwd=root, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise InvalidInk(codes.DAMAGED_PICTURE()) from error
    head, _, pixels = child.stdout.partition(b"\n")
    if not head:  # it crashed, or needed too much memory
        raise InvalidInk(codes.DAMAGED_PICTURE())
    answer = json.loads(head)
    if "message" in answer:
        raise InvalidInk(answer["message"], kind=answer["kind"])
    width, height = answer["size"]
    return np.frombuffer(pixels, np.uint8).reshape(answer["shape"]), (width, height)
