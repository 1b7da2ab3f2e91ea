"""The Celery application of the web processes, the worker and the clock."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

app = Celery("digitsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.user_preload_options.connect
def make_folders(**about: Any) -> None:
    """Make the folders when a worker or the clock starts. Its machine may have no web process.

    This signal comes before anything reads the settings, which hold the secret.
    """
    from digitsite.home import prepare_home  # not at import: it reads the environment

    prepare_home()
