"""The training process as the system sees it: its start, its limits, its end."""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings

GRACE_SECONDS = 1.5

Child = subprocess.Popen[str]


def start_child(arguments: Sequence[str]) -> Child:
    """Runs TRAINING_COMMAND in a process group of its own, which is ended as a whole.

    Its standard input stays open and empty: the end of it tells the child that we are gone.
    """
    return subprocess.Popen(
        [*settings.TRAINING_COMMAND, *arguments, "--watch-stdin"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},  # last words even of a segmentation fault
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        process_group=0,
    )


def limit_memory(child: Child) -> None:
    """Keeps it within JOB_MEMORY_LIMIT_MB of memory of its own, mapped files not counted."""
    if settings.JOB_MEMORY_LIMIT_MB:
        limit = settings.JOB_MEMORY_LIMIT_MB * 2**20
        with suppress(ProcessLookupError):  # it ended already
            resource.prlimit(child.pid, resource.RLIMIT_DATA, (limit, limit))


def end_child(child: Child) -> None:
    """Asks its group to end, insists after a while, and leaves no process of it."""
    if child.poll() is None:
        signal_group(child, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
    signal_group(child, signal.SIGKILL)
    child.wait()
    if child.stdin:
        child.stdin.close()


def signal_group(child: Child, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)
