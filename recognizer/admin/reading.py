"""Reading jobs, without what they read: that belongs to their owner."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from recognizer.admin.base import NOTHING, ReadOnlyAdmin
from recognizer.models import ReadingJob
from recognizer.presentation.messages import words


@admin.register(ReadingJob)
class ReadingJobAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "status", "pictures_done", "owner", "created_at", "finished_at"]
    list_filter = ["kind", "status", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__username"]
    search_help_text = _("Search by the person who asked for it")
    fields = [
        *("kind", "status", "pictures_done", "save_drawings", "owner"),
        *("created_at", "started_at", "finished_at", "cancel_requested_at"),
        *("attempt", "error_lines"),
    ]

    @admin.display(description=_("pictures"))
    def pictures_done(self, job: ReadingJob) -> str:
        return f"{job.progress.get('done', 0)} / {job.progress.get('total', 0)}"

    @admin.display(description=_("error"))
    def error_lines(self, job: ReadingJob) -> str:
        return words(job.error) or NOTHING
