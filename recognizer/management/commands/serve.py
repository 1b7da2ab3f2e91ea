"""Runs the whole site on this machine until Ctrl-C: web server, workers and clock."""

import hashlib
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.http.request import validate_host

from digitsite.environment import envint, envstr
from recognizer.actions.accounts.accounts import make_first_administrator
from recognizer.management.full_disk import full_disk_explained
from recognizer.operations.supervisor import Program, Supervisor


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=envstr("HOST"))
        parser.add_argument("--port", type=int, default=envint("PORT", least=1))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        require_free(host, port)
        call_command("setup", stdout=self.stdout)
        with full_disk_explained():
            if collect_static_files():
                self.stdout.write("Collected the static files.")
            self.announce(host, port)
        Supervisor(programs(host, port), self.stdout.write).run()

    def announce(self, host: str, port: int) -> None:
        named = "localhost" if host in ("0.0.0.0", "::") else bracketed(host)  # noqa: S104
        self.stdout.write(f"\n  The site is at {address(named, port)} (Ctrl-C stops it).")
        if hint := address_hint(host, port):
            self.stdout.write(hint)
        if made := make_first_administrator():
            name, password = made
            self.stdout.write(
                f"  Sign in as {name} with the password {password}\n"
                "  It is shown this once. Change it on your account's page. Others sign up, or\n"
                "  you make their accounts under /admin/."
            )
        self.stdout.write("")


def address(name: str, port: int) -> str:
    return f"http://{name}:{port}{settings.FORCE_SCRIPT_NAME or ''}/"


def address_hint(host: str, port: int) -> str:
    """Return how other devices reach the site, or which setting to change; "" if they cannot."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return ""
    own = own_address()
    if not own:
        return ""
    if validate_host(own, settings.ALLOWED_HOSTS):
        return f"  Other devices in your network reach it at {address(own, port)}."
    hosts = ",".join([*settings.ALLOWED_HOSTS, own])
    return (
        f"  Other devices in your network reach it at {address(own, port)} if\n"
        f"  ALLOWED_HOSTS has that address: HOST={host} ALLOWED_HOSTS='{hosts}' make run"
    )


def own_address() -> str:
    """Return this machine's address in its network, or ""."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses a route; nothing is sent
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def programs(host: str, port: int) -> list[Program]:
    """Return the web server, a worker of each queue, and the clock if there is a schedule."""
    python = sys.executable
    web = [python, "-m", "gunicorn", "digitsite.wsgi", "--bind", f"{bracketed(host)}:{port}"]
    web += ["--workers", "2", "--preload", "--log-level", "warning"]
    celery = [python, "-m", "celery", "-A", "digitsite", "--quiet"]
    worker = [*celery, "worker", "--concurrency", "1", "--loglevel", "INFO"]
    reader = [*worker, "--queues", settings.READING_QUEUE, "--hostname", f"reader-{port}@%h"]
    worker += ["--hostname", f"worker-{port}@%h"]
    beat = [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"]
    here = [Program("web", web), Program("worker", worker), Program("reader", reader)]
    return [*here, Program("beat", beat)] if settings.RETRAIN_SCHEDULE else here


def bracketed(host: str) -> str:
    """Put an IPv6 address in brackets, as in URLs."""
    return f"[{host}]" if ":" in host else host


def require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be used ({error.strerror}). Try another port: "
                "PORT=8001 make run"
            ) from error


def collect_static_files() -> bool:
    """Collect the files if any source has changed since the last time. Return whether it did."""
    stamp = settings.STATIC_ROOT / "sources.sha256"
    sources = static_sources()
    if stamp.exists() and stamp.read_text() == sources:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources)
    return True


def static_sources() -> str:
    """Return a digest of every source's name, size and modification time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
