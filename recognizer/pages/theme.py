"""The colors that a person chose, light or dark, in a cookie; without one, those of the system."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

THEMES = ("light", "dark")
COOKIE, COOKIE_AGE = "theme", 31_536_000  # seconds


def theme(request: HttpRequest) -> dict[str, str]:
    """A context processor: `theme` is "light", "dark", or "" for the system's."""
    chosen = request.COOKIES.get(COOKIE, "")
    return {"theme": chosen if chosen in THEMES else ""}


@csrf_exempt  # like the language: no cookie before a choice, and a forged one does no harm
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember `theme` and go back to `next`; any other theme is the system's."""
    page = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(page if is_here else reverse("recognizer:studio"))
    path = settings.LANGUAGE_COOKIE_PATH
    if (chosen := request.POST.get("theme", "")) not in THEMES:
        response.delete_cookie(COOKIE, path=path, samesite="Lax")
        return response
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=COOKIE_AGE,
        path=path,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
