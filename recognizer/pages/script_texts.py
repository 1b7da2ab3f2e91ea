"""The scripts' texts in one language, as a script that browsers cache."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.i18n import JavaScriptCatalog

from recognizer.presentation.script_texts import checksum

ONE_YEAR = 31_536_000


@method_decorator(cache_control(public=True, max_age=ONE_YEAR, immutable=True), name="dispatch")
@method_decorator(gzip_page, name="dispatch")
class Words(JavaScriptCatalog):
    """The site's own catalog, without other applications' texts. The URL names the language."""

    packages = ["recognizer"]

    def get(self, request: HttpRequest, *args: Any, language: str, **kwargs: Any) -> HttpResponse:
        if not checksum(language):
            raise Http404
        with override(language):
            return super().get(request, *args, **kwargs)

    def get_paths(self, packages: Any) -> list[Any]:
        return settings.LOCALE_PATHS
