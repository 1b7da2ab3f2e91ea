"""Makes the database of a release, for the tests of upgrades.

    python -m tests.upgrades.make [--program FOLDER]

FOLDER: a checkout of the release; without it, this one. Needs the release's packages.
"""

import argparse
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Runs in the release. The modules are taken from here, everything that they import from there.
SCRIPT = """
import importlib.util, json, sys
def module(name):
    spec = importlib.util.spec_from_file_location(name, f"{folder}/{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
said = module("said")
tokens, ask = module("fill").fill(module("thin_version").thinned, said.STROKES)
json.dump({"tokens": tokens, "said": said.what_it_says(ask)}, open(out, "w"), indent=1)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, default=HERE.parent.parent)
    program = parser.parse_args().program.resolve()
    name = name_of(program)
    with tempfile.TemporaryDirectory() as home:
        out = HERE / f"{name}.json"
        script = f"folder, out = {str(HERE)!r}, {str(out)!r}\n{SCRIPT}"
        for command in (
            ["migrate", "--verbosity", "0"],
            ["shell", "--verbosity", "0", "-c", script],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=program,
                env=os.environ | {"DIGITS_HOME": home},
                check=True,
            )
        database = Path(home, "digits.sqlite3")
        with closing(sqlite3.connect(database)) as rows:
            rows.execute("PRAGMA journal_mode=DELETE")
            rows.execute("VACUUM")
        packed = HERE / f"{name}.sqlite3.xz"
        packed.write_bytes(lzma.compress(database.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{packed}: {packed.stat().st_size:,} bytes")  # noqa: T201


def name_of(program: Path) -> str:
    """Return the version and the newest migration of a program."""
    project = tomllib.loads((program / "pyproject.toml").read_text())["project"]
    newest = max(program.glob("recognizer/migrations/0*.py")).stem
    return f"{project['version']}-{newest}"


if __name__ == "__main__":
    main()
