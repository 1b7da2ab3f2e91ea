"""What the site needs in order to work, each checked by itself for /readyz."""

import logging
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from digitsite.home import EMBEDDED_BROKER
from recognizer.actions.patience import Patience
from recognizer.actions.versions import serving
from recognizer.errors import Unavailable
from recognizer.models import Worker

logger = logging.getLogger(__name__)

BROKER_SECONDS = DATABASE_SECONDS = 2.0
patience = Patience()


@dataclass(frozen=True)
class Check:
    """words: what was found; of a failure, what is wrong. In English, without names of hosts."""

    ok: bool
    words: str


AWAY = Check(False, "The database cannot be reached.")


def checks(leave_out: Collection[str] = ()) -> dict[str, Check]:
    """Run all checks except those left out. None of them raises."""
    found: dict[str, Check] = {}
    for name, check in CHECKS.items():
        if name in leave_out:
            continue
        away = found.get("database")
        asks_in_vain = check in QUERIES and away is not None and not away.ok
        found[name] = AWAY if asks_in_vain else checked(check)
    return found


def checked(check: Callable[[], Check]) -> Check:
    try:
        return patience.ask(check, seconds=DATABASE_SECONDS) if check in QUERIES else check()
    except DatabaseError:
        logger.exception("the database cannot be reached")
        return AWAY
    except Unavailable as error:
        return Check(False, error.message)
    except Exception:  # of the broker or the disk; each has errors of its own
        logger.exception("%s failed", check.__name__)
        return Check(False, "The check failed; the log says why.")


def database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check(True, "The database answers.")


def migrations() -> Check:
    missing = known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
        return Check(False, f"Not applied: {names}. Run: python manage.py migrate")
    return Check(True, "All migrations are applied.")


@cache
def known_migrations() -> set[tuple[str, str]]:
    """Return this program's migrations as (app, name)."""
    return set(MigrationLoader(None).disk_migrations)


def version() -> Check:
    return Check(True, f"Version {serving.serving().number} answers.")


def deployed() -> Check:
    current = serving.serving()
    if other := serving.cache.substitution():
        words = f"Version {other.deployed} is deployed but damaged; {current.number} answers."
        return Check(False, words)
    return Check(True, f"Version {current.number} is the deployed one.")


def broker() -> Check:
    if settings.CELERY_BROKER_URL == EMBEDDED_BROKER:
        ok = os.access(Path(settings.CELERY_QUEUE, "messages"), os.R_OK | os.W_OK | os.X_OK)
        return Check(ok, f"The embedded queue can{'' if ok else 'not'} be used.")
    with current_app.connection_for_write() as broker_connection:
        try:
            broker_connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
        except broker_connection.connection_errors:
            logger.exception("the broker cannot be reached")
            return Check(False, "The broker cannot be reached.")
    return Check(True, "The broker answers.")


def worker() -> Check:
    alive = Worker.objects.alive()
    missing = [
        name
        for name, workers in (("trainings", alive.training()), ("batches", alive.reading()))
        if not workers.exists()
    ]
    if missing:
        return Check(False, f"No worker for {' and '.join(missing)} sent a heartbeat lately.")
    return Check(True, "Workers sent a heartbeat lately.")


def disk() -> Check:
    least = settings.MIN_FREE_MB
    if shutil.disk_usage(settings.HOME).free < least * 2**20:
        return Check(False, f"Less than {least} MB are free in DIGITS_HOME.")
    return Check(True, f"At least {least} MB are free in DIGITS_HOME.")


QUERIES = (database, migrations, worker)
CHECKS: dict[str, Callable[[], Check]] = {
    check.__name__: check
    for check in (database, migrations, version, deployed, broker, worker, disk)
}
