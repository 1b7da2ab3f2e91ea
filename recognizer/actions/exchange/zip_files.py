"""ZIP files from outside: nothing is written to disk, and nothing is unpacked beyond a limit."""

from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from mlcore.errors import InvalidInk
from recognizer import codes
from recognizer.actions import zip_members
from recognizer.actions.exchange.entries import Limits, naming

NAME_SHOWN = 80  # characters
DIRECTORY_ENTRY = b"PK\1\2"  # each begins with this
PIECE = 1024**2
MEMBERS_PER_DRAWING = 2  # macOS adds a hidden file to each
OTHER_MEMBERS = 100  # folders, arrays


def opened(file: IO[bytes], limits: Limits | None) -> ZipFile:
    """Open a ZIP file after checking names, methods, number and unpacked size of its members.

    Raises InvalidInk.
    """
    if limits and entries_in(file) > OTHER_MEMBERS + MEMBERS_PER_DRAWING * limits.drawings:
        raise InvalidInk(codes.TOO_MANY_DRAWINGS(most=limits.drawings), kind="too_large")
    try:
        zip_file = zip_members.opened(file)
    except BadZipFile as error:
        raise InvalidInk(codes.ZIP_DAMAGED()) from error
    if not all(zip_file.namelist()):
        raise InvalidInk(codes.ZIP_DAMAGED())
    for info in zip_file.infolist():
        with naming(shown(info)):
            check(info)
    size = sum(info.file_size for info in zip_file.infolist())
    if limits and size > limits.unpacked:
        message = codes.UNPACKED_TOO_LARGE(size=size, most=limits.unpacked)
        raise InvalidInk(message, kind="too_large")
    return zip_file


def entries_in(file: IO[bytes]) -> int:
    """Count what may be entries of the directory, before ZipFile makes an object of each."""
    count, end = 0, b""
    while piece := file.read(PIECE):
        count += (end + piece).count(DIRECTORY_ENTRY)
        end = piece[1 - len(DIRECTORY_ENTRY) :]
    file.seek(0)
    return count


def check(info: ZipInfo) -> None:
    if reason := zip_members.objection_to_path(info.filename):
        raise InvalidInk(reason)
    if reason := zip_members.objection_to_kind(info):
        raise InvalidInk(reason, kind="unsupported_type")


def content(zip_file: ZipFile, info: ZipInfo) -> bytes:
    """Return a member's bytes, never more than its entry states. Raises InvalidInk."""
    try:
        return zip_members.content_of(zip_file, info)
    except BadZipFile as error:
        raise InvalidInk(codes.DAMAGED_MEMBER()) from error


def only_member(zip_file: ZipFile, ending: str) -> bytes:
    """Return the bytes of the one file whose name ends so. Raises InvalidInk."""
    found = [info for info in zip_file.infolist() if info.filename.endswith(ending)]
    if len(found) != 1:
        raise InvalidInk(codes.FILE_MISSING(name=ending))
    return content(zip_file, found[0])


def shown(info: ZipInfo) -> str:
    return info.filename[:NAME_SHOWN]
