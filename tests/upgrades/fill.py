"""Fills the new database of a release. It runs inside that release, in `manage.py shell`.

Rows are made through the API where it can make them, since that changes least between releases.
"""

import sys
from typing import Any

import cv2
import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mlcore.pictures.encoding import png
from mlcore.recognition import bundle as bundles
from recognizer import codes
from recognizer.actions.accounts.accounts import make_groups
from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.versions.deployment import deploy_version, register_version
from recognizer.models import Job, ModelVersion, User

PASSWORD = "correct horse"
GROUPS = {"reviewer": "Reviewers", "trainer": "Trainers"}


def fill(thinned: Any, strokes: dict[str, Any]) -> tuple[dict[str, str], Any]:
    """Make all rows. Returns the people's tokens, and a function that asks the API."""
    make_groups()
    version = install(thinned)
    tokens = {name: make_person(name) for name in ("owner", "reviewer", "trainer")}
    administrator = User.objects.create_superuser("administrator", password=PASSWORD)
    tokens["administrator"] = create_token(owner=administrator, name="kept", days=None)[1]

    def ask(path: str, body: Any = None, *, by: str) -> Any:
        client = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Token {tokens[by]}")
        if body is None:
            answer = client.get(f"/api/v1/{path}")
        elif any(isinstance(value, SimpleUploadedFile) for value in body.values()):
            answer = client.post(f"/api/v1/{path}", body)
        else:
            answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
        if answer.status_code >= 400:
            sys.exit(f"{path}: {answer.status_code} {answer.content.decode()}")
        return answer.json()

    draw(ask, strokes)
    make_jobs(version)
    ask("batches/", {"files": picture("batch.png", "3")}, by="owner")
    ask("pages/", {"image": picture("page.png", "42")}, by="owner")
    return tokens, ask


def install(thinned: Any) -> ModelVersion:
    """Register a thin version, which serves, and the row of a candidate without files."""
    shipped = bundles.shipped()
    files = {name: thinned(name, content) for name, content in shipped.binaries.items()}
    verdict = {"passed": True, "promoted": True, "reason": codes.SHIPPED(), "gates": []}
    version = register_version(bundle=bundles.from_binaries(shipped.card, files), verdict=verdict)
    deploy_version(version=version, kind="initial", reason_code=codes.INSTALLED.code)
    ModelVersion.objects.create(
        number=2, parent=version, architecture=version.architecture, card={}, checksum="0" * 64
    )
    return version


def make_person(name: str) -> str:
    person = User.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)
    if name in GROUPS:
        person.groups.add(person.groups.model.objects.get(name=GROUPS[name]))
    return create_token(owner=person, name="kept", days=None)[1]


def picture(name: str, text: str) -> SimpleUploadedFile:
    paper = np.full((120, 80 * len(text) + 40), 255, np.uint8)
    cv2.putText(paper, text, (30, 95), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 6)
    return SimpleUploadedFile(name, png(paper), "image/png")


def draw(ask: Any, strokes: dict[str, Any]) -> None:
    """Save drawings of the owner, and label them: pending, approved, rejected, withdrawn."""
    ids = [ask("drawings/", {"strokes": each}, by="owner")["id"] for each in strokes.values()]
    ids.append(ask("drawings/", {"image": picture("five.png", "5")}, by="owner")["id"])
    label = lambda number, text, by: ask(f"drawings/{number}/label/", {"label": text}, by=by)  # noqa: E731
    label(ids[0], 7, "owner")  # pending
    label(ids[1], 1, "reviewer")  # approved
    label(ids[2], 8, "owner")
    label(ids[2], 0, "reviewer")  # rejects the owner's
    label(ids[3], 4, "reviewer")
    history = ask(f"drawings/{ids[3]}/labels/", by="administrator")
    ask(f"corrections/{history[0]['id']}/withdraw/", {"reason": "a mistake"}, by="reviewer")
    label(ids[4], 10, "reviewer")  # not a digit


def make_jobs(version: ModelVersion) -> None:
    config = {"seed": 4711, "recipe": {}}
    for status, about in (
        ("succeeded", {"version": version}),
        ("failed", {"error": codes.OUT_OF_MEMORY()}),
        ("canceled", {"kind": "rescore", "asked_version": version}),
        ("queued", {}),
    ):
        Job.objects.create(status=status, config=config, **about)
