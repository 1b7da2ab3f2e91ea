"""When the supervisor restarts a program; tests/processes/test_supervisor.py has real ones."""

import time
from types import SimpleNamespace

import pytest

from recognizer.operations.supervisor import Program, Running, Supervisor


@pytest.mark.parametrize(
    ("failures", "ran_for", "pause"),
    [(0, 1, 0.0), (1, 1, 1.0), (4, 1, 10.0), (9, 1, 10.0), (0, 31, 0.0), (4, 31, 0.0)],
)
def test_the_pause_grows_with_failures_in_a_row_and_a_long_run_resets_it(
    monkeypatch, failures, ran_for, pause
):
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(Running, "signal", lambda self, number: None)
    supervisor = Supervisor([Program("web", ["web"])], print)
    (entry,) = supervisor.running
    entry.process, entry.failures = SimpleNamespace(poll=lambda: 1), failures
    entry.started_at = 1000.0 - ran_for

    supervisor.check(entry)

    assert (entry.process, entry.start_at) == (None, 1000.0 + pause)
