"""Who imports whom in mlcore."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mlcore

ROOT = Path(mlcore.__file__).parent
SERVING = [
    "labels",
    "errors",
    "geometry",
    "strokes",
    "paper",
    "colour",
    "preprocessing",
    "inference",
    "bundle",
    "duplicates",
    "suspicion",
    "several",
    "steps",
    "explanation",
    "measuring",
    "pools",
]


def test_serving_imports_neither_tensorflow_nor_django():
    imports = "; ".join(f"import mlcore.{name}" for name in SERVING)
    program = (
        f"import sys; {imports}; print({{'tensorflow', 'keras', 'django'}} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "set()"


@pytest.mark.parametrize(
    "source", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_module_imports_the_site(source):
    modules = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    packages = {module.partition(".")[0] for module in modules}
    assert not packages & {"django", "rest_framework", "celery", "recognizer", "digitsite"}
