"""What a process of the site does without being asked, in one that has imported nothing else."""

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


def test_it_is_heard_once_though_the_tasks_are_imported_as_well() -> None:
    run(BEGIN + "import recognizer.tasks, recognizer.urls\n" + HEARD)


def test_it_is_the_start_that_makes_it_listen_not_who_imports_what() -> None:
    begin_anew = """
from django.apps import apps
label_approved.receivers.clear()
label_approved.sender_receivers_cache.clear()
apps.get_app_config("recognizer").ready()
"""
    run(BEGIN + begin_anew + HEARD)
