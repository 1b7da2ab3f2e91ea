"""The child process that does the arithmetic, so that TensorFlow never lives in a worker."""

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from recognizer.actions import jobs
from recognizer.models import TrainingJob

logger = logging.getLogger(__name__)

RENEW_SECONDS = 1.0
GRACE_SECONDS = 2.0
EXIT_SECONDS = 10.0
ERROR_LINES = 20
CURVE = ("epoch", "loss", "accuracy", "holdout_accuracy")


class ChildFailed(Exception):
    """The child ended without a result; the message holds its last words."""


def run_child(job: TrainingJob, folder: Path, arguments: Sequence[str]) -> None:
    """Runs `python -m mlcore` with `arguments`, with its progress on the job's row.

    Its error output goes to a file in `folder`. Raises ChildFailed, or LeaseLost where the job was
    cancelled or taken; the child is gone then.
    """
    with (folder / "stderr.txt").open("w+", errors="replace") as errors:
        child = start_child(arguments, errors)
        try:
            follow(job, child)
        finally:
            end_child(child)
        if child.returncode != 0:
            errors.seek(0)
            raise ChildFailed(last_words(errors.read(), child.returncode))


def start_child(arguments: Sequence[str], errors: IO[str]) -> subprocess.Popen[str]:
    """Its standard input stays open and empty: the end of it tells the child that we are gone."""
    return subprocess.Popen(
        [sys.executable, "-m", "mlcore", *arguments, "--watch-stdin"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        errors="replace",
    )


def follow(job: TrainingJob, child: subprocess.Popen[str]) -> None:
    """Renews the lease with the newest progress about once a second until the child ends."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=drain, args=(child.stdout, lines), daemon=True).start()
    limit = time_limit(job)
    deadline = time.monotonic() + limit
    progress: dict[str, Any] = dict(job.progress)
    renewed_at = time.monotonic()
    while True:
        try:
            line = lines.get(timeout=RENEW_SECONDS)
        except queue.Empty:
            pass
        else:
            if line is None:
                break
            progress = advanced(progress, parse_progress(line))
        if time.monotonic() > deadline:
            raise ChildFailed(f"Stopped after {limit} seconds, the limit.")
        if time.monotonic() - renewed_at >= RENEW_SECONDS:
            renewed_at = renew(job, progress, renewed_at)
    job.progress = progress
    try:
        child.wait(EXIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ChildFailed("The training process did not end after its work.") from error


def time_limit(job: TrainingJob) -> int:
    """Seconds that one attempt may take."""
    from_scratch = job.kind == TrainingJob.Kind.TRAIN
    return settings.TRAIN_TIME_LIMIT_SECONDS if from_scratch else settings.JOB_TIME_LIMIT_SECONDS


def advanced(progress: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """The progress after one more line; epochs gather in `history`, a running job's curve."""
    past = progress.get("history", [])
    if "epoch" in line:
        past = [*past, {name: line[name] for name in CURVE if name in line}]
    return {**progress, **line, "history": past}


def renew(job: TrainingJob, progress: dict[str, Any], renewed_at: float) -> float:
    """When the lease was renewed last. A database that is away for less than a lease is waited for.

    Raises LeaseLost, or DatabaseError once the lease must have run out.
    """
    try:
        jobs.renew(job, progress)
    except DatabaseError:
        close_old_connections()
        if time.monotonic() - renewed_at >= settings.JOB_LEASE_SECONDS:
            raise
        logger.warning("%s: the database is away; trying again", job)
        return renewed_at
    return time.monotonic()


def drain(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    try:
        for line in stream:
            lines.put(line)
    finally:
        lines.put(None)


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


def end_child(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    for stream in (child.stdin, child.stdout):
        if stream:
            stream.close()


def last_words(errors: str, code: int) -> str:
    lines = errors.strip().splitlines()[-ERROR_LINES:]
    ending = f"was ended by signal {-code}" if code < 0 else f"ended with exit status {code}"
    return "\n".join([f"The training process {ending}.", *lines])
