"""The tag that explains a term where it stands."""

from django import template
from django.utils.translation import gettext

from recognizer.presentation.terms import TERMS

register = template.Library()


@register.inclusion_tag("partials/hint.html")
def hint(term: str, name: str) -> dict[str, str]:
    """Show a question mark that opens what a term of TERMS means. name: as the page calls it."""
    return {"of": name, "text": gettext(TERMS[term])}
