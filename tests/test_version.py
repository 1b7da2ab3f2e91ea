"""The version number is in pyproject.toml; other places agree with it."""

import re
import tomllib
from pathlib import Path

from drf_spectacular.generators import SchemaGenerator

ROOT = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_it_has_three_numbers() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_the_api_schema_has_it() -> None:
    assert SchemaGenerator().get_schema(request=None, public=True)["info"]["version"] == VERSION


def test_it_is_first_in_the_changelog() -> None:
    """With the date of its release, or "unreleased"."""
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert re.fullmatch(
        rf"{re.escape(VERSION)} - (unreleased|\d{{4}}-\d{{2}}-\d{{2}})", headings[0]
    )


def test_continuous_integration_and_the_images_use_supported_pythons() -> None:
    """3.11 to 3.13, as pyproject.toml says."""
    workflow = (ROOT / ".github/workflows/ci.yml").read_text()
    image = re.findall(r"^FROM python:([\d.]+)-", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert 'requires-python = ">=3.11,<3.14"' in (ROOT / "pyproject.toml").read_text()
    assert 'python: ["3.11", "3.12", "3.13"]' in workflow
    assert set(image) <= {"3.11", "3.12", "3.13"}
    assert image
