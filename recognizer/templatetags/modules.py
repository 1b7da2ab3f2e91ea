"""Links that let a browser fetch all modules of a page at once, instead of level by level."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from recognizer.pages.words import checksum

register = template.Library()

IMPORT = re.compile(r'^(?:import|export)\b[^;]*?["\']\./([\w-]+\.js)["\'];', re.MULTILINE)


@register.simple_tag
def module(name: str) -> SafeString:
    """The script element of "js/studio.js", and a preloading link for every module it imports."""
    links = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((static(f"js/{each}"),) for each in imported_by(name)),
    )
    return format_html('{}\n<script type="module" src="{}"></script>', links, static(name))


@register.simple_tag
def words() -> SafeString:
    """The script element of the scripts' texts, where the language has some. Before all modules."""
    language = get_language() or settings.LANGUAGE_CODE
    known = checksum(language)
    if not known:
        return SafeString("")
    return format_html(
        '<script src="{}?{}" defer></script>', reverse("words", args=[language]), known
    )


def imported_by(name: str) -> list[str]:
    """The files beside it that it imports, and that these do, in alphabetical order."""
    return find_imports(name) if settings.DEBUG else remembered_imports(name)


def find_imports(name: str) -> list[str]:
    folder, _, entry = name.rpartition("/")
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        path = finders.find(f"{folder}/{waiting.pop()}")
        names = set(IMPORT.findall(Path(path).read_text())) if path else set()
        waiting += names - found
        found |= names
    return sorted(found - {entry})


remembered_imports = cache(find_imports)
