"""Decode TIFF and HEIC in a process of its own, with limits.

Their libraries, libtiff, libheif and libde265, have had more holes than those of other formats, and
a HEIC needs much memory. A child process can neither crash nor fill the process that asked.

The program of that process: mlcore/pictures/decoder.py.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pictures.grayscale import Gray

SECONDS = 10
# One at a time, and in a queue of its own: the other formats do not wait for them.
_queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decoder-apart")


def decoded_apart(data: bytes, *, most: int, side: int) -> tuple[Gray, tuple[int, int]]:
    """Return the gray, (h, w) uint8, at most `side` pixels a side, and the size as it was sent.

    most: pixels. Raises InvalidInk.
    """
    return _queue.submit(_decoded, data, most, side).result()


def _decoded(data: bytes, most: int, side: int) -> tuple[Gray, tuple[int, int]]:
    command = [sys.executable, "-m", "mlcore.pictures.decoder", str(most), str(side)]
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
