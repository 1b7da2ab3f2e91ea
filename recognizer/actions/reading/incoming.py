"""The files of a new batch, one at a time: uploaded files, or the members of a ZIP archive."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mlcore.codes import FILE_TOO_LARGE
from mlcore.messages import Message
from mlcore.pictures.decoding import LIMITS
from recognizer import codes
from recognizer.actions import zip_members
from recognizer.actions.reading.uploads import require_file_count, require_size
from recognizer.errors import Refused, TooLarge

MAX_RATIO = 500  # of a member's size to its compressed size; a scan with one digit has less
RATIO_MATTERS = 64 * 1024  # bytes; smaller members do no harm
ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
HIDDEN = {"__macosx", "thumbs.db", "desktop.ini"}

# The end record of a ZIP archive: signature, disks, counts, and the size of the directory.
END_SIGNATURE = b"PK\x05\x06"
END_BYTES = 22 + 0xFFFF  # the record with the longest comment
ZIP64_LOCATOR = b"PK\x06\x07"
LOCATOR_BYTES = 20
DIRECTORY_BYTES = 512  # of the directory, by file


@dataclass(frozen=True)
class Incoming:
    """A file of a batch. content: None if `reason` says why it is not read."""

    name: str
    content: bytes | None = None
    reason: Message | None = None

    @property
    def is_hidden(self) -> bool:
        return self.reason is not None and self.reason["code"] == codes.HIDDEN_FILE.code


def from_files(files: Iterable["UploadedFile[Any]"]) -> Iterator[Incoming]:
    """Yield uploaded files."""
    for file in files:
        name, size = file.name or "", file.size or 0
        if reason := objection_to_name(name) or objection_to_size(size):
            yield Incoming(name, reason=reason)
        else:
            yield checked(name, file.read())


def from_archive(file: IO[bytes]) -> Iterator[Incoming]:
    """Yield the members of a ZIP archive; nothing is unpacked to disk, and folders are left out.

    Raises TooLarge for too many files, or if they are too large together, and Refused if it is no
    readable archive.
    """
    require_small_directory(file)
    try:
        archive = zip_members.opened(file)
    except BadZipFile as error:
        raise Refused(_("This is not a ZIP archive, or it is damaged.")) from error
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        require_file_count(len(members))
        objections = [objection(member) for member in members]
        sizes = (m.file_size for m, reason in zip(members, objections, strict=True) if not reason)
        require_size(sum(sizes))
        for member, reason in zip(members, objections, strict=True):
            if reason:
                yield Incoming(member.filename, reason=reason)
            else:
                yield read_member(archive, member)


def require_small_directory(file: IO[bytes]) -> None:
    """Raise TooLarge if the archive lists far more than BATCH_MAX_FILES files.

    ZipFile reads the whole directory at once: a large one would fill the memory.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - END_BYTES - LOCATOR_BYTES))
    tail = file.read()
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) < at + 22:
        raise Refused(_("This is not a ZIP archive, or it is damaged."))
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    is_zip64 = ZIP64_LOCATOR in tail[max(0, at - LOCATOR_BYTES) : at]
    if is_zip64 or directory > DIRECTORY_BYTES * settings.BATCH_MAX_FILES + END_BYTES:
        raise TooLarge(_("The archive is too large, or lists too many files."))


def objection(member: ZipInfo) -> Message | None:
    """Return why a member is not read, from what the directory says of it."""
    if reason := objection_to_name(member.filename):
        return reason
    if reason := zip_members.objection_to_kind(member):
        return reason
    if member.file_size > max(RATIO_MATTERS, MAX_RATIO * member.compress_size):
        return codes.OVER_COMPRESSED(most=MAX_RATIO)
    return objection_to_size(member.file_size)


def objection_to_name(name: str) -> Message | None:
    if reason := zip_members.objection_to_path(name):
        return reason
    if any(part.startswith(".") or part.lower() in HIDDEN for part in PureWindowsPath(name).parts):
        return codes.HIDDEN_FILE()
    return None


def objection_to_size(size: int) -> Message | None:
    return FILE_TOO_LARGE(size=size, most=LIMITS.bytes) if size > LIMITS.bytes else None


def read_member(archive: ZipFile, member: ZipInfo) -> Incoming:
    try:
        return checked(member.filename, zip_members.content_of(archive, member))
    except BadZipFile:
        return Incoming(member.filename, reason=codes.DAMAGED_MEMBER())


def checked(name: str, content: bytes) -> Incoming:
    if content.startswith(ARCHIVE_STARTS):
        return Incoming(name, reason=codes.NESTED_ARCHIVE())
    return Incoming(name, content=content)
