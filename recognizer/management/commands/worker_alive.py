"""Exits 0 if this machine's worker sent a heartbeat recently: its container's health check."""

import socket
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.models import Worker


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        host = socket.gethostname()
        if not Worker.objects.alive().filter(name__endswith=f"@{host}").exists():
            raise CommandError(f"No worker of {host} has sent a heartbeat recently.")
