"""What a command says when the disk is full."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError

from recognizer.actions.jobs.database_errors import has_no_space


@contextmanager
def full_disk_explained() -> Iterator[None]:
    """Turn the error of a full disk into a CommandError that says what to do."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        if not has_no_space(error):
            raise
        free = shutil.disk_usage(settings.HOME).free // 2**20
        raise CommandError(
            f"A disk has no space left ({free} MB are free in {settings.HOME}): {error}\n"
            "Free some space and start again: it goes on where it stopped."
        ) from error
