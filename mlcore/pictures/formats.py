"""Tell the format of a file from its first bytes. Its name and its label are not looked at."""

import re
from enum import StrEnum

PDF = b"%PDF-"


class Way(StrEnum):
    """How a format is read."""

    HERE = "here"  # by Pillow, in this process
    APART = "apart"  # in a process of its own: its decoder has a worse record
    NOT = "not"


# By name: how it is read, and how its files begin.
FORMATS = {
    "PNG": (Way.HERE, rb"\x89PNG"),
    "JPEG": (Way.HERE, rb"\xff\xd8\xff"),
    "GIF": (Way.HERE, rb"GIF8[79]a"),
    "BMP": (Way.HERE, rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0"),
    "WebP": (Way.HERE, rb"RIFF.{4}WEBP"),
    "TIFF": (Way.APART, rb"II[*+]\0|MM\0[*+]"),
    "JPEG XL": (Way.NOT, rb"\xff\x0a|\0\0\0\x0cJXL "),
    "JPEG 2000": (Way.NOT, rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  "),
    "Photoshop": (Way.NOT, rb"8BPS"),
    "icon": (Way.NOT, rb"\0\0[\1\2]\0[^\0]\0"),
    "SVG": (
        Way.NOT,
        rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!DOCTYPE svg|svg\b)",
    ),
    "Matroska or WebM video": (Way.NOT, rb"\x1a\x45\xdf\xa3"),
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
HEIC_BRANDS |= {b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
LONGEST_BEGINNING = 512


def format_of(data: bytes) -> tuple[str, Way]:
    """Return the name of a format and how it is read; an empty name if it is unknown."""
    if data[4:8] == b"ftyp":
        return _format_of_brands(data)
    beginning = data[:LONGEST_BEGINNING]
    for name, (way, pattern) in FORMATS.items():
        if re.match(pattern, beginning, re.DOTALL):
            return name, way
    return "", Way.NOT


def is_pdf(data: bytes) -> bool:
    return data.startswith(PDF)


def _format_of_brands(data: bytes) -> tuple[str, Way]:
    """Return the format of an ISO media file. AVIF files often have HEIF's brands as well."""
    size = min(int.from_bytes(data[:4]), LONGEST_BEGINNING)
    brands = {data[start : start + 4] for start in (8, *range(16, size, 4))}
    if brands & AVIF_BRANDS:
        return "AVIF", Way.HERE
    if brands & HEIC_BRANDS:
        return "HEIC", Way.APART
    return "MP4 or MOV video", Way.NOT
