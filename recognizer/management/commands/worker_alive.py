"""Exits 0 if this machine's worker signed in lately: the health check of its container."""

import socket
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.models import Worker


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        host = socket.gethostname()
        if not Worker.objects.alive().filter(name__endswith=f"@{host}").exists():
            raise CommandError(f"No worker of {host} has signed in lately.")
