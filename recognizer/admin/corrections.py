"""Corrections: view, approve, reject and withdraw. They cannot be edited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.labels.label_history import (
    decide_waiting,
    withdraw_approval,
)
from recognizer.actions.reasons import MAX_REASON
from recognizer.admin.base import (
    NOTHING,
    LabelTexts,
    LongList,
    ReadOnlyAdmin,
    ReadOnlyInline,
    signed_in,
)
from recognizer.admin.batches import BatchedActions
from recognizer.admin.filters import PersonFilter
from recognizer.admin.pictures import network_input_picture, original_picture
from recognizer.admin.retraining import RetrainingMixin
from recognizer.errors import Refused
from recognizer.models import Correction, Review
from recognizer.presentation.messages import words

Verdict = Review.Verdict


class ReasonForm(ActionForm):
    """The list's actions with a reason: required for a withdrawal, optional for a review."""

    # The actions check the length: for an invalid form the admin says "No action selected".
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.TextInput({"maxlength": MAX_REASON})
    )


class ReviewInline(ReadOnlyInline):
    model = Review
    fields = ["verdict", "by", "created_at", "why"]

    @admin.display(description=_("reason"))
    def why(self, review: Review) -> str:
        return words(review.why)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return super().get_queryset(request).select_related("by")


@admin.register(Correction)
class CorrectionAdmin(LabelTexts, LongList, ReadOnlyAdmin, BatchedActions, RetrainingMixin):
    actions = ["approve", "reject", "withdraw", *RetrainingMixin.actions]
    action_form = ReasonForm
    list_display = [
        "thumbnail",
        "by",
        "created_at",
        "before",
        "after",
        "source",
        "state",
        "quality",
    ]
    list_filter = ["state", "source", ("by", PersonFilter)]
    list_per_page = 50
    list_select_related = ["by", "drawing"]
    search_fields = ["by__username"]
    search_help_text = _("Search by the person who corrected")
    fields = [
        "original",
        "seen",
        "drawing",
        "before",
        "after",
        "by",
        "created_at",
        "source",
        "state",
        "versions",
    ]
    inlines = [ReviewInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        rows = super().get_queryset(request)
        return rows.defer("drawing__strokes", "drawing__picture", "drawing__directions")

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.REVIEW)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow deletion only together with the drawing or its owner, never alone."""
        match = request.resolver_match
        own_page = match is None or (match.url_name or "").startswith("recognizer_correction_")
        if obj is None or own_page:
            return False
        return request.user.has_perm(permissions.DELETE_DRAWING)

    @admin.action(description=_("Approve selected corrections"), permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Correction]) -> HttpResponse | None:
        return self.review(request, queryset, Verdict.APPROVED)

    @admin.action(description=_("Reject selected corrections"), permissions=["review"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Correction]) -> HttpResponse | None:
        return self.review(request, queryset, Verdict.REJECTED)

    @admin.action(description=_("Withdraw approval (reason required)"), permissions=["review"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Correction]) -> HttpResponse | None:
        reason = request.POST.get("reason", "")

        def act(keys: list[int]) -> tuple[dict[str, int], list[str]]:
            withdrawn, refusals = 0, []
            for correction in Correction.objects.filter(pk__in=keys).order_by("pk"):
                try:
                    withdraw_approval(correction=correction, by=signed_in(request), reason=reason)
                    withdrawn += 1
                except Refused as refused:
                    refusals.append(refused.message)
            return {gettext("Approvals withdrawn: %(count)d."): withdrawn}, refusals

        return self.in_batches(request, queryset, act)

    def review(
        self, request: HttpRequest, queryset: QuerySet[Correction], verdict: Verdict
    ) -> HttpResponse | None:
        by = signed_in(request)
        reason = request.POST.get("reason", "")

        def act(keys: list[int]) -> tuple[dict[str, int], list[str]]:
            rows = Correction.objects.filter(pk__in=keys).select_related("drawing")
            chosen = list(rows.only("by", "drawing__gold_at"))
            done = decide_waiting(corrections=chosen, by=by, verdict=verdict, reason=reason)
            skipped = gettext("Skipped: %(count)d.")
            counts = {
                f"{capfirst(verdict.label)}: %(count)d.": done.changed,
                gettext("Already decided: %(count)d."): done.late,
                **{f"{skipped} {why}": count for why, count in done.skipped.items()},
            }
            return counts, []

        return self.in_batches(request, queryset, act)

    @admin.display(description=_("label quality"), ordering="label_quality")
    def quality(self, correction: Correction) -> str:
        """Return how well the label fits the labels of similar drawings: 0 to 1, low is bad."""
        return NOTHING if correction.label_quality is None else f"{correction.label_quality:.2f}"

    @admin.display(description=_("learned by"))
    def versions(self, correction: Correction) -> str:
        """Return the numbers of the versions that were trained on it."""
        return (
            ", ".join(map(str, correction.learned_by.order_by("number").only("number"))) or NOTHING
        )

    @admin.display(description=_("drawing"))
    def thumbnail(self, correction: Correction) -> SafeString:
        return network_input_picture(correction.drawing)

    @admin.display(description=_("as submitted"))
    def original(self, correction: Correction) -> SafeString:
        return original_picture(correction.drawing)

    @admin.display(description=_("network input"))
    def seen(self, correction: Correction) -> SafeString:
        return network_input_picture(correction.drawing, "large")
