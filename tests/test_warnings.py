"""Which warnings fail the suite: those about our own code (pyproject.toml, filterwarnings)."""

import warnings
from typing import Any

import pytest

OURS = ["digitsite.urls", "recognizer.models", "mlcore", "tests.conftest", "benchmarks.latency"]
THEIRS = ["django.utils.html", "babel.messages.extract", "testsuite", "somebody.tests"]


def warn(module: str) -> None:
    """A warning as Python attributes it: to the module whose line causes it."""
    warnings.warn_explicit("goes in 2.0", DeprecationWarning, f"{module}.py", 1, module=module)


@pytest.mark.parametrize("module", OURS)
def test_ours_are_errors(module: str) -> None:
    with pytest.raises(DeprecationWarning, match=r"goes in 2\.0"):
        warn(module)


@pytest.mark.parametrize("module", THEIRS)
def test_those_of_libraries_are_not(module: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warn(module)
    assert [str(warning.message) for warning in seen] == ["goes in 2.0"]


def test_a_call_of_ours_to_what_is_deprecated_is_an_error() -> None:
    """A library names its caller: that is us here."""
    library: dict[str, Any] = {"__name__": "library", "warnings": warnings}
    exec("def old(): warnings.warn('old', DeprecationWarning, stacklevel=2)", library)  # noqa: S102
    with pytest.raises(DeprecationWarning, match="old"):
        library["old"]()
