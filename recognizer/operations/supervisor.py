"""Keep a few child processes running: restart those that exit, stop all on Ctrl-C or SIGTERM."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
GRACE_SECONDS = 8.0
RESTART_PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0)  # seconds, after the 1st, 2nd, ... failure in a row
STEADY_SECONDS = 30.0  # a longer run resets the count of failures


@dataclass
class Program:
    name: str
    command: Sequence[str]


@dataclass
class Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start in a new session, so that Ctrl-C in the terminal reaches only the supervisor."""
        self.process = subprocess.Popen(self.program.command, start_new_session=True)
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        """Signal the whole process group, so that no grandchild survives."""
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
        """Block until a signal to stop. All started processes have exited when it returns."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            while not self.stopping:
                for entry in self.running:
                    self.check(entry)
                time.sleep(POLL_SECONDS)
        finally:
            self.end_all()

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def check(self, entry: Running) -> None:
        """Start the program if it is due; if it exited, schedule its restart."""
        now = time.monotonic()
        if entry.process is None:
            if now >= entry.start_at:
                entry.start()
            return
        code = entry.process.poll()
        if code is None:
            return
        entry.signal(signal.SIGKILL)  # kill its remaining child processes
        steady = now - entry.started_at > STEADY_SECONDS
        entry.failures = 1 if steady else entry.failures + 1
        pause = RESTART_PAUSES[min(entry.failures, len(RESTART_PAUSES)) - 1]
        logger.warning(
            "%s ended with status %s; starting it again in %s s", entry.program.name, code, pause
        )
        entry.process, entry.start_at = None, now + pause

    def end_all(self) -> None:
        """Send SIGTERM, then SIGKILL after GRACE_SECONDS. A running job restarts at next start."""
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
                    logger.warning("%s did not stop in time; killing it", entry.program.name)
                entry.signal(signal.SIGKILL)
                entry.process.wait()
