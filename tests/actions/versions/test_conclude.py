"""Concluding a retraining after the training process has written its report."""

import json

import pytest

from mlcore.recognition import bundle as bundles
from mlcore.recognition.bundle import Bundle
from recognizer.actions.jobs import lifecycle
from recognizer.actions.training import retraining
from recognizer.actions.versions.deployment import (
    deploy_version,
    register_version,
    serving_deployment,
)
from recognizer.models import Deployment, Job, ModelVersion
from recognizer.presentation.messages import in_english
from tests.actions.versions.verdicts import report

BESIDE = {"trained_on": {"corrections": 2}, "history": [], "share": 0.5, "seconds": 1.5}


@pytest.fixture
def conclude(version, tmp_path):
    """Conclude a job with a report; returns the job and the new version."""

    def conclude(about):
        shipped = bundles.shipped()
        candidate = Bundle(shipped.card | {"seed": 77}, shipped.weights, shipped.litert)
        bundles.write(candidate, tmp_path / "candidate")
        (tmp_path / "report.json").write_text(json.dumps(about | BESIDE))
        job = lifecycle.claim(Job.objects.create(config={}).pk)
        retraining.conclude(job, tmp_path, version, {"corrections": []})
        job.refresh_from_db()
        return job, ModelVersion.objects.get(number=job.version.number)

    return conclude


def serving():
    return serving_deployment().version


def test_a_candidate_that_passed_all_gates_serves(conclude):
    job, candidate = conclude(report())
    assert serving() == candidate
    newest = Deployment.objects.first()
    assert (newest.kind, newest.reason, newest.reason_code) == ("automatic", "", "passed")
    assert candidate.verdict["promoted"] is True
    assert job.status == "succeeded"


def test_the_job_does_not_repeat_what_the_version_stores(conclude):
    job, candidate = conclude(report())
    assert set(job.result) == {"before", "share", "seconds", "parity", "contradictions"}
    assert job.result["share"] == 0.5
    assert candidate.manifest["trained_on"] == {"corrections": 2}
    assert candidate.parent.number == 1


def test_without_automatic_promotion_a_candidate_does_not_serve(conclude, settings, version):
    settings.AUTO_PROMOTE = False
    job, candidate = conclude(report())
    assert serving() == version
    assert candidate.verdict["passed"] is True
    assert candidate.verdict["promoted"] is False
    assert job.version == candidate


def test_a_candidate_that_failed_a_gate_does_not_serve(conclude, version):
    about = report()
    about["after"]["embedded"]["accuracy"] = 0.985
    job, candidate = conclude(about)
    assert serving() == version
    assert job.status == "succeeded"
    assert in_english(candidate.verdict["reason"]) == "Failed gates: Drawn reference set."
    assert candidate.verdict["promoted"] is False


def test_a_candidate_does_not_replace_a_version_other_than_its_parent(conclude, version):
    other = register_version(bundle=bundles.shipped())
    deploy_version(version=other, kind="promotion")
    job, candidate = conclude(report())
    assert serving() == other
    assert in_english(candidate.verdict["reason"]) == (
        "Passed every gate. Version 2 is serving now. Check again first."
    )
    assert candidate.verdict["promoted"] is False
    assert job.version == candidate


def test_the_training_process_gets_person_numbers_but_no_account_ids():
    assert retraining.numbered([907, 31, 0, 907, 31]).tolist() == [2, 1, 0, 2, 1]
    assert retraining.numbered([]).tolist() == []
