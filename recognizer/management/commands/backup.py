"""Makes a backup of the whole site as one file, also while the site runs."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.operations.backups.backup import save_backup, write_backup
from recognizer.operations.backups.failures import BackupFailed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; - for standard output")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            if str(file) == "-":
                write_backup(sys.stdout.buffer)
                record_export(codes.ON_BACKUP())
                return
            manifest = save_backup(file)
        except BackupFailed as failed:
            raise CommandError(failed.words, returncode=failed.status) from failed
        record_export(codes.ON_BACKUP())
        size = file.stat().st_size / 1e6
        self.stdout.write(f"The backup is in {file} ({size:.1f} MB, {manifest.newest_migration}).")
