"""Exports the drawings of all people to a file, with owner, labeler and reviewer."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.actions.drawings.filters import DrawingFilter
from recognizer.actions.exchange.export_drawings import DEFAULT, FORMATS, export_file
from recognizer.models import Drawing


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=list(FORMATS), default=DEFAULT)
        parser.add_argument("--approved", action="store_true", help="only approved labels")
        parser.add_argument("--since", type=date.fromisoformat, help="the first day: 2026-05-31")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        wanted = DrawingFilter(approved=options["approved"], since=options["since"])
        drawings = wanted.apply(Drawing.objects.kept())
        export = export_file(drawings=drawings, name=options["format"], people=True)
        part = file.with_name(f".{file.name}.part")  # an interrupted export leaves no file
        try:
            with part.open("wb") as output:
                output.writelines(export.pieces)
            part.replace(file)
        except OSError as error:
            raise CommandError(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"The drawings are in {file}.")
