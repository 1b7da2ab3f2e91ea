"""Measure the time of pages about many drawings, and the speed of re-scoring.

    python -m benchmarks.compare_versions [drawings]

It uses SQLite in a temporary folder. The drawings have approved labels and answers of two versions.
One version is wrong in 1 of 20 answers, the other in 1 of 30. For every page, the median of five
requests is printed, as wall time and as processor time. Other work on the machine does not change
the processor time.
"""

import os
import statistics
import sys
import tempfile
import time
from typing import Any

DRAWINGS = 20_000
PAGES = [
    "/versions/compare/?before=1&after=2",
    "/versions/compare/1/2/drawings/?change=fixed",
    "/versions/compare/1/2/drawings/?label=4&was=9",
    "/versions/2/",
    "/drawings/",
    "/drawings/?wrong=1",
    "/drawings/?answer=4&low=1",
]


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        import django

        from digitsite.home import prepare_home

        prepare_home()
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        measure(count)


def measure(count: int) -> None:
    from django.test import Client

    from recognizer.models import User

    fill(count)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="administrator"))
    print(f"{count:,} labeled drawings | s | processor s")
    for page in PAGES:
        assert client.get(page).status_code == 200, page
        times = [seconds(lambda page=page: client.get(page)) for _ in range(5)]
        wall, own = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{page} | {wall:.3f} | {own:.3f}")
    wall, own = (count / each for each in seconds(rescore))
    print(f"re-score, in a second | {wall:,.0f} | {own:,.0f}")


def fill(count: int) -> None:
    """Register the shipped version three times: 1 is deployed, 3 has no answers."""
    import numpy as np

    from mlcore.data import synthesis
    from mlcore.ink import strokes
    from mlcore.recognition import bundle
    from recognizer.actions.versions.deployment import install_shipped_version, register_version
    from recognizer.models import Answer, Drawing, User
    from recognizer.models.drawings import packed

    rng = np.random.default_rng(1)
    owner = User.objects.create_superuser("administrator")
    first = install_shipped_version()
    second, _ = (register_version(bundle=bundle.shipped(), parent=first) for _ in range(2))
    some = [synthesis.draw(i % 10, rng) for i in range(200)]
    inks = [as_row(ink) for ink in some]
    inputs = strokes.network_inputs(some)
    ink = [planes[..., 0].tobytes() for planes in inputs]
    directions = [packed(planes[..., 1:]) for planes in inputs]
    drawings = Drawing.objects.bulk_create(
        Drawing(
            owner=owner,
            source="canvas",
            strokes=inks[i % len(inks)],
            network_input=ink[i % len(ink)],
            directions=directions[i % len(directions)],
            label=i % 10,
            label_state="approved",
        )
        for i in range(count)
    )
    for version, errors in ((first, 20), (second, 30)):
        wrong = rng.random(count) < 1 / errors
        answers = [(i + rng.integers(1, 10) * wrong[i]) % 10 for i in range(count)]
        Answer.objects.bulk_create(
            Answer(
                drawing=drawing,
                owner=owner,
                version=version,
                label=int(answer),
                confidence=0.97,
                probabilities=[0.1] * 10,
                not_a_digit=0.01,
                latency_ms=0.4,
            )
            for drawing, answer in zip(drawings, answers, strict=True)
        )


def as_row(ink: Any) -> list:
    return [[{"x": float(p[0]), "y": float(p[1])} for p in stroke] for stroke in ink]


def rescore() -> None:
    from recognizer.actions.jobs import lifecycle
    from recognizer.actions.jobs.job_requests import request_rescore
    from recognizer.actions.jobs.run_attempt import run_job

    lifecycle.wake = lambda job_id: None
    job = request_rescore(by=None, number=3)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == "succeeded", job.error


def seconds(what: Any) -> tuple[float, float]:
    """Return the wall time and the processor time of this process."""
    started, own = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - started, time.process_time() - own


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWINGS)
