"""Forms that are sent twice by a double click, but done once."""

import hashlib
import json
from collections.abc import Callable

from recognizer.actions.idempotency import KeptAnswer, once
from recognizer.models.idempotency import KEY_LENGTH
from recognizer.pages.requests import SignedInRequest

FIELD = "idempotency_key"  # see templates/partials/once.html
NOT_ASKED = (FIELD, "csrfmiddlewaretoken")
PATIENCE_SECONDS = 10.0  # the browser shows the answer to the second click


def once_per_view(request: SignedInRequest, do: Callable[[], int]) -> int:
    """Return `do()`, a number, or what it returned for the same form of the same page view."""
    posted = request.POST.get(FIELD, "")
    if not posted:
        return do()
    asked = {name: values for name, values in request.POST.lists() if name not in NOT_ASKED}
    answer, _ = once(
        owner=request.user,
        key=f"{request.path} {digest(posted)}"[:KEY_LENGTH],
        request=digest(json.dumps(asked, sort_keys=True)),
        do=lambda: KeptAnswer(302, json.dumps(do()).encode()),
        patience=PATIENCE_SECONDS,
    )
    number: int = json.loads(answer.body)
    return number


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
