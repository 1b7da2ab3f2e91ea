"""Random requests, by the OpenAPI schema and against it.

None is a server error, all answers are described, what the schema allows is accepted, and what it
forbids is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import strategies as st
from rest_framework.views import APIView
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from mlcore.recognition import bundle as bundles
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.versions.deployment import register_version
from recognizer.models import Drawing, ModelVersion, User
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import sheet
from tests.conftest import signed_in

CSRF = "c" * 32
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# What is refused with 400 although the schema allows it, because no schema can say it.
UNSAYABLE = {
    "POST /api/v1/recognize/": "a damaged picture",
    "POST /api/v1/pictures/": "a damaged picture",
    "POST /api/v1/explain/": "a damaged picture",
    "POST /api/v1/drawings/": "a damaged picture, or nothing drawn",
    "POST /api/v1/batches/": "what is no ZIP archive",
    "POST /api/v1/import/": "what is no file of drawings",
    "POST /api/v1/pages/": "a damaged picture or PDF",
    "PATCH /api/v1/pages/{id}/": "a cell that the page does not have",
    "POST /api/v1/jobs/": "a version that does not exist",
    "POST /api/v1/tokens/": "a longer lifetime than this site allows",
    "POST /api/v1/versions/{number}/promote/": "no reason for a version that no gate has seen",
    "POST /api/v1/versions/roll-back/": "no reason for a version that no gate has seen",
}

schemathesis.openapi.format(
    "binary", st.binary(max_size=200) | st.sampled_from([picture(), picture(blank=True), sheet()])
)
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = get_wsgi_application()
schema.config.generation.with_security_parameters = False  # the session is enough
# Limits of size, and the type of a body, have statuses of their own.
for check in (
    schema.config.checks.positive_data_acceptance,
    schema.config.checks.negative_data_rejection,
):
    check.expected_statuses = [*check.expected_statuses, "413", "415"]


@dataclass(frozen=True)
class Known:
    """A session that may do everything, and things that exist, by the first part of the path."""

    cookies: dict[str, str]
    keys: dict[str, Any]


@pytest.fixture
def known(
    monkeypatch: pytest.MonkeyPatch,
    woken: list[int],
    administrator: User,
    owner: User,
    version: ModelVersion,
    draw: Callable[..., Drawing],
) -> Known:
    monkeypatch.setattr(APIView, "check_throttles", lambda view, request: None)
    client = signed_in(administrator)
    register_version(bundle=bundles.shipped(), parent=version)
    label_drawing(drawing=draw(owner), by=owner, label=7, source="api")
    drawing = draw(administrator)
    correction = label_drawing(drawing=drawing, by=administrator, label=7, source="api")
    return Known(
        {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF},
        {
            "drawings": drawing.pk,
            "batches": client.post("/api/v1/batches/", {"files": [sheet_file()]}).json()["id"],
            "pages": client.post("/api/v1/pages/", {"image": sheet_file()}).json()["id"],
            "corrections": correction.pk,
            "versions": 2,
            "jobs": request_retraining(by=None).pk,
        },
    )


def sheet_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("1.png", sheet())


@schema.parametrize()
def test_random_requests_are_answered_as_the_schema_says(
    case: schemathesis.Case, known: Known
) -> None:
    name_one_that_exists(case, known)
    with transaction.atomic():  # each request meets the same database
        response = case.call(cookies=known.cookies, headers={"X-CSRFToken": CSRF})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    if response.status_code != 400 or case.operation.label not in UNSAYABLE:
        case.validate_response(response, checks=[checks.positive_data_acceptance])


def name_one_that_exists(case: schemathesis.Case, known: Known) -> None:
    """Put the key of something that exists into the path of every second request.

    A path that is wrong on purpose stays as it is: the request is expected to be refused for it.
    """
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if path and path.mode.is_negative:
        return
    kind = case.path.split("/")[3]
    for name, value in case.path_parameters.items():
        if kind in known.keys and crc32(str(value).encode()) % 2:
            case.path_parameters[name] = known.keys[kind]
