"""Misconfiguration, found at the start instead of in a request."""

import resource
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from recognizer.models import User


@register
def check_mnist_path(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.MNIST_PATH or Path(settings.MNIST_PATH).is_file():
        return []
    return [
        Error(
            f"MNIST_PATH names {settings.MNIST_PATH}, which is no file.",
            hint="Name an .npz with x_train, y_train, x_test and y_test, or leave it unset.",
            id="recognizer.E001",
        )
    ]


@register
def check_memory_limit(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.JOB_MEMORY_LIMIT_MB or hasattr(resource, "prlimit"):
        return []
    return [
        Error(
            "JOB_MEMORY_LIMIT_MB is set, and only Linux can limit another process.",
            hint="Leave it unset here.",
            id="recognizer.E002",
        )
    ]


@register(Tags.database)
def check_database_is_not_older(
    app_configs: Any, databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`migrate` asks before it changes anything, and `setup` and `serve` do by it."""
    return [
        Error(
            f"The database {connections[alias].settings_dict['NAME']} was made before the "
            "program's first release. It cannot be brought up to date; nothing was changed in it.",
            hint=(
                "With the program that made it, let people export what is theirs: drawings as "
                "NDJSON from their history, all that is kept of them from their account's page. "
                "Then start with a new database: move the file away, or let DIGITS_HOME or "
                "DATABASE_URL name another place."
            ),
            id="recognizer.E003",
        )
        for alias in databases or ()
        if is_older(connections[alias])
    ]


def is_older(connection: BaseDatabaseWrapper) -> bool:
    """Whether this program's first migration counts as applied, and its tables are not there.

    Databases from before it have a migration of that name too, but keep accounts in Django's table.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    if not any(app == User._meta.app_label for app, _ in applied):
        return False
    return User._meta.db_table not in connection.introspection.table_names()
