"""What a Celery worker does besides its tasks, in threads of its own.

Every few seconds it signs in and reconciles, whether or not the broker is there; and it tells
another program of jobs that are over, and sends mails, which may both be slow to be taken.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from recognizer.actions.accounts import password_mails
from recognizer.actions.jobs import automatic_retraining, lifecycle, run_attempt, webhooks
from recognizer.actions.labels import label_quality

logger = logging.getLogger(__name__)

STOP_SECONDS = 2.0


class PeriodicThread(threading.Thread):
    """Calls `what` at once and then again after every pause, until it is told to stop."""

    def __init__(self, name: str, what: Callable[[], None], seconds: float) -> None:
        super().__init__(name=name, daemon=True)
        self.what = what
        self.seconds = seconds
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.once()
            self.stopped.wait(self.seconds)
        connections.close_all()

    def once(self) -> None:
        """A database that is away for a moment, or a mistake of ours, must not end the thread."""
        try:
            close_old_connections()
            self.what()
        except DatabaseError:
            logger.exception("%s: the database was away", self.name)
        except Exception:
            logger.exception("%s went wrong; it goes on", self.name)

    def stop(self) -> None:
        self.stopped.set()
        self.join(STOP_SECONDS)


class WorkerThreads(bootsteps.StartStopStep):
    """Starts after the pool, whose processes are forked and would inherit half a thread."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        self.started_at = timezone.now()
        self.name = worker.hostname
        pause = settings.WORKER_HEARTBEAT_SECONDS
        self.threads = [
            PeriodicThread("attendance", self.attend, pause),
            PeriodicThread("webhooks", webhooks.send_due, pause),
            PeriodicThread("mails", password_mails.send_due, pause),
        ]

    def start(self, worker: Any) -> None:
        for thread in self.threads:
            thread.start()

    def attend(self) -> None:
        lifecycle.sign_in_worker(name=self.name, started_at=self.started_at)
        lifecycle.reconcile()
        run_attempt.sweep()
        automatic_retraining.retrain_after_corrections()
        label_quality.wake_if_due()

    def stop(self, worker: Any) -> None:
        for thread in self.threads:
            thread.stop()
        lifecycle.sign_out_worker(name=self.name)
