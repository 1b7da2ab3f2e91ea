"""The list of settings, the code, README, .env.example and docker-compose.yml agree."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from digitsite.variables import DEFAULTS, VARIABLES
from mlcore.data import datasets
from recognizer.management.commands.settings import documents, with_part, written

# Variables of the system and of libraries.
NOT_OURS = {
    "DJANGO_SETTINGS_MODULE",
    "PROMETHEUS_MULTIPROC_DIR",
    "TF_CPP_MIN_LOG_LEVEL",
    "XDG_CACHE_HOME",
}
BY_THE_IMAGE = {"DIGITS_HOME", "HOST", "PORT"}  # fixed inside a container
ROOT = Path(settings.BASE_DIR)


def sources() -> Iterator[Path]:
    for folder in ("digitsite", "recognizer", "mlcore"):
        yield from (ROOT / folder).rglob("*.py")
    yield from (ROOT / "manage.py", ROOT / "gunicorn.conf.py")


def variables_read(source: str) -> set[str]:
    """Return the names that a module reads from the environment."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                called = ast.unparse(function)
                if called.startswith(("env", "os.environ.", "os.getenv")) and name.isupper():
                    found.add(name)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
                if ast.unparse(value) == "os.environ":
                    found.add(name)
            case ast.Compare(left=ast.Constant(value=str(name)), comparators=[value]):
                if ast.unparse(value) == "os.environ":
                    found.add(name)
    return found


@pytest.mark.parametrize(
    "code",
    [
        'envint("X", least=1)',
        'env.str("X", "")',
        'os.environ.get("X")',
        'os.environ["X"]',
        'os.getenv("X")',
        '"X" in os.environ',
    ],
)
def test_every_way_to_read_a_variable_is_found(code: str) -> None:
    assert variables_read(code) == {"X"}


def test_the_code_reads_the_variables_of_the_list_and_no_others() -> None:
    read = set().union(*(variables_read(path.read_text()) for path in sources()))
    assert read - NOT_OURS == set(DEFAULTS)
    assert len(DEFAULTS) == len(VARIABLES)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_the_documents_are_as_the_list_makes_them(path: Path) -> None:
    assert path.read_text() == documents()[path], "run: make settings"


def test_a_document_without_a_place_for_the_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="There is no line"):
        with_part("settings: end\nsettings: made by `make settings`\n", "")


def shown_settings(home: Path, given: dict[str, str]) -> dict[str, object]:
    """Return all settings that a process has with these variables and no others."""
    script = """
import json
from digitsite import settings
print(json.dumps({k: v for k, v in vars(settings).items() if k.isupper()}, default=str))
"""
    environment = {"PATH": os.environ["PATH"], **given, "DIGITS_HOME": str(home)}
    shown = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    return json.loads(shown)


def test_the_defaults_in_the_list_are_those_of_the_settings(tmp_path: Path) -> None:
    """With every variable set to its default, the site has the settings that it has without any."""
    given = {name: written(default) for name, default in DEFAULTS.items()}
    assert shown_settings(tmp_path, given) == shown_settings(tmp_path, {})


def test_mlcore_downloads_what_the_list_says() -> None:
    assert (DEFAULTS["MNIST_URL"], DEFAULTS["MNIST_SHA256"]) == (datasets.URL, datasets.SHA256)


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {name: services[name] for name in ("setup", "web", "worker", "reader", "beat")}


def test_every_setting_reaches_the_containers(services: dict[str, dict]) -> None:
    for name, service in services.items():
        needed = set(DEFAULTS) - BY_THE_IMAGE - ({"MNIST_CACHE"} if name != "worker" else set())
        assert needed - set(service["environment"]) == set(), name


def test_a_setting_that_is_passed_on_has_no_value_of_its_own(services: dict[str, dict]) -> None:
    """Otherwise the program's default would not count, or what .env says."""
    for service in services.values():
        passed = {each.name: service["environment"][each.name] for each in VARIABLES if each.passed}
        assert set(passed.values()) == {None}


def test_containers_are_reached_from_their_machine_only(services: dict[str, dict]) -> None:
    """From outside anybody could write an X-Forwarded-For that the site believes."""
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ports = [port for service in whole.values() for port in service.get("ports", ())]
    assert ports == ["${BIND:-127.0.0.1}:${PORT:-8000}:8000"]
