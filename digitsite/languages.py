"""The languages of the site: English, and every language with a compiled catalog."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language


def translated_languages(folder: Path) -> list[tuple[str, str]]:
    """List (code, native name) for every folder/xx/LC_MESSAGES/django.mo, sorted by code."""
    found = sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [(code, own_name(code)) for code in map(to_language, found)]


def own_name(code: str) -> str:
    """The native name, or the code of a language that Django does not know."""
    name: str | None = LANG_INFO.get(code, {}).get("name_local")
    return name[:1].upper() + name[1:] if name else code
