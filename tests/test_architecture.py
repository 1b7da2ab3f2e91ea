"""The allowed imports between packages and layers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


# The folders of mlcore, with the other folders that each may import.
MLCORE = {
    "ink": set(),
    "pictures": {"ink"},
    "recognition": {"ink", "pictures"},
    "pages": {"ink", "pictures", "recognition"},
    "data": {"ink", "pictures", "recognition", "pages"},
    "evaluation": {"ink", "pictures", "recognition", "pages", "data"},
    "training": {"ink", "pictures", "recognition", "pages", "data", "evaluation"},
}
COMMON = {
    "codes",
    "errors",
    "labels",
    "litert",
    "messages",
    "progress",
    "recipes",
}  # modules of mlcore that every folder may import
ENTRY = {"cli", "__main__", "__init__"}

# The layers of the site from the bottom up. Each may import itself and those before it.
SITE = [
    {"permissions", "codes"},
    {"presentation"},
    {"errors"},
    {"models"},
    {"accounts"},
    {"actions"},
    {"tasks", "operations"},
    {"templatetags"},
    {"pages", "api", "admin", "management"},
    {"middleware", "server_errors", "urls", "apps"},
]


def imports_of(path: Path) -> set[str]:
    """Return the full names that a module imports anywhere; `from a import b` gives "a.b"."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def parts(package: str) -> list[tuple[str, Path]]:
    """Return each module of a package with the name of its top-level file or folder."""
    folder = ROOT / package
    return [
        (path.relative_to(folder).parts[0].removesuffix(".py"), path)
        for path in sorted(folder.rglob("*.py"))
        if path.parent.name != "migrations"
    ]


def importers(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in sorted(imports_of(path))
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    ]


def crossings(package: str, allowed: dict[str, set[str]]) -> list[str]:
    """Return the imports between parts of a package that are not allowed."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for part, path in parts(package)
        if part in allowed
        for name in sorted(imports_of(path))
        if name.startswith(f"{package}.") and name.split(".")[1] not in {part, *allowed[part]}
    ]


def test_every_part_is_listed():
    assert {part for part, _ in parts("mlcore")} == {*MLCORE, *COMMON, *ENTRY}
    assert {part for part, _ in parts("recognizer")} == {"__init__", *set().union(*SITE)}


def test_the_folders_of_mlcore_import_only_allowed_folders():
    assert crossings("mlcore", {part: may | COMMON for part, may in MLCORE.items()}) == []
    assert crossings("mlcore", dict.fromkeys(COMMON, COMMON)) == []


def test_only_the_training_folder_imports_tensorflow():
    elsewhere = sorted({*MLCORE, *COMMON, *ENTRY} - {"training"})
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for part, path in parts("mlcore")
        for name in sorted(imports_of(path))
        if part in elsewhere and name.partition(".")[0] in {"tensorflow", "keras"}
    ]
    assert found == []


def test_the_command_line_imports_training_only_in_its_commands():
    tree = ast.parse((ROOT / "mlcore/cli.py").read_text())
    modules = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert [name for name in modules if name.startswith("mlcore.training")] == []


def test_mlcore_does_not_import_the_site():
    assert (
        importers("mlcore", "django", "rest_framework", "celery", "recognizer", "digitsite") == []
    )


def test_the_site_imports_neither_tensorflow_nor_the_training_folder():
    heavy = ("tensorflow", "keras", "mlcore.training")
    assert importers("recognizer", *heavy) == []
    assert importers("digitsite", *heavy) == []


def test_the_site_imports_only_lower_layers():
    below: set[str] = {"__init__"}
    allowed = {}
    for layer in SITE:
        allowed |= dict.fromkeys(layer, below)
        below = below | layer
    assert crossings("recognizer", allowed) == []


@pytest.mark.slow
def test_answering_a_request_loads_no_tensorflow():
    """Runs in a separate process, from an empty database to an answered drawing."""
    script = """
import os, sys, tempfile
os.environ["DIGITS_HOME"] = tempfile.mkdtemp()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.management import call_command
call_command("setup")
from recognizer.models import User
from django.test import Client
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.create_user("somebody"))
strokes = [[[0, 0], [100, 0]], [[100, 0], [50, 200]]]
answer = client.post(
    "/api/v1/recognize/", {"strokes": strokes}, content_type="application/json"
)
assert answer.status_code == 200, answer.content
assert answer.json()["version"] == 1, answer.content
heavy = {"tensorflow", "keras"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
