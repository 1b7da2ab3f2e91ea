"""Workers and their heartbeats."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recognizer.admin.base import ReadOnlyAdmin
from recognizer.models import Worker


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    fields = list_display = (
        "name",
        "alive",
        "trains",
        "reads",
        "has_mnist",
        "started_at",
        "seen_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        recently_seen = Worker.objects.alive().filter(pk=OuterRef("pk"))
        workers: QuerySet[Worker] = super().get_queryset(request)
        return workers.annotate(recently_seen=Exists(recently_seen))

    @admin.display(description=_("alive"), boolean=True)
    def alive(self, worker: Any) -> bool:
        return bool(worker.recently_seen)
