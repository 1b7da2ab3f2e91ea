"""The signal handler of automatic retraining is connected at the start of every process."""

import subprocess
import sys

BEGIN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from recognizer.actions.labels.label_history import label_approved
"""
HEARD = """
from unittest.mock import patch
with patch("recognizer.actions.jobs.automatic_retraining.transaction.on_commit") as queued:
    from django.conf import settings
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    label_approved.send(None)
assert queued.call_count == 1, queued.call_args_list
from recognizer.actions.jobs import automatic_retraining
assert queued.call_args.args == (automatic_retraining.retrain_after_corrections,)
"""


def run(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_an_approved_label_may_start_a_retraining_in_every_process() -> None:
    run(BEGIN + "assert len(label_approved.receivers) == 1\n" + HEARD)


def test_importing_the_tasks_does_not_connect_it_twice() -> None:
    run(BEGIN + "import recognizer.tasks, recognizer.urls\n" + HEARD)


def test_ready_connects_it_independently_of_imports() -> None:
    begin_anew = """
from django.apps import apps
label_approved.receivers.clear()
label_approved.sender_receivers_cache.clear()
apps.get_app_config("recognizer").ready()
"""
    run(BEGIN + begin_anew + HEARD)
