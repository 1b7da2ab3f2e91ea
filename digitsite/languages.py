"""Which languages the site speaks: English, and those that have a compiled catalogue."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language


def translated_languages(folder: Path) -> list[tuple[str, str]]:
    """(code, the language's own name) of every folder/xx/LC_MESSAGES/django.mo, by code."""
    found = sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [(code, own_name(code)) for code in map(to_language, found)]


def own_name(code: str) -> str:
    """As its speakers write it; the code itself for a language that Django does not know."""
    name: str | None = LANG_INFO.get(code, {}).get("name_local")
    return name[:1].upper() + name[1:] if name else code
