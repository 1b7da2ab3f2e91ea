"""The training runs in a child process, so that a worker never loads TensorFlow."""

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
from recognizer.actions.jobs.process_group import (
    Child,
    end_child,
    is_at_limit,
    limit_memory,
    out_of_memory_kills,
    private_memory,
    start_child,
)
from recognizer.models import Job

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
RENEW_SECONDS = 1.0  # with POLL_SECONDS and the child's grace: canceled in less than 5 s
EXIT_SECONDS = 10.0
KEPT_LINES, MAX_LINE = 500, 2_000  # lines of a child's standard error, and characters per line
CURVE = ("epoch", "loss", "accuracy", "holdout_accuracy")


def run_child(job: Job, arguments: Sequence[str]) -> None:
    """Run TRAINING_COMMAND with `arguments` and store its progress on the job's row.

    Raises ChildFailed, or LeaseLost if the job was canceled or taken by another worker. In every
    case the child and the processes that it started have ended.
    """
    kills = out_of_memory_kills()
    child = start_child(arguments)
    errors = ErrorTail(child.stderr)
    try:
        limit_memory(child)
        monitor = AttemptMonitor(job)
        follow(monitor, child)
    finally:
        end_child(child)
    if child.returncode != 0:
        raise failure(
            errors.read(),
            child.returncode,
            monitor.error,
            starved=out_of_memory_kills() > kills,
            at_limit=is_at_limit(monitor.most_memory),
        )


def follow(monitor: "AttemptMonitor", child: Child) -> None:
    """Renew the lease with the newest progress about once a second until the child ends."""
    for line in lines_of(child):
        monitor.record(parse_progress(line))
        monitor.most_memory = max(monitor.most_memory, private_memory(child))
        monitor.check()
    monitor.renew()  # store the lines since the last heartbeat
    monitor.job.progress = monitor.progress
    deadline = time.monotonic() + EXIT_SECONDS
    while child.poll() is None:
        if time.monotonic() > deadline:
            raise ChildFailed(codes.CHILD_DID_NOT_EXIT())
        monitor.check()
        with suppress(subprocess.TimeoutExpired):
            child.wait(POLL_SECONDS)


class AttemptMonitor:
    """The progress, the lease and the time limit of one attempt."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress: dict[str, Any] = dict(job.progress)
        self.messages: list[Message] = []  # log lines since the lease was renewed
        self.error: Message | None = None  # reported by the child
        self.most_memory = 0  # bytes
        self.limit = time_limit(job)
        self.renewed_at = time.monotonic()
        self.deadline = self.renewed_at + self.limit

    def record(self, line: dict[str, Any]) -> None:
        """Add a line of progress."""
        if "error" in line:
            self.error = message_of(line["error"])
            return
        if "message" in line:
            line = {**line, "message": message_of(line["message"])}
        self.progress = advanced(self.progress, line)
        self.messages += log_lines(line)

    def check(self) -> None:
        """Renew the lease if due. Raises ChildFailed after the time limit, else as `renew`."""
        now = time.monotonic()
        if now > self.deadline:
            raise ChildFailed(codes.TOOK_TOO_LONG(limit=self.limit))
        if now - self.renewed_at >= RENEW_SECONDS:
            self.renew()

    def renew(self) -> None:
        """Renew the lease and store the newest progress.

        Tolerates an unavailable database for as long as the lease lasts. Raises LeaseLost, or
        DatabaseError once the lease has expired. A full database is tolerated for half a lease,
        which leaves time to store the reason of the failure.
        """
        now = time.monotonic()
        try:
            lifecycle.renew(self.job, self.progress, self.messages)
        except DatabaseError as error:
            close_old_connections()
            tolerance = settings.JOB_LEASE_SECONDS / (2 if is_full(error) else 1)
            if now - self.renewed_at >= tolerance:
                raise
            logger.warning("%s: cannot write to the database (%s); retrying", self.job, error)
        else:
            self.renewed_at, self.messages = now, []


class ErrorTail:
    """The last lines of a child's standard error.

    They are kept in memory, because the error may be that the disk is full.
    """

    def __init__(self, stream: IO[str] | None) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.thread = threading.Thread(target=self.gather, args=(stream,), daemon=True)
        self.thread.start()

    def gather(self, stream: IO[str]) -> None:
        with stream:
            for line in iter(lambda: stream.readline(MAX_LINE), ""):
                self.lines.append(line)

    def read(self) -> str:
        """Return the lines. Call it after the child has ended."""
        self.thread.join(EXIT_SECONDS)
        return "".join(self.lines)


def lines_of(child: Child) -> Iterator[str]:
    """Yield the output line by line, and an empty line after POLL_SECONDS without output."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=drain, args=(child.stdout, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=POLL_SECONDS)
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
    """Return how many seconds one attempt may take."""
    from_scratch = job.kind == Job.Kind.TRAIN
    return settings.TRAIN_TIME_LIMIT_SECONDS if from_scratch else settings.JOB_TIME_LIMIT_SECONDS


def advanced(progress: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Return the progress after one more line. Epochs are appended to `history`, for the charts."""
    history = progress.get("history", [])
    if "epoch" in line:
        history = [*history, {name: line[name] for name in CURVE if name in line}]
    return {**progress, **line, "history": history}


def log_lines(line: dict[str, Any]) -> list[Message]:
    """Return the log lines of a line of progress: its message, and the figures of an epoch."""
    message = message_of(line.get("message"))
    return [*([message] if message else []), *epoch_of(line)]


def epoch_of(line: dict[str, Any]) -> list[Message]:
    if not all(is_number(line.get(name)) for name in ("epoch", "epochs", "loss", "accuracy")):
        return []
    figures = {"step": line["epoch"], "steps": line["epochs"]}
    figures |= {"loss": line["loss"], "share": line["accuracy"]}
    held_out = line.get("holdout_accuracy")
    if is_number(held_out):
        return [codes.EPOCH_DONE(**figures, held=held_out)]
    return [codes.STEP_DONE(**figures)]


def message_of(value: Any) -> Message | None:
    """Return a reported value as a message. A value of another form becomes free text."""
    code = value.get("code") if isinstance(value, dict) else None
    if isinstance(code, str) and code in CODES:
        message: Message = value
        return message
    return codes.OTHER_LINE(text=str(value)) if value else None


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float)


def parse_progress(line: str) -> dict[str, Any]:
    """Parse a line of progress. Any other output gives an empty dict."""
    try:
        value = json.loads(line, parse_constant=refuse)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def refuse(constant: str) -> None:
    """Refuse NaN and Infinity: Python's JSON accepts them, the database's JSON does not."""
    raise ValueError(constant)
