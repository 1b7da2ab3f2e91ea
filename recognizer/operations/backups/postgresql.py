"""Dumps of a PostgreSQL database, by the client programs that come with PostgreSQL."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from recognizer.operations.backups.failures import UNAVAILABLE, BackupFailed

PART = "database.dump"
PLAIN = ("--no-owner", "--no-privileges")
DUMP = ("pg_dump", "--format=custom", "--compress=0", "--lock-wait-timeout=60s", *PLAIN)
SCRIPT = ("pg_restore", "--file=-", *PLAIN)
RUN = ("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-")


@contextmanager
def dump(folder: Path | None) -> Iterator[IO[bytes]]:
    """Yield the output of pg_dump: the database as it was when pg_dump began."""
    require_programs(DUMP)
    with TemporaryFile() as errors:
        with started(DUMP, stdout=subprocess.PIPE, stderr=errors) as process:
            assert process.stdout is not None  # noqa: S101  # for mypy
            yield process.stdout
        require_success(process, errors)


def load(file: Path) -> None:
    """Replace the site's tables by those of a dump, in one transaction."""
    require_programs(SCRIPT, RUN)
    drops = drop_statements()
    connection.close()  # it would hold locks on the tables
    with TemporaryFile() as errors:
        with started(RUN, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors) as psql:
            script = run_script(psql, f"BEGIN;\n{drops}", [*SCRIPT, str(file)], errors)
        require_success(psql, errors)
        require_success(script, errors)


def run_script(
    psql: "subprocess.Popen[bytes]", begin: str, command: list[str], errors: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Send psql `begin`, the command's output, and COMMIT if it succeeded.

    Without COMMIT, which a killed program does not send either, psql's end undoes everything.
    """
    assert psql.stdin is not None  # noqa: S101  # for mypy
    with suppress(BrokenPipeError):  # psql ended with an error
        psql.stdin.write(begin.encode())
    script = subprocess.Popen(command, stdout=psql.stdin, stderr=errors)
    if script.wait() == 0:
        with suppress(BrokenPipeError):
            psql.stdin.write(b"COMMIT;\n")
    return script


def drop_statements() -> str:
    """Return SQL that drops the tables of this site's apps."""
    prefixes = ("django_", *(f"{config.label}_" for config in apps.get_app_configs()))
    names = [name for name in connection.introspection.table_names() if name.startswith(prefixes)]
    quoted = map(connection.ops.quote_name, names)
    return "".join(f"DROP TABLE {name} CASCADE;\n" for name in quoted)


def started(command: Sequence[str], **pipes: Any) -> "subprocess.Popen[bytes]":
    """Start a program with the address of the database; the password is in its environment."""
    address, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    environment = {**os.environ, **(secrets or {})}
    return subprocess.Popen([*command, *address[1:]], env=environment, bufsize=0, **pipes)


def require_programs(*commands: Sequence[str]) -> None:
    for program, *_ in commands:
        if shutil.which(program) is None:
            raise BackupFailed(
                f"{program} is not installed. It comes with PostgreSQL's client programs, on "
                "Debian: apt install postgresql-client. It must not be older than the server.",
                UNAVAILABLE,
            )


def require_success(process: "subprocess.Popen[bytes]", errors: IO[bytes]) -> None:
    """Raise BackupFailed with what the programs said."""
    if process.returncode != 0:
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
        raise BackupFailed(
            f"PostgreSQL's programs failed. Nothing was changed.\n{said}", UNAVAILABLE
        )
