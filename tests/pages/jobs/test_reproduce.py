"""Repeating a job: the instructions on its page, and the downloads."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlcore.recognition import bundle
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.training.manifest import manifest_of, record_examples
from recognizer.actions.training.selection import select_examples
from recognizer.actions.versions.deployment import register_version
from recognizer.actions.versions.serving import load_bundle
from recognizer.models import Drawing, Job, ModelVersion, User, VersionFile
from tests.actions.training.training_examples import no_networks
from tests.conftest import signed_in
from tests.pages.rows import make_drawing, make_job, stored

SEED = 4711
LABELS = [4, 9, 4]


def shaded(shade: int) -> dict[str, Any]:
    """Return the columns of a drawing: ink of this gray, and directions of another."""
    planes = np.full((28, 28, 9), 100 + shade, np.uint8)
    planes[..., 0] = shade
    return stored(planes)


@pytest.fixture
def label(administrator: User) -> Callable[[Drawing, int], None]:
    def label(drawing: Drawing, label: int) -> None:
        label_drawing(drawing=drawing, by=administrator, label=label, source="api")

    return label


@pytest.fixture
def retrained(version: ModelVersion, owner: User, label: Callable) -> Job:
    """A job that learned from three drawings with different gray values."""
    for shade, digit in enumerate(LABELS, start=1):
        label(make_drawing(owner, **shaded(shade)), digit)
    job = make_job(status="succeeded", config={"seed": SEED, "recipe": {"steps": 10}})
    selection, inputs = select_examples(heartbeat=lambda: None, networks=no_networks)
    bundle = load_bundle(version)
    bundle.card["data"] = {"mnist": None}
    made = register_version(
        bundle=bundle, parent=version, manifest=manifest_of(job, version, selection, inputs)
    )
    record_examples(made)
    result = {"contradictions": {"confidence": 0.99}}
    Job.objects.filter(pk=job.pk).update(version=made, result=result)
    job.refresh_from_db()
    return job


def page(user: User, job: Job) -> str:
    return " ".join(signed_in(user).get(f"/jobs/{job.pk}/").content.decode().split())


def download(user: User, job: Job) -> zipfile.ZipFile:
    response = signed_in(user).get(f"/jobs/{job.pk}/inputs.zip")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="job-{job.pk}.zip"'
    return zipfile.ZipFile(io.BytesIO(response.content))


def read(file: zipfile.ZipFile, name: str) -> Any:
    with np.load(io.BytesIO(file.read(name)), allow_pickle=False) as arrays:
        return dict(arrays)


def test_the_page_shows_command_and_links(retrained: Job, trainer: User) -> None:
    words = page(trainer, retrained)
    assert f"python -m mlcore retrain job-{retrained.pk}</code>" in words
    assert f'href="/jobs/{retrained.pk}/inputs.zip"' in words
    assert f'href="/jobs/{retrained.pk}/manifest.json"' in words
    assert "deleted since" not in words


def test_the_archive_is_the_jobs_input_folder(
    retrained: Job, trainer: User, version: ModelVersion
) -> None:
    file = download(trainer, retrained)
    name = f"job-{retrained.pk}"
    told = json.loads(file.read(f"{name}/job.json"))
    config = {"seed": SEED, "recipe": {"steps": 10}, "sure": 0.99}
    missing = {"mnist": None, "mnist_sha256": None, "pen": None, "pen_sha256": None}
    assert told == {**config, **missing}
    arrays = read(file, f"{name}/corrections.npz")
    assert arrays["labels"].tolist() == LABELS
    # The ink of the first pixel, and the pen's directions there.
    assert arrays["inputs"].shape == (3, 28, 28, 9)
    assert arrays["inputs"][:, 0, 0, 0].tolist() == [1, 2, 3]
    assert arrays["inputs"][:, 0, 0, 8].tolist() == [101, 102, 103]
    assert arrays["holdout"].tolist() == [False] * 3
    for kept in VersionFile.objects.filter(version=version):
        assert file.read(f"{name}/parent/{kept.name}") == bytes(kept.content)
    parent = json.loads(file.read(f"{name}/parent/card.json"))
    assert set(parent.pop("files")) == set(bundle.BINARIES)
    assert parent == version.card
    assert json.loads(file.read(f"{name}/manifest.json")) == retrained.version.manifest


def test_later_labels_and_approvals_are_not_in_the_archive(
    retrained: Job, trainer: User, owner: User, label: Callable
) -> None:
    label(make_drawing(owner), 7)
    label(owner.drawings.order_by("pk")[0], 8)
    owner.drawings.order_by("pk")[1].corrections.update(state="withdrawn")

    arrays = read(download(trainer, retrained), f"job-{retrained.pk}/corrections.npz")

    assert arrays["labels"].tolist() == LABELS
    assert "deleted since" not in page(trainer, retrained)


def test_gold_drawings_have_the_labels_of_that_time(
    retrained: Job, trainer: User, owner: User, label: Callable
) -> None:
    drawing = make_drawing(owner, **shaded(9))
    label(drawing, 3)
    gold = drawing.corrections.get()
    manifest = retrained.version.manifest
    manifest |= {"gold": [drawing.pk], "gold_corrections": [gold.pk]}
    ModelVersion.objects.filter(pk=retrained.version.pk).update(manifest=manifest)
    label(drawing, 5)

    arrays = read(download(trainer, retrained), f"job-{retrained.pk}/gold.npz")

    assert (arrays["labels"].tolist(), arrays["ids"].tolist()) == ([3], [drawing.pk])
    assert arrays["inputs"][0, 0, 0, [0, 8]].tolist() == [9, 109]


def test_the_page_reports_deleted_drawings(retrained: Job, trainer: User, owner: User) -> None:
    owner.drawings.order_by("pk")[0].delete()

    words = page(trainer, retrained)
    assert "1 drawing that it used has since been deleted. The figures will differ." in words
    arrays = read(download(trainer, retrained), f"job-{retrained.pk}/corrections.npz")
    assert arrays["labels"].tolist() == LABELS[1:]


def test_the_archive_reports_changed_drawings(retrained: Job, trainer: User, owner: User) -> None:
    name = f"job-{retrained.pk}/CHANGED.txt"
    assert name not in download(trainer, retrained).namelist()

    owner.drawings.update(network_input=bytes(784))

    words = download(trainer, retrained).read(name).decode()
    assert words == "Drawings that it used have since changed. The figures will differ.\n"


def test_the_page_reads_no_drawing(retrained: Job, trainer: User) -> None:
    """A version may have learned from a hundred thousand."""
    with CaptureQueriesContext(connection) as queries:
        page(trainer, retrained)
    assert not [each for each in queries if "network_input" in each["sql"]]


def test_all_drawings_may_be_deleted(retrained: Job, trainer: User, owner: User) -> None:
    owner.delete()
    assert "3 drawings that it used have since been deleted." in page(trainer, retrained)
    arrays = read(download(trainer, retrained), f"job-{retrained.pk}/corrections.npz")
    assert arrays["labels"].tolist() == []


def test_a_job_with_mnist_names_its_checksum(retrained: Job, trainer: User) -> None:
    card = {**retrained.version.card, "data": {"mnist": "abc123"}}
    ModelVersion.objects.filter(pk=retrained.version.pk).update(card=card)

    words = page(trainer, retrained)

    assert f"python -m mlcore retrain job-{retrained.pk} --data mnist.npz</code>" in words
    assert "abc123" in words
    told = json.loads(download(trainer, retrained).read(f"job-{retrained.pk}/job.json"))
    assert told["mnist_sha256"] == "abc123"


def test_a_damaged_parent_is_a_conflict(
    retrained: Job, trainer: User, version: ModelVersion
) -> None:
    version.files.filter(name="network.tflite").update(content=b"x")
    response = signed_in(trainer).get(f"/jobs/{retrained.pk}/inputs.zip")
    assert response.status_code == 409
    assert "its files do not match the checksum" in response.content.decode()


def test_a_training_from_scratch_has_a_command_and_no_inputs(
    version: ModelVersion, trainer: User
) -> None:
    config = {"architecture": "mlp", "seed": 7, "recipe": {"epochs": 3}}
    job = make_job(kind="train", status="succeeded", config=config, version=version)

    words = page(trainer, job)

    assert "python -m mlcore train --data mnist.npz --pen PEN_DIGITS --architecture mlp" in words
    assert (
        f'the pen digits with the checksum <code class="mono">{version.card["data"]["pen"]}'
        in words
    )
    assert "--seed 7" in words
    assert "&#x27;{&quot;epochs&quot;: 3}&#x27;" in words
    assert "inputs.zip" not in words
    assert signed_in(trainer).get(f"/jobs/{job.pk}/inputs.zip").status_code == 404
    assert signed_in(trainer).get(f"/jobs/{job.pk}/manifest.json").status_code == 200


@pytest.mark.parametrize("name", ["inputs.zip", "manifest.json"])
def test_the_downloads_need_the_permission(
    retrained: Job, owner: User, trainer: User, name: str
) -> None:
    assert "Reproduce this job" not in page(owner, retrained)
    assert signed_in(owner).get(f"/jobs/{retrained.pk}/{name}").status_code == 403
    assert signed_in(trainer).post(f"/jobs/{retrained.pk}/{name}").status_code == 405


@pytest.mark.parametrize("name", ["inputs.zip", "manifest.json"])
@pytest.mark.parametrize("status", ["queued", "failed"])
def test_a_job_without_a_version_has_no_downloads(
    version: ModelVersion, trainer: User, name: str, status: str
) -> None:
    job = make_job(status=status)
    assert "Reproduce this job" not in page(trainer, job)
    assert signed_in(trainer).get(f"/jobs/{job.pk}/{name}").status_code == 404


def test_the_manifest_is_that_of_the_version(retrained: Job, trainer: User) -> None:
    response = signed_in(trainer).get(f"/jobs/{retrained.pk}/manifest.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == retrained.version.manifest
