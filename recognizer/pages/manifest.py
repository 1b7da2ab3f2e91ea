"""The web app manifest: with it the site can be put on a home screen, as an app of its own."""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ONE_DAY = 86_400  # seconds
GROUND = "#f7f8f9"  # --bg and --surface of static/css/tokens.css
BAR = "#ffffff"


@require_safe
@cache_control(public=True, max_age=ONE_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    site = reverse("recognizer:studio")  # also below a path
    content = {
        "id": site,
        "name": "Digit Studio",
        "short_name": "Digits",
        "start_url": site,
        "scope": site,
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": BAR,
        "icons": [
            icon("favicon.svg", "any"),
            icon("icon-192.png", "192x192"),
            icon("icon-512.png", "512x512"),
            icon("icon-maskable-512.png", "512x512", purpose="maskable"),
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


def icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": static(f"img/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
