"""The Celery application of the web processes, the worker and the clock."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

app = Celery("digitsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.import_modules.connect
def make_folders(**about: Any) -> None:
    """Make the folders when a worker or the clock starts. Its machine may have no web process.

    Celery reads the settings before any signal. If the secret did not exist then, they get it here.
    """
    from django.conf import settings  # not at import: both read the environment

    from digitsite.home import prepare_home, secret_key

    prepare_home()
    settings.SECRET_KEY = secret_key()
