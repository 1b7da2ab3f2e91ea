"""Downloads MNIST once, for training from scratch and for rehearsal and measuring in retraining."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from mlcore.data import datasets
from mlcore.errors import DataUnavailable


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=settings.MNIST_URL)
        parser.add_argument("--sha256", default=settings.MNIST_SHA256)

    def handle(self, *args: Any, url: str, sha256: str, **options: Any) -> None:
        path = datasets.at_hand(settings.MNIST_PATH)
        try:
            if path is None:
                path = datasets.cached()
                datasets.download(url, sha256, to=path)
            datasets.read(path)
        except DataUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"MNIST is at {path}.")
