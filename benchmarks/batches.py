"""Measure a batch of small pictures: from the upload to the last result, per second of CPU time.

    taskset -c 0 python -m benchmarks.batches --pictures 2000

It draws the pictures, stores them as a batch in a new SQLite database, and runs the attempt in this
process, as a worker does. Each picture is read, answered and stored. Expected on one core: 200
pictures or more a second.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import cv2
import numpy as np

SIDE = 64  # pixels of a picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--save", action="store_true", help="save each as a drawing, too")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        import django

        django.setup()
        measure(options.pictures, save=options.save)


def measure(count: int, *, save: bool) -> None:
    from django.core.management import call_command

    from recognizer.actions.reading import lifecycle
    from recognizer.actions.reading.batches import request_batch
    from recognizer.actions.reading.incoming import from_archive
    from recognizer.actions.reading.run_attempt import run_reading_job
    from recognizer.models import User

    call_command("setup", verbosity=0)
    lifecycle.wake = lambda job_id: None
    owner = User.objects.create_user("owner")
    archive = drawn(count)
    job = timed(
        "stored",
        count,
        lambda: request_batch(owner=owner, files=from_archive(archive), save_drawings=save),
    )
    timed("read", count, lambda: run_reading_job(job_id=job.pk))
    job.refresh_from_db()
    print(job.status, job.progress)


def timed(name: str, count: int, action: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    result = action()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name}: {count / cpu:.0f} a second of CPU time, {count / wall:.0f} a second")
    return result


def drawn(count: int) -> io.BytesIO:
    """Return a ZIP archive of digits in a drawn font, dark on gray paper with noise."""
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for i in range(count):
            paper = rng.normal(225, 4, (SIDE, SIDE)).clip(0, 255).astype(np.uint8)
            x, y = rng.integers(8, 20), rng.integers(48, 60)
            cv2.putText(paper, str(i % 10), (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (40,), 4)
            archive.writestr(f"{i:05}.png", cv2.imencode(".png", paper)[1].tobytes())
    return file


if __name__ == "__main__":
    main()
