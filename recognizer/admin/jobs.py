"""Jobs: view, start and cancel."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import truncatechars
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from recognizer.actions.jobs.lifecycle import cancel_job
from recognizer.admin.base import NOTHING, ReadOnlyAdmin, ReadOnlyInline, pretty
from recognizer.admin.filters import StateFilter
from recognizer.admin.retraining import RetrainingMixin
from recognizer.errors import Conflict
from recognizer.models import Job, JobEvent
from recognizer.models.jobs import is_stopped, with_verdicts
from recognizer.models.versions import with_versions
from recognizer.presentation.messages import name_of, words
from recognizer.presentation.numbers import in_percent

ERROR_CHARACTERS = 80


class LogInline(ReadOnlyInline):
    model = JobEvent
    fields = ["at", "attempt", "said"]

    @admin.display(description=_("text"))
    def said(self, line: JobEvent) -> str:
        return words(line.message)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin, RetrainingMixin):
    actions = ["cancel_jobs", *RetrainingMixin.actions]
    list_display = [
        "id",
        "kind",
        "state",
        "fraction",
        "trigger",
        "requested_by",
        "created_at",
        "finished_at",
        "version",
        "short_error",
    ]
    list_filter = ["kind", StateFilter, "trigger", "created_at"]
    search_fields = ["requested_by__username"]
    search_help_text = _("Search by the person who asked for it")
    fields = [
        "kind",
        "state",
        "fraction",
        "trigger",
        "requested_by",
        "created_at",
        "started_at",
        "finished_at",
        "cancel_requested_at",
        "attempt",
        "crashes",
        "version",
        "asked_version",
        "error_lines",
        "config_lines",
        "progress_lines",
        "result_lines",
    ]
    inlines = [LogInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Defer the fields that only a job's own page shows."""
        jobs = super().get_queryset(request).select_related("requested_by")
        return with_verdicts(with_versions(jobs).defer("config", "result"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.retrain_view)
        return [path("retrain/", view, name="recognizer_job_retrain"), *super().get_urls()]

    @method_decorator(require_POST)
    def retrain_view(self, request: HttpRequest) -> HttpResponse:
        """Start a retraining; the list's button."""
        if not self.has_train_permission(request):
            raise PermissionDenied
        self.start_training(request)
        return redirect("admin:recognizer_job_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "may_train": self.has_train_permission(request)}
        return super().changelist_view(request, context)

    @admin.action(description=_("Cancel selected jobs"), permissions=["train"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        canceled, over = 0, 0
        for job in queryset:
            try:
                cancel_job(job=job)
                canceled += 1
            except Conflict:
                over += 1
        text = gettext("Canceled: %(count)d.") % {"count": canceled}
        if over:
            text += " " + gettext("Already finished: %(count)d.") % {"count": over}
        self.message_user(request, text, messages.SUCCESS if canceled else messages.WARNING)

    @admin.display(description=_("status"), ordering="status")
    def state(self, job: Job) -> str:
        return gettext("stopped by gates") if is_stopped(job) else job.get_status_display()

    @admin.display(description=_("progress"))
    def fraction(self, job: Job) -> str:
        if not job.progress:
            return NOTHING
        fraction = float(job.progress.get("fraction", 0))
        return format_html(
            '<progress class="job-progress" max="1" value="{}">{}</progress> {}',
            f"{fraction:.3f}",
            in_percent(fraction, 0),
            name_of(job.progress.get("phase", ""), "phase"),
        )

    @admin.display(description=_("error"))
    def short_error(self, job: Job) -> str:
        return truncatechars(words(job.error), ERROR_CHARACTERS) or NOTHING

    @admin.display(description=_("error"))
    def error_lines(self, job: Job) -> str:
        return (
            format_html('<pre class="job-error">{}</pre>', words(job.error))
            if job.error
            else NOTHING
        )

    @admin.display(description=_("configuration"))
    def config_lines(self, job: Job) -> str:
        return pretty(job.config)

    @admin.display(description=_("progress report"))
    def progress_lines(self, job: Job) -> str:
        return pretty(job.progress)

    @admin.display(description=_("result"))
    def result_lines(self, job: Job) -> str:
        return pretty(job.result)
