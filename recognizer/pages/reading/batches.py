"""Batches: send many pictures, watch how they are read, take the results."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from recognizer.accounts.downloads import lines_file
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming, from_archive, from_files
from recognizer.actions.reading.results import result_lines
from recognizer.actions.reading.uploads import SpoolUploadHandler
from recognizer.errors import Refused
from recognizer.models import BatchPicture, ReadingJob
from recognizer.pages.forms import BeforeForm
from recognizer.pages.reading.forms import BatchForm
from recognizer.pages.reading.listing import list_page, worker_context
from recognizer.pages.requests import SignedInRequest, refuse, valid

PICTURES = 60  # on one page
Status = BatchPicture.Status
FIRST = (Status.FAILED, Status.REFUSED, Status.READ, Status.WAITING, Status.SKIPPED)


# Exempt, because the check reads the body: `upload` says first where it is written, then checks.
@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        request.upload_handlers = [SpoolUploadHandler(request)]
        return upload(request)
    return batches_page(request, form=BatchForm(), before=valid(BeforeForm(request.GET))["before"])


def batches_page(
    request: SignedInRequest, *, form: BatchForm, before: int | None = None, status: int = 200
) -> HttpResponse:
    own = ReadingJob.objects.batches_of(request.user)
    template = "recognizer/batches.html"
    return list_page(request, own, template, form=form, before=before, status=status)


@csrf_protect
def upload(request: SignedInRequest) -> HttpResponse:
    form = BatchForm(request.POST)
    try:
        save = valid(form)["save"]
        files = incoming(request.FILES.getlist("files"))
        job = request_batch(owner=request.user, files=files, save_drawings=save)
    except Refused as refused:
        refuse(form, refused, None)
        return batches_page(request, form=form, status=refused.status)
    return redirect(job)


def incoming(files: list["UploadedFile[Any]"]) -> Iterator[Incoming]:
    """Yield the chosen files, or the members of an archive that was chosen alone."""
    if len(files) == 1 and (files[0].name or "").lower().endswith(".zip"):
        return from_archive(files[0])
    return from_files(files)


def find(request: SignedInRequest, pk: int) -> ReadingJob:
    """Return one's own batch. Raises Http404."""
    return get_object_or_404(ReadingJob.objects.batches_of(request.user), pk=pk)


@login_required
@require_safe
def batch(request: SignedInRequest, pk: int) -> HttpResponse:
    job = find(request, pk)
    page = Paginator(pictures(job), PICTURES).get_page(request.GET.get("page"))
    context = {"job": job, "page": page, **worker_context()}
    return render(request, "recognizer/batch.html", context)


def pictures(job: ReadingJob) -> QuerySet[BatchPicture]:
    """Return the batch's pictures, those that could not be read first."""
    ranks = [When(status=status, then=Value(rank)) for rank, status in enumerate(FIRST)]
    return job.pictures.defer("content").order_by(Case(*ranks), "index")


@login_required
@require_safe
def results(request: SignedInRequest, pk: int, kind: str) -> StreamingHttpResponse:
    return lines_file(result_lines(find(request, pk), kind), f"batch-{pk}", kind, by=request.user)
