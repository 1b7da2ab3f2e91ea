"""gunicorn reads this file from the folder in which it starts."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Where the web processes keep their figures for /metrics. In memory where the system has such a
# folder: the files are mapped, and a process that writes to one on a full disk is killed.
MEMORY = Path("/dev/shm")  # noqa: S108

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
        prefix="digits-metrics-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    )


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
