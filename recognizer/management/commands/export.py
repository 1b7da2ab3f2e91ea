"""Exports the drawings of all people to a file, with owner, labeler and reviewer."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.actions.drawings.filters import DrawingFilter
from recognizer.actions.exchange.export_drawings import DEFAULT, FORMATS, export_file
from recognizer.models import Drawing
from recognizer.operations.backups.backup import new_file
from recognizer.operations.backups.failures import BackupFailed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; - for standard output")
        parser.add_argument("--format", choices=list(FORMATS), default=DEFAULT)
        parser.add_argument("--approved", action="store_true", help="only approved labels")
        parser.add_argument("--since", type=date.fromisoformat, help="the first day: 2026-05-31")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        wanted = DrawingFilter(approved=options["approved"], since=options["since"])
        drawings = wanted.apply(Drawing.objects.kept())
        export = export_file(drawings=drawings, name=options["format"], people=True)
        if str(file) == "-":
            sys.stdout.buffer.writelines(export.pieces)
            return
        try:
            with new_file(file) as output:
                output.writelines(export.pieces)
        except BackupFailed as failed:
            raise CommandError(failed.words, returncode=failed.status) from failed
        self.stdout.write(f"The drawings are in {file}.")
