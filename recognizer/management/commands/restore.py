"""Restores a backup while the site is stopped; the database is replaced whole or not at all."""

import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.management import BaseCommand, CommandError

from recognizer.operations.backups.database import summary
from recognizer.operations.backups.failures import BackupFailed, explained
from recognizer.operations.backups.restore import check_backup, restore_backup


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a backup; - for standard input")
        parser.add_argument(
            "--check", action="store_true", help="only compare the backup with its checksums"
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="lose what is in the database now"
        )

    def handle(self, *args: Any, file: Path, check: bool, overwrite: bool, **options: Any) -> None:
        try:
            with explained(file), opened(file) as backup:
                if check:
                    manifest = check_backup(backup, file)
                else:
                    manifest = restore_backup(backup, file, overwrite=overwrite)
        except BackupFailed as failed:
            raise CommandError(failed.words, returncode=failed.status) from failed
        made = f"made {manifest.made_at} by {manifest.program}, {manifest.newest_migration}"
        if check:
            self.stdout.write(f"{file} is whole ({made}).")
            return
        self.stdout.write(
            f"Restored {file} ({made}): {summary()}.\n"
            "Go on: python manage.py setup, which applies newer migrations, then start the site; "
            "make run does both. If SECRET_KEY is not the one of then, people sign in again."
        )


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open the file; of standard input a temporary copy, since archives are read from their end."""
    if str(file) != "-":
        with file.open("rb") as given:
            yield given
        return
    with TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy
