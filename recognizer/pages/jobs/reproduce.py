"""Downloads for repeating a job, for people who may start one."""

import json

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from mlcore.errors import UnusableBundle
from recognizer import permissions
from recognizer.actions.jobs import reproduce
from recognizer.errors import Conflict
from recognizer.models import Job, ModelVersion
from recognizer.pages.downloads import file_response
from recognizer.pages.requests import SignedInRequest


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_safe
def manifest(request: SignedInRequest, pk: int) -> HttpResponse:
    job, version = repeatable(pk)
    text = json.dumps(version.manifest, indent=2) + "\n"
    return file_response(
        text.encode(), f"{reproduce.folder_name(job)}-manifest.json", "application/json"
    )


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_safe
def inputs(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return a retraining's input folder as a zip file."""
    job, version = repeatable(pk)
    if version.parent is None:
        raise Http404
    try:
        content = reproduce.export_archive(
            job=job, version=version, parent=version.parent, by=request.user
        )
    except UnusableBundle as error:
        raise Conflict(error.message) from error
    return file_response(content, f"{reproduce.folder_name(job)}.zip", "application/zip")


def repeatable(pk: int) -> tuple[Job, ModelVersion]:
    """Return the job and the version that it made. Raises Http404 without a version."""
    job = get_object_or_404(Job.objects.select_related("version__parent"), pk=pk)
    if job.version is None:
        raise Http404
    return job, job.version
