"""The studio: canvas and answer, also for continuing one's own saved drawing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from recognizer.models import Drawing, label_name
from recognizer.pages.drawings.reliability import reliability_context
from recognizer.pages.requests import SignedInRequest


@login_required
@require_safe
def studio(request: SignedInRequest) -> HttpResponse:
    context = {"drawing": opened_drawing(request), **reliability_context()}
    return render(request, "recognizer/studio.html", context)


def opened_drawing(request: SignedInRequest) -> dict[str, Any] | None:
    """Return the drawing of ?drawing=ID in the format of the studio's script."""
    wanted = request.GET.get("drawing")
    if wanted is None:
        return None
    try:
        pk = int(wanted)
    except ValueError:
        raise Http404 from None
    own = Drawing.objects.owned_by(request.user).filter(source=Drawing.Source.CANVAS)
    drawing = get_object_or_404(own, pk=pk)
    return {
        "id": drawing.pk,
        "strokes": drawing.strokes,
        "label": drawing.label,
        "label_text": label_name(drawing.label, drawing.number),
        "label_state": drawing.label_state,
    }
