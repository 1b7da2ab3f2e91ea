"""The process that decodes TIFF and HEIC.

    python -m mlcore.pictures.decoder MOST SIDE < FILE

MOST: pixels that the picture may have. SIDE: pixels a side of what is written.

It writes a line of JSON, then the gray pixels row by row. `mlcore.pictures.apart` reads them.
"""

import json
import os
import resource
import sys

import pi_heif  # type: ignore[import-untyped]

from mlcore.errors import InvalidInk
from mlcore.pictures.decoding import PictureLimits, decoded_here

MEMORY = 2**30  # bytes of data, with all that Python and its libraries take
FOR_PIXELS = 600_000_000  # bytes of it
FORMATS = ("TIFF", "HEIF")  # Pillow's names


def limit_itself() -> None:
    os.nice(5)  # other people's requests go first
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def main() -> None:
    most, side = map(int, sys.argv[1:])
    limits = PictureLimits(pixels=most, memory=FOR_PIXELS)
    limit_itself()
    pi_heif.register_heif_opener(thumbnails=False)
    try:
        picture = decoded_here(sys.stdin.buffer.read(), limits, side, FORMATS)
    except InvalidInk as refusal:
        sys.stdout.write(json.dumps({"message": refusal.message, "kind": refusal.kind}) + "\n")
        return
    answer = {"size": picture.size, "shape": picture.gray.shape}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + picture.gray.tobytes())


if __name__ == "__main__":
    main()
