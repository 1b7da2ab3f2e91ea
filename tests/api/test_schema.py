"""The OpenAPI schema: complete, without warnings, and matching the API's responses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.actions.versions.deployment import deploy_version
from recognizer.models import Drawing, ModelVersion, User, Worker
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import sheet
from tests.api.client import DRAWN, ask, get, post
from tests.conftest import signed_in


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def check(schema: dict[str, Any], response: Any, method: str, path: str) -> None:
    """Raise ValidationError if a response does not match the schema."""
    described = schema["paths"]["/api/v1/" + path][method]["responses"][str(response.status_code)]
    shape = described["content"]["application/json"]["schema"]
    Draft202012Validator({**shape, "components": schema["components"]}).validate(response.json())


def test_it_is_generated_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    assert "/api/v1/recognize/" in file.read_text()


def test_it_is_served(as_owner: Client) -> None:
    body = get(as_owner, "schema/").json()
    assert body["openapi"].startswith("3.1")
    assert {"token", "cookieAuth"} <= set(body["components"]["securitySchemes"])


def test_every_operation_describes_its_errors_with_an_example(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        if path == "/api/v1/schema/":
            continue
        for method, operation in operations.items():
            responses = operation["responses"]
            assert {"401", "429"} <= set(responses), (method, path)
            for status, response in responses.items():
                if status >= "400":
                    content = response["content"]["application/json"]
                    assert content["schema"] == {"$ref": "#/components/schemas/Error"}
                    assert content["examples"]


def test_every_operation_has_a_description(schema: dict[str, Any]) -> None:
    for operations in schema["paths"].values():
        assert all(operation["description"] for operation in operations.values())


def test_answers_match(schema: dict[str, Any], as_owner: Client, version: ModelVersion) -> None:
    check(schema, post(as_owner, "recognize/", DRAWN), "post", "recognize/")
    check(schema, post(as_owner, "recognize/", {"strokes": []}), "post", "recognize/")
    check(schema, post(as_owner, "explain/", DRAWN), "post", "explain/")
    check(schema, post(as_owner, "explain/", {"strokes": []}), "post", "explain/")


def test_drawings_match(schema: dict[str, Any], as_owner: Client, version: ModelVersion) -> None:
    kept = post(as_owner, "drawings/", DRAWN)
    check(schema, kept, "post", "drawings/")
    pk = kept.json()["id"]
    check(schema, get(as_owner, f"drawings/{pk}/"), "get", "drawings/{id}/")
    labeled = post(as_owner, f"drawings/{pk}/label/", {"label": 10})
    check(schema, labeled, "post", "drawings/{id}/label/")
    check(schema, get(as_owner, "drawings/"), "get", "drawings/")


def test_versions_match(
    schema: dict[str, Any], as_trainer: Client, second_version: ModelVersion
) -> None:
    check(schema, get(as_trainer, "versions/"), "get", "versions/")
    promoted = post(as_trainer, "versions/2/promote/", {"reason": "better"})
    check(schema, promoted, "post", "versions/{number}/promote/")
    deploy_version(version=ModelVersion.objects.get(number=1), kind="automatic")
    check(schema, post(as_trainer, "versions/roll-back/", {}), "post", "versions/roll-back/")


def test_jobs_match(
    schema: dict[str, Any],
    as_trainer: Client,
    reviewer: User,
    draw: Callable[..., Drawing],
) -> None:
    label_drawing(drawing=draw(reviewer), by=reviewer, label=1, source="admin")
    check(schema, post(as_trainer, "jobs/", {}), "post", "jobs/")
    now = timezone.now()
    Worker.objects.create(name="w1", started_at=now, seen_at=now, has_mnist=True)
    from_scratch = {"kind": "train", "architecture": "mlp"}
    check(schema, post(as_trainer, "jobs/", from_scratch), "post", "jobs/")
    Worker.objects.update(has_mnist=False)
    check(schema, post(as_trainer, "jobs/", from_scratch), "post", "jobs/")
    job = request_retraining(by=None, seed=7, recipe={"steps": 7})
    check(schema, get(as_trainer, "jobs/"), "get", "jobs/")
    check(schema, get(as_trainer, f"jobs/{job.pk}/"), "get", "jobs/{id}/")
    check(schema, post(as_trainer, f"jobs/{job.pk}/cancel/"), "post", "jobs/{id}/cancel/")
    check(schema, get(as_trainer, f"jobs/{job.pk}/log/"), "get", "jobs/{id}/log/")


def test_the_label_history_matches(
    schema: dict[str, Any], administrator: User, reviewer: User, draw: Callable[..., Drawing]
) -> None:
    client = signed_in(administrator)
    correction = label_drawing(drawing=draw(reviewer), by=administrator, label=1, source="api")
    drawing = f"drawings/{correction.drawing_id}"
    gold, withdraw = f"{drawing}/gold/", f"corrections/{correction.pk}/withdraw/"
    for _ in range(2):  # the second time without an approved label, and without an approval
        check(schema, ask(client, "PUT", gold), "put", "drawings/{id}/gold/")
        check(schema, ask(client, "DELETE", gold), "delete", "drawings/{id}/gold/")
        withdrawn = post(client, withdraw, {"reason": "a seven"})
        check(schema, withdrawn, "post", "corrections/{id}/withdraw/")
        check(schema, get(client, f"{drawing}/labels/"), "get", "drawings/{id}/labels/")


def test_batches_match(schema: dict[str, Any], as_owner: Client, version: ModelVersion) -> None:
    files = [SimpleUploadedFile("1.png", picture()), SimpleUploadedFile("bad.png", b"x")]
    sent = as_owner.post("/api/v1/batches/", {"files": files})
    check(schema, sent, "post", "batches/")
    pk = sent.json()["id"]
    check(schema, get(as_owner, f"batches/{pk}/"), "get", "batches/{id}/")
    check(schema, get(as_owner, f"batches/{pk}/results/"), "get", "batches/{id}/results/")
    run_reading_job(job_id=pk)
    check(schema, get(as_owner, f"batches/{pk}/"), "get", "batches/{id}/")
    check(schema, get(as_owner, f"batches/{pk}/results/"), "get", "batches/{id}/results/")
    check(schema, get(as_owner, "batches/"), "get", "batches/")
    check(schema, post(as_owner, f"batches/{pk}/cancel/"), "post", "batches/{id}/cancel/")
    check(schema, as_owner.post("/api/v1/batches/", {}), "post", "batches/")


def test_pages_match(schema: dict[str, Any], as_owner: Client, version: ModelVersion) -> None:
    sent = as_owner.post("/api/v1/pages/", {"image": SimpleUploadedFile("1.png", sheet())})
    check(schema, sent, "post", "pages/")
    pk = sent.json()["id"]
    check(schema, get(as_owner, f"pages/{pk}/"), "get", "pages/{id}/")
    run_reading_job(job_id=pk)
    check(schema, get(as_owner, f"pages/{pk}/"), "get", "pages/{id}/")
    check(schema, get(as_owner, "pages/"), "get", "pages/")
    correction = {"row": 0, "column": 0, "text": "1"}
    check(schema, ask(as_owner, "PATCH", f"pages/{pk}/", correction), "patch", "pages/{id}/")
    check(schema, ask(as_owner, "PATCH", f"pages/{pk}/", {}), "patch", "pages/{id}/")
    check(schema, post(as_owner, f"pages/{pk}/cancel/"), "post", "pages/{id}/cancel/")
    check(schema, as_owner.post("/api/v1/pages/", {}), "post", "pages/")


def test_tokens_match(schema: dict[str, Any], as_owner: Client) -> None:
    check(schema, post(as_owner, "tokens/", {"name": "lab"}), "post", "tokens/")
    check(schema, get(as_owner, "tokens/"), "get", "tokens/")


def test_errors_match(schema: dict[str, Any], as_owner: Client) -> None:
    check(schema, post(as_owner, "recognize/", {}), "post", "recognize/")
    check(schema, post(as_owner, "tokens/", {}), "post", "tokens/")
    check(schema, get(Client(), "jobs/"), "get", "jobs/")


def test_the_enums_of_job_and_deployment_kinds_have_names(
    schema: dict[str, Any],
) -> None:
    shapes = schema["components"]["schemas"]
    assert shapes["JobStatusEnum"]["enum"][:2] == ["queued", "running"]
    assert "skipped" in shapes["PictureStatusEnum"]["enum"]
    assert shapes["JobKindEnum"]["enum"] == ["retrain", "train", "rescore"]
    assert "promotion" in shapes["KindEnum"]["enum"]
