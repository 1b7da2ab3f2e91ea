"""Real retrainings on approved corrections with wrong labels: the candidates must not serve.

The drawings are normal and well readable. `python -m benchmarks.poison` measures the whole recipe
on the same batches; here there are fewer steps, and TensorFlow is loaded only once.
"""

import os
from datetime import UTC, datetime
from itertools import count

import pytest

from benchmarks.poison import POISON
from recognizer.actions.jobs import lifecycle
from recognizer.actions.training import retraining
from recognizer.actions.training.selection import is_held_out
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Correction, Deployment, Drawing, Job, ModelVersion, User
from tests.mlcore.data.small_mnist import save_small_mnist
from tests.pages.rows import stored

pytestmark = pytest.mark.slow

ONE_PERSON = 20  # drawings
QUICK = {"steps": 12, "rehearsal": 300, "rehearsal_per_batch": 48}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MNIST = os.environ.get("MNIST_PATH", "")
WITH_A_SMALL_MNIST = {"one person", "one digit"}
CASES = [
    *((name, "small" if name in WITH_A_SMALL_MNIST else "none") for name in POISON),
    *((name, "whole") for name in POISON),
]


@pytest.fixture
def mnist(request, settings, tmp_path, monkeypatch):
    """Which MNIST is available: "none", a "small" one of drawn digits, or the "whole"."""
    kind = request.param
    monkeypatch.delenv("MNIST_PATH", raising=False)
    monkeypatch.setenv("MNIST_CACHE", str(tmp_path / "nothing"))
    if kind == "whole" and not MNIST:
        pytest.skip("MNIST_PATH is not set")
    small = save_small_mnist(tmp_path / "mnist.npz") if kind == "small" else ""
    settings.MNIST_PATH = MNIST if kind == "whole" else str(small)
    return kind


def people(number):
    """Return accounts that are not held out; of a hundred some twenty are."""
    learned_from = (pk for pk in count(1_000) if not is_held_out(pk))
    return [
        User.objects.create(pk=next(learned_from), username=f"person {i}", date_joined=LONG_AGO)
        for i in range(number)
    ]


def approve(part):
    """Store drawings with approved labels, ONE_PERSON drawings per person, labeled by the owner."""
    owners = people(len(part) // ONE_PERSON)
    for i, (network_input, label) in enumerate(zip(part.inputs, part.labels.tolist(), strict=True)):
        owner = owners[i // ONE_PERSON]
        drawing = Drawing.objects.create(
            owner=owner, label=label, label_state="approved", **stored(network_input)
        )
        Correction.objects.create(
            drawing=drawing, by=owner, to_label=label, source="studio", state="approved"
        )


def retrained(folder):
    folder = folder / "job"
    folder.mkdir()
    queued = Job.objects.create(config={"seed": 1, "recipe": QUICK})
    retraining.attempt(lifecycle.claim(queued.pk), folder)
    return Job.objects.select_related("version").get(pk=queued.pk)


@pytest.mark.usefixtures("trained_here", "few_references")
@pytest.mark.parametrize(("name", "mnist"), CASES, indirect=["mnist"])
def test_a_poisoned_candidate_does_not_serve_and_the_failed_gate_is_named(
    name, mnist, version, tmp_path
):
    approve(POISON[name]())

    job = retrained(tmp_path)

    assert job.status == "succeeded"
    assert serving_deployment().version == version
    assert Deployment.objects.count() == 1
    assert ModelVersion.objects.count() == 2  # stored, but not serving
    verdict = job.version.verdict
    measured = {gate["key"] for gate in verdict["gates"] if gate["passed"] is not None}
    assert ("mnist_holdout" in measured) is (mnist != "none")
    failed = {gate["key"]: gate for gate in verdict["gates"] if gate["passed"] is False}
    assert {"contradictions", "contradictions_person"} <= set(failed)
    assert all(gate["name"] in verdict["reason"]["gates"] for gate in failed.values())
    assert failed["contradictions"]["after"] >= 0.75
