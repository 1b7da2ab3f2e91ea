"""The memory that large pictures need in a process of their own, many at once."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mlcore.errors import InvalidInk
from mlcore.pictures.decoding import read_picture

LINUX = Path("/proc/self/status").exists()


MEASURE = """
import re, sys
from pathlib import Path
from threading import Thread
from mlcore.pictures.decoding import read_picture

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

small, large = (Path(name).read_bytes() for name in sys.argv[1:])
read_picture(small)
before = peak()
threads = [Thread(target=read_picture, args=[large]) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(peak() - before)
"""


def encoded(kind: str, mode: str, size: tuple[int, int], **options: Any) -> bytes:
    if mode == "I;16":
        image = Image.fromarray(np.full(size[::-1], 200, np.uint16))
    else:
        image = Image.new(mode, size, "white")
        image.paste("black", (size[0] // 3, size[1] // 8, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(not LINUX, reason="needs Linux's /proc")
@pytest.mark.parametrize(
    ("kind", "mode", "size", "options"),
    [
        ("PNG", "RGBA", (5000, 4000), {}),
        ("PNG", "I;16", (5000, 4000), {}),
        ("JPEG", "RGB", (5000, 4000), {}),
        ("JPEG", "RGB", (5000, 4000), {"progressive": True}),
        ("JPEG", "RGB", (6400, 4600), {"progressive": True}),
        ("JPEG", "RGB", (4400, 3200), {"progressive": True, "subsampling": 0}),
        ("GIF", "L", (3700, 3000), {}),
        ("WEBP", "RGB", (2000, 1800), {"quality": 50}),
        ("WEBP", "RGBA", (2000, 1800), {"lossless": True}),
        ("AVIF", "RGB", (2200, 1850), {}),
    ],
)
def test_eight_large_pictures_at_once_need_less_than_100_mb(
    tmp_path: Path, kind: str, mode: str, size: tuple[int, int], options: dict[str, Any]
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(encoded("PNG", "RGBA", (1000, 1000)))
    large.write_bytes(encoded(kind, mode, size, **options))
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert int(done.stdout) < 100_000_000


@pytest.mark.parametrize(
    ("kind", "size", "options"),
    [
        ("WEBP", (2000, 1900), {}),
        ("AVIF", (2200, 1900), {}),
        ("JPEG", (5000, 3200), {"progressive": True, "subsampling": 0}),
        ("GIF", (3800, 3000), {}),
    ],
)
def test_a_format_whose_decoder_needs_much_memory_has_a_lower_limit(
    kind: str, size: tuple[int, int], options: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInk, match="pixels; at most") as refusal:
        read_picture(encoded(kind, "RGB", size, **options))
    assert refusal.value.kind == "too_large"
