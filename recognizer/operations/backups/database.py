"""The site's database as backups see it: its kind, its migrations, and what it holds."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from recognizer.models import Deployment, Drawing, ModelVersion, User, Worker
from recognizer.operations.backups import postgresql, sqlite
from recognizer.operations.backups.failures import EXISTS, UNSUITABLE, BackupFailed


@dataclass(frozen=True)
class Kind:
    """How databases of one kind are copied.

    part: the name of the copy in an archive. dump: yields the copy's content; the folder is for
    temporary files. load: replaces the database's content by that of a copy, whole or not at all.
    """

    name: str
    part: str
    dump: Callable[[Path | None], AbstractContextManager[IO[bytes]]]
    load: Callable[[Path], None]


KINDS = {
    "sqlite": Kind("SQLite", sqlite.PART, sqlite.dump, sqlite.load),
    "postgresql": Kind("PostgreSQL", postgresql.PART, postgresql.dump, postgresql.load),
}


def kind_of_database() -> Kind:
    if connection.vendor not in KINDS:
        raise BackupFailed(f"Databases of {connection.vendor} are not backed up.", UNSUITABLE)
    return KINDS[connection.vendor]


def applied_migrations() -> list[str]:
    """Return the applied migrations in their order, as "app.name"."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in applied]


def newest_migration(migrations: list[str]) -> str:
    """Return this app's newest migration, or an empty text."""
    app = f"{User._meta.app_label}."
    return max((name for name in migrations if name.startswith(app)), default="")


def require_replaceable(*, overwrite: bool) -> None:
    """Raise BackupFailed if a site uses the database, or if it is not empty and must not be lost.

    A database that was only set up is empty: nobody has an account, and no version was trained.
    """
    tables = connection.introspection.table_names()
    if Worker._meta.db_table in tables and Worker.objects.alive().exists():
        raise BackupFailed(
            "A worker uses the database: stop the site first, then restore. (A worker that was "
            "killed counts for some seconds.) Nothing was changed.",
            EXISTS,
        )
    if tables and not overwrite and not is_only_set_up(tables):
        raise BackupFailed(
            f"The database is not empty{contents(tables)}. Nothing was changed. To lose what is "
            "in it and restore the backup in its place, add --overwrite.",
            EXISTS,
        )


def is_only_set_up(tables: list[str]) -> bool:
    if not {User._meta.db_table, ModelVersion._meta.db_table} <= set(tables):
        return False
    return not User.objects.exists() and ModelVersion.objects.count() <= 1


def contents(tables: list[str]) -> str:
    if not {User._meta.db_table, Drawing._meta.db_table} <= set(tables):
        return ""
    return f" ({summary()})"


def summary() -> str:
    """Say what the database holds. Works with the tables of every release."""
    serving = Deployment.objects.order_by("-sequence").values_list("version__number", flat=True)
    number = serving.first()
    said = f"accounts: {User.objects.count():,}, drawings: {Drawing.objects.count():,}"
    return said if number is None else f"{said}, version {number} serves"
