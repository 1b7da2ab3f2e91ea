"""Imports the drawings of a file, whatever their number, as one person's. Their labels wait."""  # noqa: N999

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from mlcore.errors import InvalidInk
from recognizer.actions.exchange.import_drawings import import_drawings
from recognizer.errors import Refused, words_of
from recognizer.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--owner", required=True, help="user name")

    def handle(self, *args: Any, file: Path, owner: str, **options: Any) -> None:
        person = User.objects.filter(username=owner).first()
        if person is None:
            raise CommandError(f"There is no account {owner}.")
        try:
            with file.open("rb") as data:
                done = import_drawings(owner=person, file=data)
        except (InvalidInk, Refused) as error:
            raise CommandError(words_of(error)) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Imported: {done.created}, labeled: {done.labeled}, duplicates: {done.duplicates}."
        )
