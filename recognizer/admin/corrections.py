"""Corrections: read, approved and rejected here, but never edited."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from recognizer.actions.labelling import review_corrections
from recognizer.admin.base import ReadOnlyAdmin, ReadOnlyInline, signed_in
from recognizer.admin.filters import PersonFilter
from recognizer.admin.pictures import field_picture, original_picture
from recognizer.admin.retraining import RetrainingMixin
from recognizer.models import Correction, Review

Verdict = Review.Verdict


class ReviewInline(ReadOnlyInline):
    model = Review
    fields = ["verdict", "by", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by")


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin, RetrainingMixin):
    actions = ["approve", "reject", *RetrainingMixin.actions]
    list_display = [
        "thumbnail",
        "by",
        "created_at",
        "from_label",
        "to_label",
        "source",
        "state",
    ]
    list_filter = ["state", "source", ("by", PersonFilter)]
    list_per_page = 50
    list_select_related = ["by", "drawing"]
    search_fields = ["by__username"]
    search_help_text = "Search by the person who corrected"
    fields = [
        "original",
        "seen",
        "drawing",
        "from_label",
        "to_label",
        "by",
        "created_at",
        "source",
        "state",
    ]
    inlines = [ReviewInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("drawing__strokes", "drawing__picture")

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recognizer.review_correction")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """None by itself; along with its drawing, or the drawing's owner, by who may delete it."""
        match = request.resolver_match
        own_page = match is None or (match.url_name or "").startswith("recognizer_correction_")
        if obj is None or own_page:
            return False
        return request.user.has_perm("recognizer.delete_drawing")

    @admin.action(description="Approve selected corrections", permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Correction]) -> None:
        self.review(request, queryset, Verdict.APPROVED)

    @admin.action(description="Reject selected corrections", permissions=["review"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Correction]) -> None:
        self.review(request, queryset, Verdict.REJECTED)

    def review(
        self, request: HttpRequest, queryset: QuerySet[Correction], verdict: Verdict
    ) -> None:
        corrections = list(queryset)
        changed = review_corrections(
            corrections=corrections, by=signed_in(request), verdict=verdict
        )
        text = f"{verdict.label.capitalize()}: {changed}."
        if decided := len(corrections) - changed:
            text += f" Already decided: {decided}."
        level = messages.SUCCESS if changed else messages.WARNING
        self.message_user(request, text, level)

    @admin.display(description="drawing")
    def thumbnail(self, correction: Correction) -> SafeString:
        return field_picture(correction.drawing)

    @admin.display(description="as submitted")
    def original(self, correction: Correction) -> SafeString:
        return original_picture(correction.drawing)

    @admin.display(description="as the network saw it")
    def seen(self, correction: Correction) -> SafeString:
        return field_picture(correction.drawing, "large")
