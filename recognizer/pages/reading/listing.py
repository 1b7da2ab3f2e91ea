"""The list of a person's reading jobs of one kind, with the form that starts another one."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from recognizer.models import ReadingJob, Worker
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest

PAGE_SIZE = 20


def list_page(
    request: SignedInRequest,
    own: QuerySet[ReadingJob],
    template: str,
    *,
    form: BaseForm,
    before: int | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """before: show jobs that are older than the one with this number. more: of the context."""
    context = {
        "form": form,
        "page": page_of(own.filter(pk__lt=before) if before else own, PAGE_SIZE),
        **worker_context(),
        **more,
    }
    return render(request, template, context, status=status)


def worker_context() -> dict[str, Any]:
    return {"reader_is_there": Worker.objects.alive().reading().exists()}
