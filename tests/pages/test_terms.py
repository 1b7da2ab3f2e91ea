"""What terms mean, where they stand and in the glossary."""

import re
from html import unescape
from pathlib import Path

from recognizer.models import ModelVersion, User
from recognizer.presentation.terms import OF_FIGURES, OF_GATES, TERMS
from tests.conftest import signed_in
from tests.pages.rows import make_version

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def test_every_term_is_a_word_of_the_glossary() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY.read_text(), re.MULTILINE)
    words = {word for row in rows for word in row.split(", ")}
    assert [term for term in TERMS if term not in words] == []


def test_gates_and_figures_have_known_terms() -> None:
    assert {*OF_GATES.values(), *OF_FIGURES.values()} <= set(TERMS)


def test_a_term_is_explained_where_it_stands(first: ModelVersion, owner: User) -> None:
    sources = {name: {"temperature": 0.7, "threshold": 0.5} for name in ("strokes", "picture")}
    make_version(2, card={"calibration": sources})
    page = unescape(" ".join(signed_in(owner).get("/versions/2/").text.split()))

    [hint] = re.findall(r"<dt>Temperature, strokes (<details.*?</details>)", page)
    assert 'aria-label="What is this: Temperature, strokes"' in hint
    assert TERMS["temperature"] in hint
