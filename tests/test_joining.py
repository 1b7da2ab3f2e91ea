"""Style sheets and scripts are joined with their imports."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.files.storage import FileSystemStorage

from digitsite.joining import joined
from digitsite.static_storage import SiteStorage

SOURCES = {
    "css/whole.css": '@import "a.css";\n@import "b.css";\n',
    "css/a.css": "p { color: red }\n",
    "css/b.css": "p { color: green }\n",
    "js/page.js": 'import { double as twice } from "./sums.js";\n'
    'import { ONE } from "./numbers.js";\ndocument.title = twice(ONE);\nimport("./later.js");\n',
    "js/sums.js": 'import { TWO } from "./numbers.js";\n'
    "const hidden = TWO;\nexport function double(x) {\n  return x * hidden;\n}\n",
    "js/numbers.js": "const hidden = 1;\nexport const ONE = hidden;\nexport const TWO = 2;\n",
    "js/later.js": "export const later = true;\n",
}
JOINED = """\
const module_numbers_js = (() => {
const hidden = 1;
const ONE = hidden;
const TWO = 2;
return { ONE, TWO };
})();
const module_sums_js = (() => {
const { TWO } = module_numbers_js;
const hidden = TWO;
function double(x) {
  return x * hidden;
}
return { double };
})();
const { double: twice } = module_sums_js;
const { ONE } = module_numbers_js;
document.title = twice(ONE);
import("./later.js");
"""
OWN = [
    path.relative_to(site_settings.BASE_DIR / "static").as_posix()
    for path in (site_settings.BASE_DIR / "static").glob("*/*")
    if path.suffix in {".css", ".js"}
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for name, text in SOURCES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def served(source: Path, tmp_path: Path, settings: Any) -> Any:
    """Collects the files and returns the text of one as it is served: `served(name)`."""
    settings.DEBUG = False
    storage = SiteStorage(location=tmp_path / "collected", base_url="/static/")

    def collect(name: str) -> str:
        shutil.copytree(source, tmp_path / "collected", dirs_exist_ok=True)
        origin = FileSystemStorage(location=source)
        list(storage.post_process({name: (origin, name) for name in SOURCES}))
        return (tmp_path / "collected" / storage.stored_name(name)).read_text()

    return collect


def test_a_style_sheet_contains_its_imports_in_order(served: Any) -> None:
    text = served("css/whole.css")

    assert "@import" not in text
    assert 0 <= text.index("color: red") < text.index("color: green")


def test_collecting_again_updates_a_changed_import(served: Any, source: Path) -> None:
    served("css/whole.css")
    (source / "css" / "b.css").write_text("p { color: blue }\n")

    text = served("css/whole.css")

    assert "color: blue" in text
    assert "color: green" not in text
    assert text.count("color: red") == 1


def test_each_module_is_written_once_before_its_importers_with_its_own_scope() -> None:
    assert joined("js/page.js", SOURCES.__getitem__) == JOINED


def test_dynamic_imports_use_hashed_names(served: Any) -> None:
    text = served("js/page.js")

    assert "import {" not in text
    assert re.search(r'import\("\./later\.[0-9a-f]{12}\.js"\)', text)


def test_a_module_still_exports_by_itself(served: Any) -> None:
    assert "export function double" in served("js/sums.js")


def test_comments_on_lines_of_their_own_are_left_out() -> None:
    script = (
        "/** Adds.\n *\n * Much.\n */\n// one\nconst a = 1; // stays\n"
        '  /* two */\n/* three */ const b = "/*";\nconst c = `//${b}`;\n/* four */\n'
    )
    read = {"page.js": script, "page.css": "/* red */\np { color: red } /* stays */\n"}
    assert joined("page.js", read.__getitem__) == (
        'const a = 1; // stays\n/* three */ const b = "/*";\nconst c = `//${b}`;\n'
    )
    assert joined("page.css", read.__getitem__) == "p { color: red } /* stays */\n"


@pytest.mark.parametrize(
    "line",
    [
        'import whole from "./numbers.js";',
        'import * as numbers from "./numbers.js";',
        'export { ONE } from "./numbers.js";',
        "export default 1;",
        "export let changing = 1;",
    ],
)
def test_an_unknown_form_of_import_or_export_is_an_error(line: str) -> None:
    sources = {**SOURCES, "js/sums.js": f"{line}\n"}
    with pytest.raises(ValueError, match=re.escape(f"js/sums.js: {line!r}")):
        joined("js/page.js", sources.__getitem__)


def test_circular_imports_are_an_error() -> None:
    sources = {**SOURCES, "js/numbers.js": 'import { double } from "./sums.js";\n'}
    with pytest.raises(ValueError, match=r"js/(sums|numbers).js and js/(sums|numbers).js"):
        joined("js/page.js", sources.__getitem__)


@pytest.mark.parametrize("name", OWN)
def test_every_file_of_the_site_can_be_joined(name: str) -> None:
    text = joined(name, lambda part: (site_settings.BASE_DIR / "static" / part).read_text())
    assert not re.search(r"^(@import|import \{)", text, re.MULTILINE)
