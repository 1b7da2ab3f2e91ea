"""Feature flags for the templates: sign-up, use without an account, mail."""

from django.conf import settings
from django.http import HttpRequest


def feature_flags(request: HttpRequest) -> dict[str, bool]:
    """A context processor."""
    return {
        "sign_up_is_open": settings.SIGN_UP,
        "trying_is_open": settings.TRY_WITHOUT_ACCOUNT,
        "sends_mail": settings.SENDS_MAIL,
    }
