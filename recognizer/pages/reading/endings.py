"""Cancel or delete a batch or a page; the address has its kind."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recognizer.actions.reading.lifecycle import cancel_reading_job, delete_reading_job
from recognizer.models import ReadingJob
from recognizer.pages.requests import SignedInRequest

LISTS = {ReadingJob.Kind.BATCH: "recognizer:batches", ReadingJob.Kind.PAGE: "recognizer:pages"}


def find(request: SignedInRequest, kind: ReadingJob.Kind, pk: int) -> ReadingJob:
    """Return one's own batch or page. Raises Http404."""
    return get_object_or_404(ReadingJob.objects.owned_by(request.user), kind=kind, pk=pk)


@login_required
@require_POST
def cancel(request: SignedInRequest, kind: ReadingJob.Kind, pk: int) -> HttpResponse:
    job = find(request, kind, pk)
    cancel_reading_job(job=job)
    messages.success(request, _("%(job)s is being canceled.") % {"job": capfirst(str(job))})
    return redirect(job)


@login_required
@require_POST
def delete(request: SignedInRequest, kind: ReadingJob.Kind, pk: int) -> HttpResponse:
    job = find(request, kind, pk)
    name = capfirst(str(job))
    delete_reading_job(job=job)
    messages.success(request, _("%(job)s is deleted.") % {"job": name})
    return redirect(LISTS[kind])
