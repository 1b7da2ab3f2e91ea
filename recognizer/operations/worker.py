"""Background threads of a Celery worker, besides its tasks.

One thread sends the worker's heartbeat and reconciles jobs every few seconds, even if the broker is
away. Webhooks and mails have threads of their own, because their receivers may be slow, and so has
the deletion of accounts, which may take minutes.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from recognizer.actions import housekeeping
from recognizer.actions.accounts import password_mails
from recognizer.actions.accounts.deletion import delete_closed_accounts
from recognizer.actions.jobs import automatic_retraining, lifecycle, run_attempt, webhooks
from recognizer.actions.labels import label_quality
from recognizer.actions.reading import lifecycle as reading_lifecycle

logger = logging.getLogger(__name__)

STOP_SECONDS = 2.0


class PeriodicThread(threading.Thread):
    """Calls `action` at once and then again after every pause, until it is stopped."""

    def __init__(self, name: str, action: Callable[[], None], seconds: float) -> None:
        super().__init__(name=name, daemon=True)
        self.action = action
        self.seconds = seconds
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.once()
            self.stopped.wait(self.seconds)
        connections.close_all()

    def once(self) -> None:
        """Call the action. Log every error, because no error may end the thread."""
        try:
            close_old_connections()
            self.action()
        except DatabaseError:
            logger.exception("%s: the database was unavailable", self.name)
        except Exception:
            logger.exception("%s failed; it continues", self.name)

    def stop(self) -> None:
        self.stopped.set()
        self.join(STOP_SECONDS)


class WorkerThreads(bootsteps.StartStopStep):
    """Start the threads after the pool: its processes are forked and must not inherit threads."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        self.started_at = timezone.now()
        self.name = worker.hostname
        queues = worker.app.amqp.queues.consume_from
        self.trains = worker.app.conf.task_default_queue in queues
        self.reads = settings.READING_QUEUE in queues
        pause = settings.WORKER_HEARTBEAT_SECONDS
        self.threads = [
            PeriodicThread("heartbeat", self.beat, pause),
            PeriodicThread("webhooks", webhooks.send_due, pause),
            PeriodicThread("mails", password_mails.send_due, pause),
            PeriodicThread("deletions", delete_closed_accounts, pause),
        ]

    def start(self, worker: Any) -> None:
        for thread in self.threads:
            thread.start()

    def beat(self) -> None:
        lifecycle.sign_in_worker(
            name=self.name, started_at=self.started_at, trains=self.trains, reads=self.reads
        )
        lifecycle.reconcile()
        reading_lifecycle.reconcile()
        run_attempt.sweep()
        automatic_retraining.retrain_if_due()
        label_quality.wake_if_due()
        housekeeping.clean_if_due()

    def stop(self, worker: Any) -> None:
        for thread in self.threads:
            thread.stop()
        lifecycle.sign_out_worker(name=self.name)
