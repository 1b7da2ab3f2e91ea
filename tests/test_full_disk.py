"""The first start on a full disk says so."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recognizer.management.commands import setup

ROOT = Path(__file__).resolve().parents[1]


def test_setup_names_the_full_disk(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*names: str, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(setup, "call_command", full)
    with pytest.raises(CommandError, match="A disk has no space left") as refused:
        call_command("setup")
    assert "Free some space and start again" in str(refused.value)


def test_another_error_of_the_system_stays_what_it_is(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*names: str, **options: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(setup, "call_command", broken)
    with pytest.raises(OSError, match="Input/output"):
        call_command("setup")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["4k", "64k", "2m"])
def test_a_first_start_on_a_full_disk_says_so_without_a_traceback(
    tmp_path: Path, size: str
) -> None:
    home = tmp_path / "home"
    kept = ("DJANGO_", "SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(kept)}
    with small_disk(home, size):
        ended = subprocess.run(
            [sys.executable, "manage.py", "setup"],
            cwd=ROOT,
            env=environment | {"DIGITS_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert "space left" in ended.stderr
    assert "Traceback" not in ended.stderr
