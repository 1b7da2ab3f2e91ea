"""The web program, which kills itself with SIGKILL when it would send a message to the broker.

python -m gunicorn tests.processes.killed_web
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
