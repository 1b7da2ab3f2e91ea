"""Celery's beat sends one message for times that it missed while it was down."""

import sys
from pathlib import Path

import pytest

from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

# Sets beat's own record of the last run back by an hour.
AN_HOUR_AGO = """
from celery import current_app
from celery.beat import PersistentScheduler
from datetime import timedelta
file = current_app.conf.beat_schedule_filename
scheduler = PersistentScheduler(current_app, schedule_filename=file)
entry = scheduler.schedule["retrain"]
entry.last_run_at -= timedelta(hours=1)
scheduler.schedule["retrain"] = entry
scheduler.close()
"""


def test_beat_sends_what_is_due_once(tmp_path: Path) -> None:
    site = Site(tmp_path, {"RETRAIN_SCHEDULE": "* * * * *"})
    site.manage("shell", "--verbosity", "0", "-c", AN_HOUR_AGO)
    command = [sys.executable, "-m", "celery", "-A", "digitsite", "beat", "--pidfile="]
    messages = tmp_path / "queue" / "messages"
    site.launch("beat", command)
    try:
        wait_for(lambda: any(written(messages)), name="a message")
    finally:
        site.stop()
    sent = written(messages)
    assert 1 <= len(sent) <= 2  # two if a new minute began meanwhile
    assert all("recognizer.retrain_on_schedule" in each for each in sent)


def written(messages: Path) -> list[str]:
    return [path.read_text() for path in messages.glob("*.msg")]
