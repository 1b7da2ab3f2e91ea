"""The Celery application that web and worker share."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

app = Celery("digitsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.import_modules.connect
def make_folders(**about: Any) -> None:
    """At the start of a worker or the clock, which may be all that runs on a machine."""
    from digitsite.home import prepare_home  # here, since it reads the environment

    prepare_home()
