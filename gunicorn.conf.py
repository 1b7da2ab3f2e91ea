"""gunicorn reads this file from the folder in which it starts."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Where the web processes keep their figures for /metrics. In memory where the system has such a
# folder: the files are mapped, and a process that writes to one on a full disk is killed.
MEMORY = Path("/dev/shm")  # noqa: S108
FOLDER = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
NAME = "digits-metrics"

logger_class = "digitsite.access_log.MaskedLogger"


def remove_abandoned() -> None:
    """Remove the folders of servers that were killed: <NAME>-<process id>-<random>."""
    for folder in FOLDER.glob(f"{NAME}-*"):
        try:
            os.kill(int(folder.name.split("-")[2]), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, IndexError, PermissionError):
            continue  # not ours


if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    remove_abandoned()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
        prefix=f"{NAME}-{os.getpid()}-", dir=FOLDER
    )


worker_class = "digitsite.buffered_worker.BufferedWorker"
threads = 8  # of one process; downloads use at most half of them (recognizer/accounts/downloads.py)
worker_tmp_dir = str(FOLDER)  # of the workers' heartbeats: no full disk stops them


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
