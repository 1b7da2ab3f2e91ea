"""What the system says about a child's memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from recognizer.actions.jobs.process_group import is_at_limit, private_memory

HOLD = "block = bytearray(200 * 2**20); print(1, flush=True); input()"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_private_memory_is_what_the_limit_counts(settings) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        memory = private_memory(child)
        child.communicate("")
    assert 200 * 2**20 < memory < 400 * 2**20
    assert private_memory(child) == 0  # it has ended

    for limit, expected in ((0, False), (200, True), (10_000, False)):
        settings.JOB_MEMORY_LIMIT_MB = limit
        assert is_at_limit(memory) is expected
