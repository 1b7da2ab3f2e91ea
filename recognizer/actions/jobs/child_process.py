"""The child process that does the arithmetic, so that TensorFlow never lives in a worker."""

import json
import logging
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any, TypeGuard

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from mlcore.messages import CODES, Message
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_failures import ChildFailed, failure
from recognizer.actions.jobs.database_errors import is_full
from recognizer.actions.jobs.process_group import Child, end_child, limit_memory, start_child
from recognizer.models import Job

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
RENEW_SECONDS = 1.0  # with LOOK_SECONDS and the child's grace: canceled in less than 5 s
EXIT_SECONDS = 10.0
KEPT_LINES, LONG_LINE = 500, 2_000  # of a child's standard error
CURVE = ("epoch", "loss", "accuracy", "holdout_accuracy")


def run_child(job: Job, arguments: Sequence[str]) -> None:
    """Runs TRAINING_COMMAND with `arguments`, with its progress on the job's row.

    Raises ChildFailed, or LeaseLost where the job was canceled or taken; the child is gone then,
    and whatever it started.
    """
    child = start_child(arguments)
    errors = LastLines(child.stderr)
    try:
        limit_memory(child)
        watch = Watch(job)
        follow(watch, child)
    finally:
        end_child(child)
    if child.returncode != 0:
        raise failure(errors.read(), child.returncode, watch.error)


def follow(watch: "Watch", child: Child) -> None:
    """Renews the lease with the newest progress about once a second until the child ends."""
    for line in lines_of(child):
        watch.hear(parse_progress(line))
        watch.look()
    watch.renew()  # with the last lines, which no heartbeat took
    watch.job.progress = watch.progress
    patience = time.monotonic() + EXIT_SECONDS
    while child.poll() is None:
        if time.monotonic() > patience:
            raise ChildFailed(codes.CHILD_LINGERED())
        watch.look()
        with suppress(subprocess.TimeoutExpired):
            child.wait(LOOK_SECONDS)


class Watch:
    """Over one attempt: its progress, its lease and its time."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress: dict[str, Any] = dict(job.progress)
        self.said: list[Message] = []  # since the lease was renewed
        self.error: Message | None = None  # that the child reported
        self.limit = time_limit(job)
        self.renewed_at = time.monotonic()
        self.deadline = self.renewed_at + self.limit

    def hear(self, line: dict[str, Any]) -> None:
        if "error" in line:
            self.error = message_of(line["error"])
            return
        if "message" in line:
            line = {**line, "message": message_of(line["message"])}
        self.progress = advanced(self.progress, line)
        self.said += log_lines(line)

    def look(self) -> None:
        """Raises ChildFailed after the time limit, and what `renew` does."""
        now = time.monotonic()
        if now > self.deadline:
            raise ChildFailed(codes.TOOK_TOO_LONG(limit=self.limit))
        if now - self.renewed_at >= RENEW_SECONDS:
            self.renew()

    def renew(self) -> None:
        """The lease, with the newest progress. A database that is away for less than a lease is
        waited for. Raises LeaseLost, or DatabaseError once the lease must have run out; where the
        database is full after half of it, while there is time to write down why."""
        now = time.monotonic()
        try:
            lifecycle.renew(self.job, self.progress, self.said)
        except DatabaseError as error:
            close_old_connections()
            patience = settings.JOB_LEASE_SECONDS / (2 if is_full(error) else 1)
            if now - self.renewed_at >= patience:
                raise
            logger.warning("%s: the database takes nothing (%s); trying again", self.job, error)
        else:
            self.renewed_at, self.said = now, []


class LastLines:
    """The end of what a child says on its standard error. It is kept in memory, since what the
    child tells of may be a disk on which nothing can be written."""

    def __init__(self, stream: IO[str] | None) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.thread = threading.Thread(target=self.gather, args=(stream,), daemon=True)
        self.thread.start()

    def gather(self, stream: IO[str]) -> None:
        with stream:
            for line in iter(lambda: stream.readline(LONG_LINE), ""):
                self.lines.append(line)

    def read(self) -> str:
        """Call it when the child is gone."""
        self.thread.join(EXIT_SECONDS)
        return "".join(self.lines)


def lines_of(child: Child) -> Iterator[str]:
    """What it prints, line by line, and an empty line whenever it is silent for a moment."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=drain, args=(child.stdout, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            line = ""
        if line is None:
            return
        yield line


def drain(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    try:
        with stream:
            for line in stream:
                lines.put(line)
    finally:
        lines.put(None)


def time_limit(job: Job) -> int:
    """Seconds that one attempt may take."""
    from_scratch = job.kind == Job.Kind.TRAIN
    return settings.TRAIN_TIME_LIMIT_SECONDS if from_scratch else settings.JOB_TIME_LIMIT_SECONDS


def advanced(progress: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """The progress after one more line; epochs gather in `history`, a running job's curve."""
    past = progress.get("history", [])
    if "epoch" in line:
        past = [*past, {name: line[name] for name in CURVE if name in line}]
    return {**progress, **line, "history": past}


def log_lines(line: dict[str, Any]) -> list[Message]:
    """What a line of progress adds to the job's log: its message, and the figures of an epoch."""
    said = message_of(line.get("message"))
    return [*([said] if said else []), *epoch_of(line)]


def epoch_of(line: dict[str, Any]) -> list[Message]:
    if not all(is_number(line.get(name)) for name in ("epoch", "epochs", "loss", "accuracy")):
        return []
    figures = {"step": line["epoch"], "steps": line["epochs"]}
    figures |= {"loss": line["loss"], "share": line["accuracy"]}
    held = line.get("holdout_accuracy")
    return [
        codes.EPOCH_DONE(**figures, held=held) if is_number(held) else codes.STEP_DONE(**figures)
    ]


def message_of(value: Any) -> Message | None:
    """What a training process reported as a message. Another program may report anything."""
    code = value.get("code") if isinstance(value, dict) else None
    if isinstance(code, str) and code in CODES:
        message: Message = value
        return message
    return codes.OTHER_LINE(text=str(value)) if value else None


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float)


def parse_progress(line: str) -> dict[str, Any]:
    """A line of progress; anything else that was printed is passed over."""
    try:
        value = json.loads(line, parse_constant=refuse)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def refuse(constant: str) -> None:
    """NaN and Infinity, which Python's JSON knows, have no place in a database's."""
    raise ValueError(constant)
