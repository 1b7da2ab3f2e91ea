"""Prints the list of settings, or writes it into README, .env.example and docker-compose.yml."""

import re
from argparse import ArgumentParser
from pathlib import Path
from textwrap import fill
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from digitsite.variables import VARIABLES, Variable

BEGIN, END = "settings: made by `make settings`", "settings: end"
LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the files of the checkout")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if not write:
            self.stdout.write(readme_table())
            return
        for path, text in documents().items():
            path.write_text(text)


def documents() -> dict[Path, str]:
    """Return the files that contain the list, and their texts with the list as it is now."""
    parts = {
        "README.md": readme_table(),
        ".env.example": env_example(),
        "docker-compose.yml": compose_environment(),
    }
    paths = {settings.BASE_DIR / name: part for name, part in parts.items()}
    return {path: with_part(path.read_text(), part) for path, part in paths.items()}


def with_part(text: str, part: str) -> str:
    """Replace what is between the lines with BEGIN and END.

    Raises ValueError if there are no such lines.
    """
    lines = text.splitlines()
    begin, end = (
        next((i for i, line in enumerate(lines) if mark in line), -1) for mark in (BEGIN, END)
    )
    if not 0 <= begin < end:
        raise ValueError(f"There is no line with {BEGIN!r} and after it one with {END!r}.")
    return "\n".join([*lines[: begin + 1], *part.splitlines(), *lines[end:]]) + "\n"


def readme_table() -> str:
    """The settings as a table in Markdown."""
    rows = [f"| `{each.name}` | {shown_default(each)} | {each.doc} |" for each in VARIABLES]
    return "\n".join(["", "| variable | default | |", "|---|---|---|", *rows, ""])


def shown_default(variable: Variable) -> str:
    default = written(variable.default)
    return ", ".join(filter(None, [f"`{default}`" if default else "", variable.note]))


def env_example() -> str:
    """The settings that can be set in compose's file .env, as comments."""
    return "\n".join(
        f"{comment(each)}\n# {each.name}={written(each.default)}"
        for each in VARIABLES
        if each.passed
    )


def comment(variable: Variable) -> str:
    default = f" (default: {shown_default(variable)})" if variable.note else ""
    text = plain(variable.doc + default)
    return fill(text, 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def compose_environment() -> str:
    return "\n".join(f"    {each.name}:" for each in VARIABLES if each.passed)


def written(default: Any) -> str:
    """Return a default as it is written in the environment."""
    match default:
        case bool():
            return str(int(default))
        case list():
            return ",".join(default)
        case _:
            return str(default)


def plain(markdown: str) -> str:
    return LINK.sub(r"\1", markdown).replace("`", "")
