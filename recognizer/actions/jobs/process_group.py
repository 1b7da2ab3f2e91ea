"""Start, limit and end the training process and its process group."""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

GRACE_SECONDS = 1.5
# TensorFlow crashes between 92 and 100 % of its limit, usually by a segmentation fault.
AT_LIMIT = 0.9

Child = subprocess.Popen[str]


def start_child(arguments: Sequence[str]) -> Child:
    """Run TRAINING_COMMAND in a new process group, which can be ended as a whole.

    Its standard input stays open and empty. It closes when the worker dies, and then the child
    exits.
    """
    return subprocess.Popen(
        [*settings.TRAINING_COMMAND, *arguments, "--watch-stdin"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "PYTHONFAULTHANDLER": "1",
        },  # a traceback even after a segmentation fault
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        process_group=0,
    )


def limit_memory(child: Child) -> None:
    """Limit the child's private memory to JOB_MEMORY_LIMIT_MB; mapped files do not count."""
    if settings.JOB_MEMORY_LIMIT_MB:
        limit = settings.JOB_MEMORY_LIMIT_MB * 2**20
        with suppress(ProcessLookupError):  # it has already ended
            resource.prlimit(child.pid, resource.RLIMIT_DATA, (limit, limit))


def private_memory(child: Child) -> int:
    """Return the bytes that count towards the limit; 0 if the child ended or nobody says."""
    with suppress(OSError):
        for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def is_at_limit(memory: int) -> bool:
    """Whether a process with so many bytes cannot get much more. Libraries crash then."""
    limit = settings.JOB_MEMORY_LIMIT_MB * 2**20
    return bool(limit) and memory >= AT_LIMIT * limit


def out_of_memory_kills() -> int:
    """Return how many processes the system has killed for lack of memory; 0 if it does not say."""
    with suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0


def end_child(child: Child) -> None:
    """End the whole process group: SIGTERM first, SIGKILL after GRACE_SECONDS."""
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
