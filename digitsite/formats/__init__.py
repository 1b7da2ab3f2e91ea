"""How Django's own pages, such as the administration, write times: as the site's do."""

from django.utils.translation import override

from recognizer.presentation.times import FORMATS


def moment_in(language: str) -> str:
    """Return the format of a moment, which the language's catalog has."""
    with override(language):
        return str(FORMATS["short"])
