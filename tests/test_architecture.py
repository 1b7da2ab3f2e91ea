"""Who may import whom, held by looking at what is loaded and at what is written."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def importers(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imports_of(path)
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    ]


def test_mlcore_does_not_know_django():
    assert importers("mlcore", "django", "recognizer", "digitsite", "celery") == []


def test_the_site_does_not_import_tensorflow():
    assert importers("recognizer", "tensorflow", "keras") == []
    assert importers("digitsite", "tensorflow", "keras") == []


def test_models_know_nothing_above_them():
    above = ("actions", "pages", "api", "admin", "tasks", "forms")
    assert importers("recognizer/models", *(f"recognizer.{name}" for name in above)) == []


def test_actions_know_neither_pages_nor_api():
    above = ("pages", "api", "admin", "tasks")
    assert importers("recognizer/actions", *(f"recognizer.{name}" for name in above)) == []


@pytest.mark.slow
def test_answering_a_request_loads_no_tensorflow():
    """In a process of its own, from an empty database to an answered drawing."""
    script = """
import os, sys, tempfile
os.environ["DIGITS_HOME"] = tempfile.mkdtemp()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.management import call_command
call_command("setup")
from django.contrib.auth.models import User
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
