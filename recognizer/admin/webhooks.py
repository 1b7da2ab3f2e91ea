"""Webhook deliveries: view, and send again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.jobs.webhooks import again
from recognizer.admin.base import ReadOnlyAdmin
from recognizer.models import WebhookDelivery
from recognizer.models.jobs import with_jobs
from recognizer.presentation.messages import words


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    actions = ["send_again"]
    fields = list_display = (
        "id",
        "job",
        "created_at",
        "attempts",
        "sent_at",
        "next_at",
        "last_error",
    )
    list_filter = ["sent_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return with_jobs(super().get_queryset(request))

    @admin.display(description=_("error"))
    def last_error(self, delivery: WebhookDelivery) -> str:
        return words(delivery.error)

    @admin.action(description=_("Send selected messages again"), permissions=["train"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        due = sum(again(delivery) for delivery in queryset)
        text = gettext("To be sent at the worker's next heartbeat: %(count)d.") % {"count": due}
        if taken := len(queryset) - due:
            text += " " + gettext("Already delivered: %(count)d.") % {"count": taken}
        self.message_user(request, text, messages.SUCCESS if due else messages.WARNING)

    def has_train_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.START_TRAINING)
