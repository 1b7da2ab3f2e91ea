"""Jobs: start, watch, cancel."""

from collections.abc import Callable
from datetime import timedelta
from itertools import takewhile
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recognizer import codes, permissions
from recognizer.actions.jobs.estimates import estimate
from recognizer.actions.jobs.job_requests import (
    request_rescore,
    request_retraining,
    request_training,
)
from recognizer.actions.jobs.lifecycle import cancel_job, open_jobs_in_order
from recognizer.actions.jobs.reproduce import described
from recognizer.actions.labels.outcomes import waiting_count
from recognizer.actions.training.mnist import training_has_mnist
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.errors import Refused
from recognizer.models import Job, ModelVersion, User, WebhookDelivery, Worker
from recognizer.models.jobs import is_stopped, with_verdicts
from recognizer.models.versions import with_versions
from recognizer.pages.forms import BeforeForm
from recognizer.pages.idempotency import once_per_view
from recognizer.pages.jobs.forms import RescoreForm, TrainingForm
from recognizer.pages.jobs.labels import cause
from recognizer.pages.jobs.training_examples import examples
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.pages.versions.figures import history
from recognizer.presentation.charts import learning_charts
from recognizer.presentation.messages import words

PAGE_SIZE = 20
LOG_SIZE = 200
Status = Job.Status


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def jobs(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return retrain(request)
    return jobs_page(request, before=valid(BeforeForm(request.GET))["before"])


def jobs_page(
    request: SignedInRequest, *, before: int | None = None, status: int = 200, **refused: Any
) -> HttpResponse:
    """Render the page. refused: a training's `form` or a re-scoring's, `rescoring`, with errors."""
    rows = with_outcomes(Job.objects.all())
    page = page_of(rows.filter(pk__lt=before) if before else rows, PAGE_SIZE)
    queue = list(open_jobs_in_order().only("status"))
    context = {
        "page": page,
        "jobs": [presented(job, queue) for job in page.rows],
        "examples": examples(),
        "waiting": waiting_count(request.user),
        "form": TrainingForm(),
        "missing": mnist_missing(request.user),
        "page_view": uuid4(),
        **rescore_context(request.user),
        **worker_context(),
        **refused,
    }
    return render(request, "recognizer/jobs.html", context, status=status)


def retrain(request: SignedInRequest) -> HttpResponse:
    if not request.user.has_perm(permissions.START_TRAINING):
        raise PermissionDenied
    return queued(request, lambda: request_retraining(by=request.user))


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_POST
def train(request: SignedInRequest) -> HttpResponse:
    form = TrainingForm(request.POST)
    try:
        asked = valid(form)
        epochs = asked["epochs"]
        return queued(
            request,
            lambda: request_training(
                by=request.user,
                architecture=asked["architecture"],
                seed=asked["seed"],
                recipe={} if epochs is None else {"epochs": epochs},
            ),
        )
    except Refused as refused:
        refuse(form, refused, None)
        return jobs_page(request, status=refused.status, form=form)


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_POST
def rescore(request: SignedInRequest) -> HttpResponse:
    form = RescoreForm(request.POST)
    try:
        number = valid(form)["version"]
        return queued(request, lambda: request_rescore(by=request.user, number=number))
    except Refused as refused:
        refuse(form, refused, "version")
        return jobs_page(request, status=refused.status, rescoring=form)


def queued(request: SignedInRequest, ask: Callable[[], Job]) -> HttpResponse:
    """Queue a job; a second click on the button finds the job of the first one."""
    number = once_per_view(request, lambda: ask().pk)
    messages.success(request, _("Job %(number)s is queued.") % {"number": number})
    return redirect("recognizer:job", number)


@login_required
@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Job.objects.select_related("requested_by", "version__parent", "asked_version")
    shown = get_object_or_404(with_verdicts(rows), pk=pk)
    made = shown.version
    past = history(made) if made else shown.progress.get("history", [])
    log = page_of(shown.lines.order_by("-pk"), LOG_SIZE)
    context = {
        **presented(shown, list(open_jobs_in_order().only("status"))),
        "verdict": made.verdict if made else None,
        "cause": cause(shown, made.verdict) if made else None,
        "history": past,
        "webhook": WebhookDelivery.objects.filter(job=shown).first(),
        "charts": learning_charts(past),
        "lines": log.rows[::-1],
        "more_lines": log.older is not None,
        "repeat": described(shown) if request.user.has_perm(permissions.START_TRAINING) else None,
        **worker_context(),
    }
    return render(request, "recognizer/job.html", context)


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    canceled = get_object_or_404(Job, pk=pk)
    cancel_job(job=canceled)
    canceled.refresh_from_db(fields=["status"])
    ended = canceled.status == Status.CANCELED
    text = (
        _("Job %(number)s is canceled.")
        if ended
        else _("Cancellation of job %(number)s was requested.")
    )
    messages.success(request, text % {"number": pk})
    return redirect(canceled)


def with_outcomes(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Add what the list shows: people, versions, and single values of verdict and result."""
    short = with_verdicts(rows).defer("result").annotate(rescore_count=F("result__read"))
    return with_versions(short.select_related("requested_by"), "version", "asked_version")


def presented(job: Any, queue: list[Job]) -> dict[str, Any]:
    """Return a job of `with_verdicts` with its state, its duration, what it waits for, and how
    long it will take."""
    return {
        "job": job,
        "stopped": is_stopped(job),
        "took": took(job),
        "waits_for": waits_for(job, queue),
        "estimate": estimate(job),
    }


def took(job: Job) -> timedelta | None:
    if job.started_at is None or job.finished_at is None:
        return None
    return job.finished_at - job.started_at


def waits_for(job: Job, queue: list[Job]) -> Job | None:
    """Return the job that a queued job waits for: the running one, or else the one before it."""
    if job.status != Status.QUEUED:
        return None
    before = list(takewhile(lambda other: other.pk != job.pk, queue))
    runs = before and before[0].status == Status.RUNNING
    return next(iter(before[:1] if runs else before[-1:]), None)


def mnist_missing(user: User) -> str:
    """Return why a training from scratch cannot start; empty if it can or the user may not."""
    if not user.has_perm(permissions.START_TRAINING) or training_has_mnist():
        return ""
    return words(codes.MNIST_MISSING())


def rescore_context(user: User) -> dict[str, Any]:
    """Return all version numbers and the serving deployment if the user may start a re-scoring."""
    if not user.has_perm(permissions.START_TRAINING):
        return {}
    numbers = ModelVersion.objects.values_list("number", flat=True)
    return {"versions": numbers, "serving": serving_deployment()}


def worker_context() -> dict[str, Any]:
    return {"worker_is_there": Worker.objects.alive().training().exists()}
