"""Signed-in clients of the test users, and pictures to send."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from django.test import Client

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions.deployment import register_version
from recognizer.models import ModelVersion, User
from tests.conftest import signed_in


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    return signed_in(stranger)


@pytest.fixture
def as_reviewer(reviewer: User) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def as_trainer(trainer: User) -> Client:
    return signed_in(trainer)


@pytest.fixture
def second_version(version: ModelVersion) -> ModelVersion:
    """The shipped model as version 2, which has never served."""
    return register_version(bundle=bundles.shipped(), parent=version)


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Makes a PNG of a thick one, dark on white; `picture(blank=True)`: a white PNG."""

    def picture(*, blank: bool = False, kind: str = ".png") -> bytes:
        paper = np.full((120, 120), 255, np.uint8)
        if not blank:
            cv2.line(paper, (60, 20), (60, 100), (0,), 9)
        return cv2.imencode(kind, paper)[1].tobytes()

    return picture
