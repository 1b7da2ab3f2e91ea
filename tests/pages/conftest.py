import pytest

from recognizer.models import ModelVersion
from tests.pages.rows import make_version, serve


@pytest.fixture
def first(db: None) -> ModelVersion:
    """Version 1, serving."""
    version = make_version(1, verdict={"passed": True})
    serve(version, reason_code="installed")
    return version
