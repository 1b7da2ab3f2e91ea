import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from recognizer.models import Job, ModelVersion, User
from tests.conftest import SEVEN, signed_in
from tests.pages.rows import make_version
from tests.pages.versions.test_answers import save

ROOT = Path(__file__).resolve().parents[2]


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Return the samples by name and label values, in the order of the labels' names."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def shown(client: Client, **headers: str) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return figures(response.content.decode())


def test_others_do_not_find_it(db: None, owner: User) -> None:
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert signed_in(owner).get("/metrics").status_code == 404


def test_the_token_and_staff_read_it(administrator: User, settings) -> None:
    settings.METRICS_TOKEN = "a long secret"

    assert shown(Client(), Authorization="Bearer a long secret")
    assert shown(signed_in(administrator))
    wrong = Client().get("/metrics", headers={"Authorization": "Bearer a long secre"})
    assert wrong.status_code == 404


def test_requests_and_answers_are_counted(version: ModelVersion, administrator: User) -> None:
    client = signed_in(administrator)
    request = ("POST", "api/v1/recognize/", "200")
    before = shown(client)

    for strokes in (SEVEN, SEVEN, []):
        body = json.dumps({"strokes": strokes})
        client.post("/api/v1/recognize/", body, content_type="application/json")
    after = shown(client)

    def more(*names: str) -> float:
        return after[names] - before.get(names, 0)

    assert more("digits_request_seconds_count", *request) == 3
    assert more("digits_answers_total", "digit") == 2
    assert more("digits_answers_total", "blank") == 1


def test_a_route_is_one_label_whatever_its_number(version: ModelVersion, owner: User) -> None:
    client = signed_in(owner)
    client.get("/jobs/123456789/")
    client.get("/no-such-page-123456789/")
    client.generic("BREW123456789", "/")
    owner.is_staff = True
    owner.save()

    assert not [names for names in shown(client) if "123456789" in "".join(names)]


def test_jobs_by_state_and_the_age_of_the_queue(administrator: User) -> None:
    Job.objects.create(kind=Job.Kind.RETRAIN, status="failed")
    oldest = Job.objects.create(kind=Job.Kind.RETRAIN)
    Job.objects.create(kind=Job.Kind.RETRAIN)
    Job.objects.filter(pk=oldest.pk).update(created_at=timezone.now() - timedelta(hours=1))

    found = shown(signed_in(administrator))

    assert found["digits_jobs", "training", "queued"] == 2
    assert found["digits_jobs", "training", "failed"] == 1
    assert found["digits_jobs", "training", "running"] == 0
    assert 3600 <= found["digits_queue_age_seconds", "training"] < 3700
    assert found["digits_queue_age_seconds", "reading"] == 0
    assert found["digits_workers", "training"] == 0


COUNT = """
import django
django.setup()
from recognizer.actions import metrics
metrics.answers.labels("digit").inc()
"""


@pytest.mark.slow
def test_the_figures_of_all_processes_are_added(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    show = (
        COUNT
        + """
metrics.JobsCollector.collect = metrics.DriftCollector.collect = lambda self: []
print(metrics.exposition().decode())
"""
    )
    for script in (COUNT, show):
        text = subprocess.check_output(
            [sys.executable, "-c", script], env=environment, text=True, cwd=ROOT
        )
    assert figures(text)["digits_answers_total", "digit"] == 2


def test_answers_to_saved_drawings_and_their_drift(administrator: User) -> None:
    version = make_version(1)
    client = signed_in(administrator)
    save(administrator, version, days=0.5, answer=10, count=60)
    save(administrator, version, days=20, answer=1, count=60)

    found = shown(client)

    assert found["digits_saved_answers", "day", "not_a_digit", "canvas"] == 60
    assert found["digits_saved_answers", "day", "1", "canvas"] == 0
    assert found["digits_saved_answers", "before", "1", "canvas"] == 60
    assert found["digits_saved_answers", "week", "number", "upload"] == 0
    assert found["digits_saved_confidence", "0.95", "week", "canvas"] == 60
    assert found["digits_saved_labeled", "week", "canvas"] == 0
    assert found["digits_saved_corrected", "before", "canvas"] == 0
    assert found["digits_drift_psi", "answers", "week", "canvas"] > 1
    assert found["digits_drift_p", "refused", "day", "canvas"] < 0.001
    assert ("digits_drift_p", "refused", "day", "upload") not in found
