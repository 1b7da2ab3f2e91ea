"""Runs the whole site on this machine: web server and one worker, until Ctrl-C."""

import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command

from recognizer.actions.people import make_first_administrator
from recognizer.supervisor import Program, Supervisor


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        require_free(host, port)
        call_command("setup", stdout=self.stdout)
        if not static_files_are_current():
            self.stdout.write("Collecting static files ...")
            call_command("collectstatic", interactive=False, verbosity=0)
        self.announce(host, port)
        Supervisor(programs(host, port), self.stdout.write).run()

    def announce(self, host: str, port: int) -> None:
        self.stdout.write(f"\n  The site is at http://{host}:{port}/ (Ctrl-C stops it).")
        if made := make_first_administrator():
            name, password = made
            self.stdout.write(
                f"  Sign in as {name} with the password {password}\n"
                "  It is shown this once. Change it under /admin/, where you also make accounts\n"
                "  for others; or: .venv/bin/python manage.py createsuperuser"
            )
        self.stdout.write("")


def programs(host: str, port: int) -> list[Program]:
    python = sys.executable
    web = [python, "-m", "gunicorn", "digitsite.wsgi", "--bind", f"{host}:{port}"]
    web += ["--workers", "2", "--threads", "4", "--log-level", "warning"]
    worker = [python, "-m", "celery", "-A", "digitsite", "--quiet", "worker"]
    worker += ["--concurrency", "1", "--loglevel", "INFO", "--hostname", f"worker-{port}@%h"]
    # The filesystem broker moves messages through TMPDIR: it must be on the queue's file system.
    return [
        Program("web", web),
        Program("worker", worker, {"TMPDIR": str(settings.CELERY_QUEUE / "tmp")}),
    ]


def require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be used ({error.strerror}). Another: PORT=8001 make run"
            ) from error


def static_files_are_current() -> bool:
    """Whether nothing among the sources is younger than what was collected last."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    collected = manifest.stat().st_mtime
    return all(
        Path(storage.path(name)).stat().st_mtime <= collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )
