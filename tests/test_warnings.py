"""Only warnings about our own code fail the suite (pyproject.toml, filterwarnings)."""

import warnings
from typing import Any

import pytest

OURS = ["digitsite.urls", "recognizer.models", "mlcore", "tests.conftest", "benchmarks.latency"]
THEIRS = ["django.utils.html", "babel.messages.extract", "testsuite", "somebody.tests"]


def warn(module: str) -> None:
    """Issue a warning that Python attributes to the module."""
    warnings.warn_explicit("goes in 2.0", DeprecationWarning, f"{module}.py", 1, module=module)


@pytest.mark.parametrize("module", OURS)
def test_warnings_of_our_modules_are_errors(module: str) -> None:
    with pytest.raises(DeprecationWarning, match=r"goes in 2\.0"):
        warn(module)


@pytest.mark.parametrize("module", THEIRS)
def test_warnings_of_libraries_are_not_errors(module: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warn(module)
    assert [str(warning.message) for warning in seen] == ["goes in 2.0"]


def test_our_call_of_a_deprecated_function_is_an_error() -> None:
    """A library attributes the warning to its caller, here this module."""
    library: dict[str, Any] = {"__name__": "library", "warnings": warnings}
    exec("def old(): warnings.warn('old', DeprecationWarning, stacklevel=2)", library)  # noqa: S102
    with pytest.raises(DeprecationWarning, match="old"):
        library["old"]()
