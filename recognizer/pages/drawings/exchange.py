"""Export of drawings, chosen or by filters; import from a file."""

from typing import IO

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mlcore.errors import InvalidInk
from recognizer.accounts.downloads import download, require_room
from recognizer.accounts.throttles import limit_imports
from recognizer.actions.exchange.export_drawings import export_chosen, export_drawings
from recognizer.actions.exchange.import_drawings import Imported, import_drawings, site_limits
from recognizer.errors import QuotaReached, status_of, words_of
from recognizer.pages.drawings.forms import ChosenExportForm, ExportForm, ImportForm
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.presentation.numbers import localized


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """Export the chosen drawings (POST), or those that pass the filters in the query (GET)."""
    require_room(request.user)
    if request.method == "POST":
        chosen = valid(ChosenExportForm(request.POST))
        file = export_chosen(
            by=request.user,
            ids=chosen["drawings"],
            name=chosen["format"],
            everybody=chosen["everybody"],
        )
    else:
        form = ExportForm(request.GET)
        wanted = valid(form)
        file = export_drawings(
            by=request.user,
            wanted=form.filter,
            name=wanted["format"],
            everybody=wanted["everybody"],
        )
    return download(file.pieces, name=file.name, content_type=file.content_type, by=request.user)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: SignedInRequest) -> HttpResponse:
    """Import a file; a refused one comes back with the form and the reason."""
    form = ImportForm()
    status = 200
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        try:
            if form.is_valid():
                return imported(request, form.cleaned_data["file"])
            status = 400
        except (InvalidInk, QuotaReached) as error:
            form.add_error("file", words_of(error))
            status = status_of(error)
    context = {"section": "history", "form": form, **limits_context()}
    return render(request, "recognizer/import.html", context, status=status)


def imported(request: SignedInRequest, file: IO[bytes]) -> HttpResponse:
    limit_imports(request)
    done = import_drawings(owner=request.user, file=file, limits=site_limits())
    messages.success(request, words_for(done))
    return redirect("recognizer:history")


def words_for(done: Imported) -> str:
    """Say what an import did."""
    created = ngettext(
        "%(count)s drawing is imported.", "%(count)s drawings are imported.", done.created
    )
    skipped = ngettext(
        "%(count)s was there already.", "%(count)s were there already.", done.duplicates
    )
    parts = [(created, done.created)] + [(skipped, done.duplicates)] * bool(done.duplicates)
    return " ".join(text % {"count": localized(f"{count:,}")} for text, count in parts)


def limits_context() -> dict[str, int]:
    return {
        "most_drawings": settings.IMPORT_MAX_DRAWINGS,
        "most_megabytes": settings.IMPORT_MAX_BYTES // 1024**2,
    }
