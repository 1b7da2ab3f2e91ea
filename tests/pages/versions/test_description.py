"""Names, notes, tags and the download of a version."""

import io
import json
import zipfile

import pytest

from mlcore.recognition import bundle as bundles
from recognizer.models import AuditEvent, ModelVersion, User
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_version

TEXTS = {
    "name": "Sevens of 4b",
    "notes": "With a bar.\n<b>Compare</b>",
    "tags": "best, school,best ,",
}


def test_a_version_gets_a_name_notes_and_tags(first: ModelVersion, trainer: User) -> None:
    make_version(2)
    response = signed_in(trainer).post("/versions/2/describe/", TEXTS)

    assert response["Location"] == "/versions/2/"
    version = ModelVersion.objects.get(number=2)
    assert [tag.name for tag in version.tags.all()] == ["best", "school"]
    for page in ("/versions/", "/versions/2/"):
        words = words_of(trainer, page)
        for part in ("Sevens of 4b", "With a bar.", "&lt;b&gt;Compare", "?tag=school"):
            assert part in words

    signed_in(trainer).post("/versions/2/describe/", {"tags": "school, old"})
    version.refresh_from_db()
    assert (version.name, version.notes) == ("", "")
    assert [tag.name for tag in version.tags.all()] == ["old", "school"]


def test_versions_are_listed_by_tag(first: ModelVersion, trainer: User) -> None:
    make_version(2)
    signed_in(trainer).post("/versions/2/describe/", {"tags": "a & b"})

    words = words_of(trainer, "/versions/?tag=a+%26+b")

    assert "Version 2</a>" in words
    assert "Version 1</a>" not in words
    assert 'href="?tag=a%20%26%20b" aria-current="true"' in words
    assert "No version has the tag “x”." in words_of(trainer, "/versions/?tag=x")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"tags": ",".join(map(str, range(11)))}, "At most 10 tags"),
        ({"tags": "x" * 31}, "At most 10 tags"),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"notes": "x" * 2_001}, "at most 2000 characters"),
    ],
)
def test_what_was_refused_is_shown_as_it_was_typed(
    first: ModelVersion, trainer: User, texts: dict[str, str], told: str
) -> None:
    response = signed_in(trainer).post("/versions/1/describe/", {"name": "kept", **texts})

    assert response.status_code == 400
    words = response.content.decode()
    assert told in words
    assert next(iter(texts.values())) in words
    first.refresh_from_db()
    assert first.name == ""


def test_others_read_names_and_cannot_change_them(first: ModelVersion, owner: User) -> None:
    assert signed_in(owner).post("/versions/1/describe/", TEXTS).status_code == 403
    assert "/describe/" not in words_of(owner, "/versions/1/")
    assert signed_in(owner).get("/versions/1/files.zip").status_code == 403


def test_a_download_is_a_folder_that_the_program_reads(
    version: ModelVersion, trainer: User
) -> None:
    response = signed_in(trainer).get("/versions/1/files.zip")

    assert response["Content-Disposition"] == 'attachment; filename="version-1.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        files = {name.removeprefix("version-1/"): file.read(name) for name in file.namelist()}
    assert bundles.from_files(files).checksum == version.checksum
    assert json.loads(files["card.json"])["metrics"] == version.card["metrics"]
    assert AuditEvent.objects.get(kind="export").subject == {
        "code": "on_version_files",
        "number": 1,
    }


def test_damaged_files_are_not_sent(first: ModelVersion, trainer: User) -> None:
    assert signed_in(trainer).get("/versions/1/files.zip").status_code == 409
