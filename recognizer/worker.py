"""What a Celery worker does besides its tasks: it signs in and reconciles, every few seconds."""

import logging
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from recognizer.actions import jobs

logger = logging.getLogger(__name__)


class Attendance(bootsteps.StartStopStep):
    """Runs on the worker's own timer, beside the process that trains."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, worker: Any, **options: Any) -> None:
        self.started_at = timezone.now()
        self.entry: Any = None

    def start(self, worker: Any) -> None:
        self.entry = worker.timer.call_repeatedly(
            settings.WORKER_HEARTBEAT_SECONDS, self.attend, (worker.hostname,)
        )
        self.attend(worker.hostname)

    def attend(self, name: str) -> None:
        """A database that is away for a moment must not end the timer."""
        try:
            close_old_connections()
            jobs.sign_in_worker(name=name, started_at=self.started_at)
            jobs.reconcile()
        except DatabaseError:
            logger.exception("the worker's heartbeat was not recorded")

    def stop(self, worker: Any) -> None:
        if self.entry:
            self.entry.cancel()
        jobs.sign_out_worker(name=worker.hostname)
