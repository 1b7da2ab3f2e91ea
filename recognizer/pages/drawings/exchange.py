"""Export of drawings: the chosen ones, or all that pass the filters."""

from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from recognizer.actions.drawings.store import own_drawings
from recognizer.actions.exchange.export_drawings import export_drawings, export_file
from recognizer.pages.drawings.forms import ChosenExportForm, ExportForm
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.presentation.downloads import download


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """Export the chosen drawings (POST), or those that pass the filters in the query (GET)."""
    if request.method == "POST":
        chosen = valid(ChosenExportForm(request.POST))
        drawings = own_drawings(owner=request.user, ids=chosen["drawings"])
        file = export_file(drawings=drawings, name=chosen["format"])
    else:
        form = ExportForm(request.GET)
        wanted = valid(form)
        file = export_drawings(
            by=request.user,
            wanted=form.filter,
            name=wanted["format"],
            everybody=wanted["everybody"],
        )
    return download(file.pieces, name=file.name, content_type=file.content_type)
