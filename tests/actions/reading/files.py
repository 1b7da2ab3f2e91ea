"""Pictures and archives for batches."""

import io
import stat
import zlib
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import cv2
import numpy as np
import pytest


def picture(*, blank: bool = False) -> bytes:
    """A PNG of a thick one, dark on white; or a white PNG."""
    paper = np.full((64, 64), 255, np.uint8)
    if not blank:
        cv2.line(paper, (32, 10), (32, 54), (0,), 5)
    return cv2.imencode(".png", paper)[1].tobytes()


def archive(members: Mapping[str, bytes]) -> io.BytesIO:
    """A ZIP archive with these files."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    file.seek(0)
    return file


def archive_with_link() -> io.BytesIO:
    """A ZIP archive with a symbolic link."""
    file = io.BytesIO()
    with ZipFile(file, "w") as made:
        link = ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    file.seek(0)
    return file


def with_bytes(file: io.BytesIO, signature: bytes, at: int, new: bytes) -> io.BytesIO:
    """Change bytes behind a signature's last occurrence."""
    data = bytearray(file.getvalue())
    start = data.rindex(signature) + at
    data[start : start + len(new)] = new
    return io.BytesIO(bytes(data))


def count_unpacked_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which zlib adds how many bytes it has unpacked, call by call."""
    unpacked: list[int] = []
    decompressobj = zlib.decompressobj

    class Counting:
        def __init__(self, *arguments: Any) -> None:
            self.inner = decompressobj(*arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            result = self.inner.decompress(data, most)
            unpacked.append(len(result))
            return result

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    return unpacked
