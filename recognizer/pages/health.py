"""The health check of the web processes."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recognizer.actions.versions.deployment import serving_deployment
from recognizer.actions.versions.serving import serving
from recognizer.errors import Unavailable

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 with this process's version, or 503. Queries the database every time."""
    try:
        serving_deployment()
        return JsonResponse({"status": "ok", "version": serving().number})
    except DatabaseError:
        logger.exception("the database cannot be reached")
        return unavailable("The database cannot be reached.")
    except Unavailable as error:
        return unavailable(error.message)


def unavailable(message: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "message": message}, status=503)
