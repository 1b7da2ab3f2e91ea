"""The web program, killed with kill -9 at the moment when it would hand a message to the broker.

python -m gunicorn tests.processes.doomed
"""

import os
import signal
from typing import Any

from celery import current_app

from digitsite.wsgi import application

__all__ = ["application"]


def die(*args: Any, **kwargs: Any) -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


current_app.send_task = die
