"""Files, links and functions that the documentation names exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOLDERS = "digitsite|recognizer|mlcore|templates|static|tests|benchmarks|docs|locale|requirements"
FILE = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
FUNCTION = re.compile(rf"`(\w+)` in `((?:{FOLDERS})/[\w./-]*\.py)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
MODULE = re.compile(r"python -m (benchmarks\.\w+)")
# Made by tests or by the program.
GENERATED = {"tests/artifacts/", "staticfiles/"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_and_links_exist(page: Path) -> None:
    text = page.read_text()
    missing = [name for name in FILE.findall(text) if not (ROOT / name).exists()]
    missing += [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    modules = [name.replace(".", "/") + ".py" for name in MODULE.findall(text)]
    missing += [name for name in modules if not (ROOT / name).exists()]
    assert set(missing) - GENERATED == set()


def test_named_functions_are_in_their_files() -> None:
    named = [pair for page in PAGES for pair in FUNCTION.findall(page.read_text())]
    assert len(named) >= 5
    elsewhere = [
        (name, path)
        for name, path in named
        if not re.search(
            rf"^\s*(def|class) {name}\b|^{name}\b", (ROOT / path).read_text(), re.MULTILINE
        )
    ]
    assert elsewhere == []


def test_a_newcomers_questions_are_answered() -> None:
    """The table of CONTRIBUTING has fifteen questions, each with at least one path."""
    table = (ROOT / "CONTRIBUTING.md").read_text().split("## Where do I find ...")[1]
    rows = [row.split("|")[1:3] for row in table.strip().splitlines()[2:]]
    assert len(rows) == 15
    assert [question for question, place in rows if not re.search(r"`[\w./]+`", place)] == []
