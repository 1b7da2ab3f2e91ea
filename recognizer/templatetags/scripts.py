"""The tag that loads the scripts' texts."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from recognizer.presentation.script_texts import checksum

register = template.Library()


@register.simple_tag
def words() -> SafeString:
    """Return the script element of the texts if the language has any. It precedes all modules."""
    language = get_language() or settings.LANGUAGE_CODE
    known = checksum(language)
    if not known:
        return SafeString("")
    return format_html(
        '<script src="{}?{}" defer></script>', reverse("words", args=[language]), known
    )
