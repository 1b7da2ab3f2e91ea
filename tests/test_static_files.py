"""Style sheets as they are served: one file where the source imports its parts."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from digitsite.static_storage import SiteStorage

PARTS = {
    "css/whole.css": '@import "a.css";\n@import "b.css";\n',
    "css/a.css": "p { color: red }\n",
    "css/b.css": "p { color: green }\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "css").mkdir(parents=True)
    for name, text in PARTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def served(source: Path, tmp_path: Path, settings: Any) -> Any:
    """Collects the files, and returns the text of one as it is served."""
    settings.DEBUG = False
    storage = SiteStorage(location=tmp_path / "collected", base_url="/static/")

    def collect(name: str) -> str:
        shutil.copytree(source, tmp_path / "collected", dirs_exist_ok=True)
        origin = FileSystemStorage(location=source)
        list(storage.post_process({name: (origin, name) for name in PARTS}))
        return (tmp_path / "collected" / storage.stored_name(name)).read_text()

    return collect


def test_what_a_style_sheet_imports_is_written_into_it_in_order(served: Any) -> None:
    text = served("css/whole.css")

    assert "@import" not in text
    assert 0 <= text.index("color: red") < text.index("color: green")


def test_a_part_that_changed_is_in_the_whole_when_collected_again(
    served: Any, source: Path
) -> None:
    served("css/whole.css")
    (source / "css" / "b.css").write_text("p { color: blue }\n")

    text = served("css/whole.css")

    assert "color: blue" in text
    assert "color: green" not in text
    assert text.count("color: red") == 1
