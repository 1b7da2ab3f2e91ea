"""The admin action that starts a retraining."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.admin.base import signed_in
from recognizer.errors import Refused
from recognizer.models import Worker


class RetrainingMixin(admin.ModelAdmin):
    """Adds an action that retrains on all approved labels; the selected rows do not matter."""

    actions = ["retrain"]

    def has_train_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.START_TRAINING)

    @admin.action(description=_("Retrain with all approved labels now"), permissions=["train"])
    def retrain(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.start_training(request)

    def start_training(self, request: HttpRequest) -> None:
        """Queue a job and report it, or report why it was refused."""
        try:
            job = request_retraining(by=signed_in(request))
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return
        address = reverse("admin:recognizer_job_change", args=[job.pk])
        text = format_html(gettext('Retraining is queued as <a href="{}">{}</a>.'), address, job)
        self.message_user(request, text, messages.SUCCESS)
        if not Worker.objects.alive().training().exists():
            waits = gettext("No worker is running. The job waits until one starts.")
            self.message_user(request, waits, messages.WARNING)
