"""Exits 0 if a worker signed in lately: the health check of a worker's container."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.models import Worker


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not Worker.objects.alive().exists():
            raise CommandError("No worker has signed in lately.")
