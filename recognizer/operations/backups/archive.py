"""The file of a backup: a ZIP archive with the database and a manifest that describes it."""

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from recognizer.operations.backups.failures import DAMAGED, UNSUITABLE, BackupFailed

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 2**20  # bytes
LEVEL = 1  # of compression: most of a database are networks, which hardly become smaller
NO_BACKUP = "The file is no backup of this program."
FIRST_BYTES = b"PK\x03\x04"
UNREADABLE = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Part:
    """A file of the archive: its length and its SHA-256 in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    program: the version of the program that made it. made_at: ISO 8601. database: its kind, as
    Django names it. migrations: all that were applied, as "app.name". parts: by file name.
    """

    program: str
    made_at: str
    database: str
    newest_migration: str
    migrations: list[str]
    parts: dict[str, Part]
    format: int = FORMAT


def new(output: IO[bytes]) -> ZipFile:
    return ZipFile(output, "w", ZIP_DEFLATED, compresslevel=LEVEL)


def add(archive: ZipFile, name: str, content: IO[bytes]) -> Part:
    """Write a part as it is read."""
    with archive.open(name, "w", force_zip64=True) as member:
        return copied(content, member)


def copied(content: IO[bytes], output: IO[bytes]) -> Part:
    """Copy all content, and return what was copied."""
    digest, size = sha256(), 0
    while chunk := content.read(CHUNK):
        output.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return Part(size, digest.hexdigest())


def describe(archive: ZipFile, manifest: Manifest) -> None:
    """Write the manifest. It is the last file of an archive."""
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))


@contextmanager
def opened(file: IO[bytes]) -> Iterator[tuple[ZipFile, Manifest]]:
    """Open an archive and read its manifest. Raises BackupFailed if it is none, or damaged."""
    first = file.read(len(FIRST_BYTES))
    file.seek(0)
    try:
        archive = ZipFile(file)
    except UNREADABLE as error:
        if first == FIRST_BYTES:
            words = "The archive has no end: it was cut off, or is still being written."
            raise BackupFailed(words, DAMAGED) from error
        raise BackupFailed(NO_BACKUP, DAMAGED) from error
    with archive:
        yield archive, manifest_of(archive)


@contextmanager
def damage_explained() -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise BackupFailed(f"The archive is damaged: {error}", DAMAGED) from error


def manifest_of(archive: ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise BackupFailed(NO_BACKUP, DAMAGED)
    with damage_explained():
        text = archive.read(MANIFEST)
    try:
        fields = json.loads(text)
        if fields["format"] <= FORMAT:
            fields["parts"] = {name: Part(**part) for name, part in fields["parts"].items()}
            return Manifest(**fields)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BackupFailed(NO_BACKUP, DAMAGED) from error
    words = "The backup was made by a newer program. Install that one or a newer one to restore it."
    raise BackupFailed(words, UNSUITABLE)


def unpack(archive: ZipFile, manifest: Manifest, name: str, *, to: Path) -> None:
    """Write a part to a file. Raises BackupFailed if it is not what the manifest says."""
    expected = manifest.parts.get(name)
    if expected is None or name not in archive.namelist():
        raise BackupFailed(f"The archive is damaged: it has no {name}.", DAMAGED)
    with damage_explained(), archive.open(name) as member, to.open("wb") as output:
        found = copied(member, output)
    if found != expected:
        words = f"The archive is damaged: {name} does not have the checksum of its manifest."
        raise BackupFailed(words, DAMAGED)
