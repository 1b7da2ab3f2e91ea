"""Messages to another program: whether they arrived, and sending one again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from recognizer.actions.webhooks import again
from recognizer.admin.base import ReadOnlyAdmin
from recognizer.models import WebhookDelivery


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    actions = ["send_again"]
    fields = list_display = ("id", "job", "created_at", "attempts", "sent_at", "next_at", "error")
    list_filter = ["sent_at"]
    list_select_related = ["job"]

    @admin.action(description="Send selected messages again", permissions=["train"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        due = sum(again(delivery) for delivery in queryset)
        text = f"To be sent at the worker's next heartbeat: {due}."
        if taken := len(queryset) - due:
            text += f" Taken already: {taken}."
        self.message_user(request, text, messages.SUCCESS if due else messages.WARNING)

    def has_train_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recognizer.start_training")
