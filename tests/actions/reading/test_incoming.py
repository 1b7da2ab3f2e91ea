"""The files of a batch: what is read, what is refused by name, and what refuses the whole batch."""

import io
import struct
from zipfile import ZIP_LZMA, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mlcore.pictures.decoding import LIMITS
from recognizer.actions.reading.incoming import from_archive, from_files
from recognizer.errors import Refused, TooLarge
from tests.actions.reading.files import (
    archive,
    archive_with_link,
    count_unpacked_bytes,
    picture,
    with_bytes,
)

DIRECTORY = b"PK\x01\x02"
END = b"PK\x05\x06"


def reasons(file: io.BytesIO) -> list[tuple[str, str]]:
    """Return the members' names with the codes of why they are not read."""
    return [(each.name, (each.reason or {}).get("code", "")) for each in from_archive(file)]


def test_pictures_of_an_archive_are_read_with_their_paths():
    one = picture()
    found = list(from_archive(archive({"a/1.png": one, "b.png": one})))
    assert [(each.name, each.content) for each in found] == [("a/1.png", one), ("b.png", one)]


def test_folders_are_left_out():
    assert reasons(archive({"a/": b"", "a/1.png": b"x"})) == [("a/1.png", "")]


@pytest.mark.parametrize(
    "name", ["/etc/1.png", "../1.png", "a/../../1.png", "C:\\1.png", "a\\..\\1.png"]
)
def test_unsafe_paths_are_refused_by_name(name):
    assert reasons(archive({name: b"x", "good.png": b"x"})) == [
        (name, "unsafe_path"),
        ("good.png", ""),
    ]


@pytest.mark.parametrize(
    "name", ["__MACOSX/._1.png", ".DS_Store", "a/.DS_Store", ".git/1.png", "Thumbs.db"]
)
def test_hidden_files_are_skipped_by_name(name):
    (found,) = from_archive(archive({name: b"x"}))
    assert (found.name, found.content, found.is_hidden) == (name, None, True)


def test_a_link_is_refused():
    assert reasons(archive_with_link()) == [("link.png", "symbolic_link")]


def test_a_file_that_hides_its_size_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory states 100 bytes; zlib would unpack 50 MB."""
    bomb = archive({"1.png": bytes(50_000_000)})
    hidden = with_bytes(bomb, DIRECTORY, 24, struct.pack("<I", 100))
    unpacked = count_unpacked_bytes(monkeypatch)

    assert reasons(hidden) == [("1.png", "damaged_member")]
    assert 0 < sum(unpacked) < 100_000


def test_an_encrypted_file_is_refused():
    encrypted = with_bytes(archive({"1.png": b"x"}), DIRECTORY, 8, b"\x01")
    assert reasons(encrypted) == [("1.png", "encrypted_file")]


def test_an_archive_in_the_archive_is_not_opened():
    inner = archive({"1.png": picture()}).getvalue()
    assert reasons(archive({"more.zip": inner, "also.png": inner})) == [
        ("more.zip", "nested_archive"),
        ("also.png", "nested_archive"),
    ]


def test_another_compression_is_refused():
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_LZMA) as made:
        made.writestr("1.png", picture())
    assert reasons(file) == [("1.png", "compressed_otherwise")]


def test_a_file_that_unpacks_to_far_more_is_refused():
    assert reasons(archive({"bomb.png": bytes(1024**2)})) == [("bomb.png", "over_compressed")]


def test_a_large_file_is_refused():
    noise = bytes(range(256)) * (LIMITS.bytes // 256)
    assert reasons(archive({"fits.png": noise, "large.png": noise + b"x"})) == [
        ("fits.png", ""),
        ("large.png", "file_too_large"),
    ]


def test_a_damaged_file_does_not_keep_the_others_from_being_read():
    file = archive({"1.png": picture(), "2.png": b"x"})
    data = bytearray(file.getvalue())
    data[60] ^= 0xFF  # in the first member
    assert reasons(io.BytesIO(bytes(data))) == [("1.png", "damaged_member"), ("2.png", "")]


def test_a_size_that_lies_is_not_unpacked_further():
    """The directory says 4 bytes: no more are unpacked, and the checksum then does not match."""
    file = archive({"1.png": b"0123456789" * 100})
    lying = with_bytes(file, DIRECTORY, 24, struct.pack("<L", 4))
    assert reasons(lying) == [("1.png", "damaged_member")]


def test_too_much_in_all_refuses_the_archive(settings):
    settings.BATCH_MAX_MB = 1
    half = bytes(range(256)) * 2048  # 512 kB; compressed by less than MAX_RATIO
    file = archive({"1.png": half, "2.png": half, "3.png": b"x"})
    assert len(file.getvalue()) < 100_000
    with pytest.raises(TooLarge, match="at most 1 MB"):
        list(from_archive(file))


def test_too_many_files_refuse_the_archive(settings):
    settings.BATCH_MAX_FILES = 2
    assert len(reasons(archive({"1.png": b"", "2.png": b""}))) == 2
    with pytest.raises(TooLarge, match="at most 2 files"):
        reasons(archive({"1.png": b"", "2.png": b"", "3.png": b""}))


def test_a_directory_that_would_fill_the_memory_is_not_read(settings, monkeypatch):
    settings.BATCH_MAX_FILES = 1
    monkeypatch.setattr("recognizer.actions.zip_members.opened", pytest.fail)
    with pytest.raises(TooLarge, match="too many files"):
        reasons(with_bytes(archive({"1.png": b""}), END, 12, struct.pack("<L", 10**6)))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06", picture()])
def test_what_is_no_archive_is_refused(content):
    with pytest.raises(Refused, match="not a ZIP archive"):
        reasons(io.BytesIO(content))


def test_a_truncated_archive_is_refused():
    whole = archive({"1.png": picture()}).getvalue()
    with pytest.raises(Refused, match="not a ZIP archive"):
        reasons(io.BytesIO(whole[:-30]))


def test_uploaded_files_are_checked_too(settings):
    large = SimpleUploadedFile("large.png", bytes(LIMITS.bytes + 1))
    inner = SimpleUploadedFile("1.zip", archive({"1.png": b""}).getvalue())
    hidden = SimpleUploadedFile(".DS_Store", b"x")
    good = SimpleUploadedFile("good.png", b"x")
    found = [(each.reason or {}).get("code") for each in from_files([large, inner, hidden, good])]
    assert found == ["file_too_large", "nested_archive", "hidden_file", None]
