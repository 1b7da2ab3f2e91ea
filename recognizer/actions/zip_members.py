"""Members of ZIP files from outside: what is wrong with them, and their bytes."""

import stat
import struct
import zlib
from pathlib import PureWindowsPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mlcore.messages import Message
from recognizer import codes

ENCRYPTED = 0x1  # a bit of the flags
UNREADABLE = (
    *(BadZipFile, zlib.error, struct.error),
    *(NotImplementedError, RuntimeError, ValueError, EOFError, OSError),
)


def opened(file: IO[bytes]) -> ZipFile:
    """Open a ZIP file. Raises BadZipFile, whatever is wrong."""
    try:
        return ZipFile(file)
    except UNREADABLE as error:
        raise BadZipFile from error


def objection_to_path(name: str) -> Message | None:
    """Return what is wrong with a file's name, which may lead out of its folder."""
    path = PureWindowsPath(name)  # it splits at / and \, and knows drives
    return codes.UNSAFE_PATH() if path.anchor or ".." in path.parts else None


def objection_to_kind(member: ZipInfo) -> Message | None:
    """Return why a member is of a kind that is not read, as the directory says."""
    if stat.S_ISLNK(member.external_attr >> 16):
        return codes.SYMBOLIC_LINK()
    if member.flag_bits & ENCRYPTED:
        return codes.ENCRYPTED_FILE()
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return codes.COMPRESSED_OTHERWISE()
    return None


def content_of(archive: ZipFile, member: ZipInfo) -> bytes:
    """Unpack a member, never more than the directory states. Raises BadZipFile if that is wrong."""
    try:
        with archive.open(member) as file:
            data = file.read(member.file_size)  # without a size, zlib would unpack all of it
            is_whole = len(data) == member.file_size and not file.read(1)
    except UNREADABLE as error:
        raise BadZipFile from error
    if not is_whole:
        raise BadZipFile
    return data
