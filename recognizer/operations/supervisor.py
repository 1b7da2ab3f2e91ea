"""Keeps a few child processes running: restarts what ends, ends all on Ctrl-C or SIGTERM."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
GRACE_SECONDS = 8.0
RESTART_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # grows while a program ends at once again and again
STEADY_SECONDS = 30.0


@dataclass
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """In a session of its own: a Ctrl-C in the terminal reaches the supervisor alone."""
        self.process = subprocess.Popen(
            self.program.command,
            env={**os.environ, **self.program.environment},
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        """To the whole group, so that no grandchild stays behind."""
        if self.process:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    def __init__(self, programs: Sequence[Program], say: Callable[[str], object]) -> None:
        self.running = [Running(program) for program in programs]
        self.say = say
        self.stopping = False

    def run(self) -> None:
        """Blocks until a signal to end; everything it started is gone when it returns."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            while not self.stopping:
                for entry in self.running:
                    self.tend(entry)
                time.sleep(LOOK_SECONDS)
        finally:
            self.end_all()

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def tend(self, entry: Running) -> None:
        now = time.monotonic()
        if entry.process is None:
            if now >= entry.start_at:
                entry.start()
            return
        code = entry.process.poll()
        if code is None:
            return
        entry.signal(signal.SIGKILL)  # what it left behind
        steady = now - entry.started_at > STEADY_SECONDS
        entry.failures = 0 if steady else entry.failures + 1
        pause = RESTART_PAUSES[min(entry.failures, len(RESTART_PAUSES)) - 1]
        logger.warning(
            "%s ended with status %s; starting it again in %s s", entry.program.name, code, pause
        )
        entry.process, entry.start_at = None, now + pause

    def end_all(self) -> None:
        """Asks first, insists after a while. A job in training starts over at the next start."""
        with suppress(OSError):  # the terminal may be gone
            self.say("Stopping ...")
        deadline = time.monotonic() + GRACE_SECONDS
        for entry in self.running:
            if entry.process:
                entry.process.terminate()
        for entry in self.running:
            if entry.process:
                try:
                    entry.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    logger.warning("%s is busy; ending it", entry.program.name)
                entry.signal(signal.SIGKILL)
                entry.process.wait()
