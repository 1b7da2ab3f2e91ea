"""The version of the scripts' translation catalog, for cache-busting addresses."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

DOMAIN = "djangojs"


@cache
def checksum(language: str) -> str:
    """Return a checksum of the language's script catalog; empty if there is none (English)."""
    if language not in dict(settings.LANGUAGES):
        return ""
    paths = [
        Path(folder, to_locale(language), "LC_MESSAGES", f"{DOMAIN}.mo")
        for folder in settings.LOCALE_PATHS
    ]
    found = b"".join(path.read_bytes() for path in paths if path.is_file())
    return hashlib.sha256(found).hexdigest()[:12] if found else ""
