"""How the code is housed: files per folder, imports that run upward, lines of product code.

    python -m benchmarks.structure [--tree FOLDER]

FOLDER is a checkout, this one if left out, so that two states of the code can be counted by the
same command. An import runs upward if it goes from a lower layer of LAYERS to a higher one. The
layers name today's folders and those of earlier checkouts.
"""

import argparse
import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("digitsite", "recognizer", "mlcore")
OTHERS = {"static/js": "*.js", "static/css": "*.css", "templates": "*.html"}
LAYERS = (
    "permissions codes numbers presentation thumbnails charts downloads replay told told_texts",
    "errors",
    "models",
    "accounts addresses throttles attempts changes account_forms",
    "actions",
    "tasks operations worker supervisor checks",
    "forms templatetags",
    "pages api admin management",
    "middleware urls apps",
)
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names.split()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=Path())
    tree = parser.parse_args().tree
    modules = [path for package in PACKAGES for path in python_files(tree / package)]
    folders = Counter(path.parent.relative_to(tree) for path in modules)
    print("files | folder")
    for folder, count in folders.most_common():
        print(f"{count:5} | {folder}")
    print()
    upward = list(upward_imports(tree))
    print(f"imports that run upward: {len(upward)}")
    for line in upward:
        print(f"      {line}")
    print(f"lines of Python: {sum(map(lines, modules)):,}")
    for folder, pattern in OTHERS.items():
        print(f"lines of {folder}: {sum(map(lines, (tree / folder).rglob(pattern))):,}")


def python_files(folder: Path) -> list[Path]:
    """The modules of a package: no migrations, and no __init__.py without code."""
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if path.parent.name != "migrations" and (path.name != "__init__.py" or has_code(path))
    ]


def has_code(path: Path) -> bool:
    return len(ast.parse(path.read_text()).body) > 1


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def upward_imports(tree: Path) -> Iterator[str]:
    for path in python_files(tree / "recognizer"):
        part = path.relative_to(tree / "recognizer").parts[0].removesuffix(".py")
        for name in sorted(imported(path)):
            target = name.split(".")[1]
            if part != target and LEVELS.get(target, 0) > LEVELS.get(part, len(LEVELS)):
                yield f"{path.relative_to(tree)} imports {name}"


def imported(path: Path) -> set[str]:
    """Full names of what a module imports of the app."""
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("recognizer")
        for alias in node.names
    }


if __name__ == "__main__":
    main()
