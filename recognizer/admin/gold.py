"""The gold set in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.labels.gold import mark_gold, unmark_gold, why_not_all_gold
from recognizer.admin.base import signed_in
from recognizer.admin.batches import BatchedActions
from recognizer.models import Drawing

GOLD_ACTIONS = ["mark_gold", "unmark_gold"]


class GoldMixin(BatchedActions):
    """Adds to a list of drawings the column "gold" and the GOLD_ACTIONS."""

    def has_gold_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.MARK_GOLD)

    @admin.action(
        description=_("Add to the gold set: for measuring, never for training"),
        permissions=["gold"],
    )
    def mark_gold(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        def act(keys: list[int]) -> tuple[dict[str, int], list[str]]:
            chosen = list(named(keys))
            found = why_not_all_gold(chosen)
            free = [each for each in chosen if not found[each.pk]]
            marked = mark_gold(drawings=free, by=signed_in(request))
            counts = {gettext("Added to the gold set: %(count)d."): marked}
            return counts, [why for why in found.values() if why]

        return self.in_batches(request, queryset, act)

    @admin.action(description=_("Remove from the gold set"), permissions=["gold"])
    def unmark_gold(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        def act(keys: list[int]) -> tuple[dict[str, int], list[str]]:
            unmarked = unmark_gold(drawings=named(keys))
            return {gettext("Removed from the gold set: %(count)d."): unmarked}, []

        return self.in_batches(request, queryset, act)

    @admin.display(description=_("gold"), ordering="gold_at")
    def gold(self, drawing: Drawing) -> str:
        return gettext("gold") if drawing.is_gold else ""


def named(keys: list[int]) -> QuerySet[Drawing]:
    """Return the drawings without their ink."""
    return Drawing.objects.filter(pk__in=keys).only("label_state", "gold_at").order_by("pk")
