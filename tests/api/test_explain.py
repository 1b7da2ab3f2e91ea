"""Explanations: they take the same input and give the same errors as recognition."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mlcore.pictures.encoding import gray_of_file
from recognizer.api.explanation import ExplainThrottle
from recognizer.models import Deployment, Drawing
from tests.api.client import DRAWN, ROOT, post, problem

pytestmark = pytest.mark.usefixtures("version")


def pixels(step: dict[str, Any]) -> np.ndarray:
    kind, _, data = step["picture"].partition(",")
    assert kind == "data:image/png;base64"
    return gray_of_file(base64.b64decode(data))


def test_it_shows_the_steps_from_strokes_to_the_network_input(as_owner: Client) -> None:
    explained = post(as_owner, "explain/", DRAWN).json()
    assert explained["answer"]["digit"] == 7
    assert [step["name"] for step in explained["steps"]] == [
        *("ink", "box", "network_input", "directions")
    ]
    seen, directions = explained["steps"][-2:]
    assert (seen["width"], seen["height"]) == (28, 28)
    assert pixels(seen).tobytes() == base64.b64decode(explained["answer"]["network_input"])
    # The directions surround the ink.
    assert (directions["width"], directions["height"]) == (84, 84)
    assert np.array_equal(pixels(directions)[28:56, 28:56], pixels(seen))


def test_it_gives_the_same_answer_as_recognition(as_owner: Client) -> None:
    explained = post(as_owner, "explain/", DRAWN).json()["answer"]
    recognized = post(as_owner, "recognize/", DRAWN).json()
    varying = {"latency_ms"}
    assert recognized.pop("kept") is None
    assert explained.keys() == recognized.keys()
    assert {k: explained[k] for k in explained.keys() - varying} == {
        k: recognized[k] for k in recognized.keys() - varying
    }


def test_the_heat_map_is_for_the_answer_and_only_on_the_ink(as_owner: Client) -> None:
    explained = post(as_owner, "explain/", DRAWN).json()
    heat = explained["heat"]
    values = np.array(heat["values"])
    assert (heat["label"], values.shape) == (7, (28, 28))
    assert np.abs(values).max() <= 1
    assert values.max() > 0
    network_input = np.frombuffer(
        base64.b64decode(explained["answer"]["network_input"]), np.uint8
    ).reshape(28, 28)
    assert not values[network_input == 0].any()


def test_it_shows_the_steps_of_an_uploaded_picture(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    file = SimpleUploadedFile("one.png", picture())
    explained = as_owner.post(ROOT + "explain/", {"image": file}).json()
    assert explained["answer"]["digit"] == 1
    names = [step["name"] for step in explained["steps"]]
    assert names[:2] == ["picture", "ink"]
    assert names[-2:] == ["box", "network_input"]
    assert pixels(explained["steps"][0])[0, 0] == 255


def test_a_blank_drawing_has_no_explanation(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    explained = post(as_owner, "explain/", {"strokes": []}).json()
    assert (explained["steps"], explained["heat"]) == ([], None)
    assert explained["answer"]["reason"] == "blank"
    file = SimpleUploadedFile("white.png", picture(blank=True))
    blank = as_owner.post(ROOT + "explain/", {"image": file}).json()
    assert [step["name"] for step in blank["steps"]] == ["picture"]


def test_it_stores_nothing(as_owner: Client) -> None:
    post(as_owner, "explain/", DRAWN)
    assert not Drawing.objects.exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "invalid")),
        ({}, (400, "invalid")),
        ({"strokes": "seven"}, (400, "invalid")),
        ({"strokes": [[[1, 1]]] * 65}, (413, "too_large")),
    ],
)
def test_it_refuses_the_same_input_as_recognition(
    as_owner: Client, body: Any, expected: tuple[int, str]
) -> None:
    assert problem(post(as_owner, "explain/", body)) == expected


def test_it_refuses_a_file_that_is_not_a_picture(as_owner: Client) -> None:
    file = SimpleUploadedFile("a.png", b"not a picture")
    response = as_owner.post(ROOT + "explain/", {"image": file})
    assert problem(response) == (415, "unsupported_type")


def test_it_requires_an_account(client: Client) -> None:
    assert problem(post(client, "explain/", DRAWN)) == (401, "unauthenticated")


def test_without_a_serving_version_it_is_unavailable(as_owner: Client) -> None:
    Deployment.objects.all().delete()
    assert problem(post(as_owner, "explain/", DRAWN)) == (503, "unavailable")


def test_it_has_its_own_rate_limit(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExplainThrottle, "get_rate", lambda self: "2/min")
    statuses = [post(as_owner, "explain/", {"strokes": []}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert post(as_owner, "recognize/", DRAWN).status_code == 200
