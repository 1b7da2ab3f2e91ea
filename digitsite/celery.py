"""The Celery application that web and worker share."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")

app = Celery("digitsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
@signals.beat_init.connect
def make_folders(**about: Any) -> None:
    """On a machine that runs only a worker or the clock, nothing else makes them."""
    from digitsite.home import prepare_home  # here, since it reads the environment

    prepare_home()
