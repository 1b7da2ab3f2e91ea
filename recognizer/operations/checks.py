"""System checks: find a wrong configuration at the start and not during a request."""

import resource
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from recognizer.models import Drawing, User


@register
def check_mnist_path(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.MNIST_PATH or Path(settings.MNIST_PATH).is_file():
        return []
    return [
        Error(
            f"MNIST_PATH is set to {settings.MNIST_PATH}, which is not a file.",
            hint="Set it to an .npz with x_train, y_train, x_test and y_test, or leave it unset.",
            id="recognizer.E001",
        )
    ]


@register
def check_pen_path(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.PEN_PATH or Path(settings.PEN_PATH).exists():
        return []
    return [
        Error(
            f"PEN_PATH is set to {settings.PEN_PATH}, which does not exist.",
            hint="Set it to pen digits as docs/data.md describes them, or leave it unset.",
            id="recognizer.E004",
        )
    ]


@register
def check_memory_limit(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.JOB_MEMORY_LIMIT_MB or hasattr(resource, "prlimit"):
        return []
    return [
        Error(
            "JOB_MEMORY_LIMIT_MB is set, but only Linux can limit the memory of another process.",
            hint="Leave it unset on this system.",
            id="recognizer.E002",
        )
    ]


@register(Tags.database)
def check_database_is_not_older(
    app_configs: Any, databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a database from before the first release.

    `migrate` runs this check before it changes anything; `setup` and `serve` run `migrate`.
    """
    return [
        Error(
            f"The database {connections[alias].settings_dict['NAME']} was made before the "
            "program's first release. It cannot be migrated; nothing in it was changed.",
            hint=(
                "Let people export their data with the program that made the database: drawings "
                "as NDJSON from their history, all personal data from their account page. Then "
                "start with a new database: move the file away, or set DIGITS_HOME or "
                "DATABASE_URL to another place."
            ),
            id="recognizer.E003",
        )
        for alias in databases or ()
        if is_older(connections[alias])
    ]


def is_older(connection: BaseDatabaseWrapper) -> bool:
    """Whether this program's first migration is recorded, but its tables do not exist.

    Older databases recorded a migration of the same name, but have accounts in Django's own table,
    or drawings without the directions of the pen.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    if not any(app == User._meta.app_label for app, _ in applied):
        return False
    tables = connection.introspection.table_names()
    if User._meta.db_table not in tables or Drawing._meta.db_table not in tables:
        return True
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Drawing._meta.db_table)
    return "directions" not in [column.name for column in columns]
