"""Pages of numbers: send the picture of one, watch it being read, correct it, take the table."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from mlcore.errors import InvalidInk
from recognizer.accounts.downloads import CONTENT_TYPES, download, lines_file
from recognizer.actions.reading.page_tables import csv_lines, rows_of, xlsx
from recognizer.actions.reading.pages import request_pages
from recognizer.errors import Refused, status_of, words_of
from recognizer.models import PagePicture, ReadingJob
from recognizer.pages.forms import BeforeForm
from recognizer.pages.reading.forms import PageForm
from recognizer.pages.reading.listing import list_page, worker_context
from recognizer.pages.requests import SignedInRequest, valid

ONE_DAY = 86_400  # pictures never change, but may be deleted


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pages(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return upload(request)
    return pages_page(request, form=PageForm(), before=valid(BeforeForm(request.GET))["before"])


def pages_page(
    request: SignedInRequest, *, form: PageForm, before: int | None = None, status: int = 200
) -> HttpResponse:
    own = ReadingJob.objects.pages_of(request.user)
    template = "recognizer/pages.html"
    limits = {"pdf_pages": settings.PAGE_MAX_OPEN, "pdf_mb": settings.PDF_MAX_BYTES // 1024**2}
    return list_page(request, own, template, form=form, before=before, status=status, **limits)


def upload(request: SignedInRequest) -> HttpResponse:
    form = PageForm(request.POST, request.FILES)
    if not form.is_valid():
        return pages_page(request, form=form, status=400)
    image = form.cleaned_data["image"]
    try:
        jobs = request_pages(owner=request.user, name=image.name, file=image.read())
    except (InvalidInk, Refused) as refused:
        form.add_error(None, words_of(refused))
        return pages_page(request, form=form, status=status_of(refused))
    return redirect(jobs[0]) if len(jobs) == 1 else redirect("recognizer:pages")


def find(request: SignedInRequest, pk: int) -> ReadingJob:
    """Return one's own page. Raises Http404."""
    return get_object_or_404(ReadingJob.objects.pages_of(request.user), pk=pk)


@login_required
@require_safe
def page(request: SignedInRequest, pk: int) -> HttpResponse:
    job = find(request, pk)
    rows = rows_of(job)
    context = {
        "job": job,
        "rows": rows,
        "columns": range(max(map(len, rows), default=0)),
        "doubtful": sum(cell.is_doubtful for row in rows for cell in row),
        **worker_context(),
    }
    return render(request, "recognizer/page.html", context)


@login_required
@require_safe
@cache_control(private=True, max_age=ONE_DAY)
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the picture as it is stored."""
    found = get_object_or_404(PagePicture, job=find(request, pk))
    return HttpResponse(bytes(found.picture), content_type="image/png")


@login_required
@require_safe
def table(request: SignedInRequest, pk: int, kind: str) -> StreamingHttpResponse:
    job, name = find(request, pk), f"page-{pk}"
    if kind == "csv":
        return lines_file(csv_lines(job), name, kind, by=request.user)
    return download(
        [xlsx(job)], name=f"{name}.{kind}", content_type=CONTENT_TYPES[kind], by=request.user
    )
