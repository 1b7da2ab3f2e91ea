"""`manage.py export` and `manage.py import`."""

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recognizer.models import Drawing, ModelVersion, User
from tests.conftest import ONE, SEVEN

Draw = Callable[..., Drawing]


def ran(*arguments: str | Path) -> str:
    output = StringIO()
    call_command(*map(str, arguments), stdout=output)
    return output.getvalue()


def owners(file: Path) -> list[str]:
    return [json.loads(line)["owner"] for line in file.read_text().splitlines()]


def test_everybodys_drawings_are_exported(
    owner: User, stranger: User, draw: Draw, tmp_path: Path
) -> None:
    draw(owner), draw(stranger)

    assert ran("export", tmp_path / "all") == f"The drawings are in {tmp_path / 'all'}.\n"
    assert owners(tmp_path / "all") == ["owner", "stranger"]
    assert [path.name for path in tmp_path.iterdir()] == ["all"]


def test_only_its_owner_can_read_an_export(owner: User, draw: Draw, tmp_path: Path) -> None:
    draw(owner)
    ran("export", tmp_path / "all")
    assert stat.S_IMODE((tmp_path / "all").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("mine"), "exists"),
        (lambda path: path.symlink_to("nowhere"), "exists"),
        (os.mkfifo, "exists"),
        (Path.mkdir, "is a folder"),
    ],
)
def test_an_export_replaces_nothing(
    owner: User, draw: Draw, tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    draw(owner)
    make(tmp_path / "all")
    before = os.lstat(tmp_path / "all")

    with pytest.raises(CommandError, match=words) as refused:
        ran("export", tmp_path / "all")

    assert refused.value.returncode == os.EX_CANTCREAT
    assert os.lstat(tmp_path / "all") == before
    assert len(list(tmp_path.iterdir())) == 1


def test_an_export_goes_to_standard_output(
    owner: User, draw: Draw, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    draw(owner)
    call_command("export", "-")
    assert json.loads(capfdbinary.readouterr().out)["owner"] == "owner"


def test_the_export_can_be_narrowed(
    owner: User, stranger: User, draw: Draw, tmp_path: Path
) -> None:
    early, late = draw(owner), draw(stranger)
    Drawing.objects.filter(pk=early.pk).update(
        created_at=datetime(2025, 1, 1, tzinfo=UTC), label=7, label_state="approved"
    )
    Drawing.objects.filter(pk=late.pk).update(label=7, label_state="pending")

    ran("export", tmp_path / "approved", "--approved")
    ran("export", tmp_path / "late", "--since", "2025-01-02")
    ran("export", tmp_path / "both.npz", "--approved", "--since", "2025-01-02", "--format", "npz")

    assert owners(tmp_path / "approved") == ["owner"]
    assert owners(tmp_path / "late") == ["stranger"]
    assert len(np.load(tmp_path / "both.npz")["ids"]) == 0


def test_a_site_moves_to_another(owner: User, stranger: User, draw: Draw, tmp_path: Path) -> None:
    draw(owner), draw(owner, ONE)
    ran("export", tmp_path / "all")

    said = ran("import", tmp_path / "all", "--owner", "stranger")

    assert said == "Imported: 2, labeled: 0, duplicates: 0.\n"
    assert [each.strokes for each in Drawing.objects.owned_by(stranger)] == [
        each.strokes for each in Drawing.objects.owned_by(owner)
    ]


def test_the_limits_of_the_site_do_not_apply(
    owner: User, version: ModelVersion, tmp_path: Path, settings: object
) -> None:
    settings.IMPORT_MAX_DRAWINGS = 1  # type: ignore[attr-defined]
    lines = [json.dumps({"strokes": each}) for each in (SEVEN, ONE)]
    (tmp_path / "two").write_text("\n".join(lines))

    assert ran("import", tmp_path / "two", "--owner", "owner").startswith("Imported: 2,")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["export", "{}/no folder/x"], "There is no folder"),
        (["export", "{}/x", "--format", "xml"], "invalid choice: 'xml'"),
        (["export", "{}/x", "--since", "May"], "invalid fromisoformat value: 'May'"),
        (["import", "{}/bad", "--owner", "nobody"], "There is no account nobody."),
        (["import", "{}/missing", "--owner", "owner"], "No such file"),
        (["import", "{}/bad", "--owner", "owner"], "Line 1: Either “strokes” or “picture”"),
    ],
)
def test_what_is_wrong_is_said(
    owner: User, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    (tmp_path / "bad").write_text("{}")

    with pytest.raises(CommandError, match=reason):
        ran(*(each.format(tmp_path) for each in arguments))


def test_without_a_version_nothing_is_imported(owner: User, tmp_path: Path) -> None:
    (tmp_path / "one").write_text(json.dumps({"strokes": SEVEN}))

    with pytest.raises(CommandError, match="No model version is installed"):
        ran("import", tmp_path / "one", "--owner", "owner")
