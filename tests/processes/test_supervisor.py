"""The supervisor of `make run` with real processes: restarts, and Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.site import ROOT
from tests.processes.waiting import wait_for

# Each start of the child writes its process id and that of a grandchild to a new file.
CHILD = """
import os, pathlib, subprocess, sys, time
folder = pathlib.Path(sys.argv[1])
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
(folder / "draft").write_text(f"{os.getpid()} {grandchild.pid}")
(folder / "draft").rename(folder / f"{time.time_ns()}.pids")
time.sleep(3600)
"""
SUPERVISOR = """
import sys
from recognizer.operations.supervisor import Program, Supervisor
Supervisor([Program("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]])], print).run()
"""


class Watched:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-c", SUPERVISOR, CHILD, str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)

    def starts(self) -> list[list[int]]:
        files = sorted(self.folder.glob("*.pids"))
        return [[int(pid) for pid in file.read_text().split()] for file in files]

    def wait_for_start(self, number: int) -> list[int]:
        wait_for(lambda: len(self.starts()) >= number, name=f"start {number}")
        return self.starts()[number - 1]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.process.terminate()
    watched.process.wait()


def is_running(pid: int) -> bool:
    """Return whether the process exists and is not a zombie."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def test_a_program_that_dies_is_started_again(watched):
    child, grandchild = watched.wait_for_start(1)
    os.kill(child, signal.SIGKILL)
    assert watched.wait_for_start(2)[0] != child
    assert not is_running(grandchild)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_it_started(watched, number):
    child, grandchild = watched.wait_for_start(1)
    watched.process.send_signal(number)
    assert watched.process.wait(timeout=30) == 0
    wait_for(lambda: not is_running(child), name="the child is gone")
    wait_for(lambda: not is_running(grandchild), name="the grandchild is gone")
