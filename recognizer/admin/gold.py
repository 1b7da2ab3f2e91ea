"""The gold set in the admin."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.labels.gold import mark_gold, unmark_gold, why_not_all_gold
from recognizer.admin.base import signed_in
from recognizer.models import Drawing

GOLD_ACTIONS = ["mark_gold", "unmark_gold"]
SHOWN = 3  # obstacles that are shown in full


class GoldMixin(admin.ModelAdmin):
    """Adds to a list of drawings the column "gold" and the GOLD_ACTIONS."""

    def has_gold_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.MARK_GOLD)

    @admin.action(
        description=_("Add to the gold set: for measuring, never for training"),
        permissions=["gold"],
    )
    def mark_gold(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> None:
        chosen = list(queryset)
        found = why_not_all_gold(chosen)
        free = [each for each in chosen if not found[each.pk]]
        obstacles = [why for why in found.values() if why]
        marked = mark_gold(drawings=free, by=signed_in(request))
        text = " ".join(
            [gettext("Added to the gold set: %(count)d.") % {"count": marked}, *obstacles[:SHOWN]]
        )
        if more := len(obstacles[SHOWN:]):
            text += " " + gettext("And %(count)d more.") % {"count": more}
        level = messages.WARNING if obstacles else messages.SUCCESS
        self.message_user(request, text, level)

    @admin.action(description=_("Remove from the gold set"), permissions=["gold"])
    def unmark_gold(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> None:
        unmarked = unmark_gold(drawings=queryset)
        text = gettext("Removed from the gold set: %(count)d.") % {"count": unmarked}
        self.message_user(request, text, messages.SUCCESS)

    @admin.display(description=_("gold"), ordering="gold_at")
    def gold(self, drawing: Drawing) -> str:
        return gettext("gold") if drawing.is_gold else ""
