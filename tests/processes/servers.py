"""PostgreSQL and Redis servers for a test, if they are installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes.waiting import free_port, wait_for


def postgresql_binaries() -> Path | None:
    """Find the folder of PostgreSQL's programs, which Debian does not add to PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    folders = [*debian, Path(found).resolve().parent] if found else debian
    return next((folder for folder in folders if (folder / "pg_isready").exists()), None)


class Redis:
    """A server with a password, as in production, that can be stopped and started again."""

    def __init__(self, program: str, folder: str) -> None:
        port = free_port()
        self.url = f"redis://:secret@127.0.0.1:{port}/0"
        self.command = [program, "--port", str(port), "--requirepass", "secret", "--save", ""]
        self.command += ["--dir", folder]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def redis_server() -> str | None:
    return shutil.which("redis-server")


@contextmanager
def redis() -> Iterator[Redis]:
    program = redis_server()
    if program is None:
        pytest.skip("redis-server is not installed")
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(program, folder)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a new cluster and yield the URL of its database."""
    binaries = postgresql_binaries()
    if binaries is None:
        pytest.skip("postgresql is not installed")
    # The server refuses to run as root. Debian's package makes the user postgres.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with tempfile.TemporaryDirectory() as folder:
        shutil.chown(folder, user)
        data = Path(folder) / "data"
        data.mkdir()
        shutil.chown(data, user)
        as_user = {"user": user} if os.geteuid() == 0 else {}
        port = free_port()
        subprocess.run(
            [binaries / "initdb", "-D", data, "-A", "trust", "-U", "digits", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=data,
            **as_user,
        )
        command = [binaries / "postgres", "-D", data, "-p", str(port), "-k", data, "-F"]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=data, **as_user)
        ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        try:
            wait_for(lambda: subprocess.run(ready).returncode == 0, name="postgresql")
            yield f"postgresql://digits@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            server.wait()


def dump(url: str, file: Path) -> None:
    """Write a database to a file, for `load`."""
    subprocess.run([program("pg_dump"), "--no-owner", "--file", file, url], check=True)


def load(file: Path, url: str) -> None:
    """Fill an empty database with what `dump` wrote."""
    strict = ["--quiet", "--output", os.devnull, "--set", "ON_ERROR_STOP=1"]
    subprocess.run([program("psql"), *strict, "--file", file, url], check=True)


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL; Debian's package adds only some to PATH."""
    binaries = postgresql_binaries()
    return str(binaries / name) if binaries and (binaries / name).exists() else name
