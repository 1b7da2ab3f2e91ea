"""The header `Idempotency-Key`: a request that is sent twice is done once."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from recognizer.actions.idempotency import KeptAnswer, once
from recognizer.api.access import person
from recognizer.api.schema import HEADER, REPLAYED
from recognizer.models.idempotency import KEY_LENGTH

KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH}}}")
Handler = Callable[..., Response]


def repeatable(*, shows_drawing: bool = False) -> Callable[[Handler], Handler]:
    """Let a view's method be done once for each key. shows_drawing: its answer is a drawing."""

    def decorate(method: Handler) -> Handler:
        @wraps(method)
        def handle(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return method(self, request, *args, **kwargs)
            if not KEY.fullmatch(key):
                words = _("%(header)s must be 1 to %(most)d printable ASCII characters.")
                raise ValidationError(words % {"header": HEADER, "most": KEY_LENGTH})

            def do() -> KeptAnswer:
                response = method(self, request, *args, **kwargs)
                return KeptAnswer(
                    response.status_code,
                    JSONRenderer().render(response.data),
                    response.headers.get("Location", ""),
                    response.data["id"] if shows_drawing else None,
                )

            asked = digest_of(request)
            answer, is_again = once(owner=person(request), key=key, request=asked, do=do)
            headers = {"Location": answer.location} if answer.location else {}
            if is_again:
                headers[REPLAYED] = "true"
            return Response(json.loads(answer.body), answer.status, headers=headers)

        return handle

    return decorate


def digest_of(request: Request) -> str:
    """Return the SHA-256 of method, address and body, whatever boundary a form has."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if isinstance(request.data, MultiValueDict):
        for name, values in sorted(request.data.lists()):
            for value in values:
                digest.update(f"{name!r}: {part_of(value)!r}\n".encode())
    else:
        digest.update(json.dumps(request.data, sort_keys=True).encode())
    return digest.hexdigest()


def part_of(value: Any) -> Any:
    """Return a form's value; of a file, its name and the SHA-256 of its content."""
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return value.name, digest.hexdigest()
