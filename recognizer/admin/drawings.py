"""Drawings: view, label and delete. Nothing else about them can be changed."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer.actions.drawings.deletion import delete_anybodys
from recognizer.actions.drawings.store import answer_of
from recognizer.actions.labels.gold import learned_by
from recognizer.actions.labels.label_history import label_drawing, read_label
from recognizer.admin.base import NOTHING, LabelTexts, LongList, ReadOnlyInline, signed_in
from recognizer.admin.batches import selected, sent_again
from recognizer.admin.filters import AnswerFilter, ConfidenceFilter, GoldFilter, LabelFilter
from recognizer.admin.gold import GOLD_ACTIONS, GoldMixin, named
from recognizer.admin.pictures import network_input_picture, original_picture
from recognizer.admin.retraining import RetrainingMixin
from recognizer.errors import Refused
from recognizer.models import (
    LABEL_CHOICES,
    Answer,
    Correction,
    Drawing,
    label_name,
    label_text,
)
from recognizer.models.versions import with_versions
from recognizer.presentation.messages import words
from recognizer.presentation.numbers import localized, percent

LISTED = re.compile(r"form-\d+-id")
OFFERED = [(label_name(label), text) for label, text in LABEL_CHOICES]


def lock_listed(request: HttpRequest) -> None:
    """Lock the drawings of a sent list, in the order of `locked_drawings`."""
    sent = [str(value) for name, value in request.POST.items() if LISTED.fullmatch(name)]
    ids = [value for value in sent if value.isascii() and value.isdigit()]
    list(Drawing.objects.select_for_update().order_by("pk").filter(pk__in=ids).values_list("pk"))


class LabelWidget(forms.TextInput):
    """A text field that offers the digits and "not a digit"."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        offers = f"{name}-labels"
        field = super().render(name, value, {**(attrs or {}), "list": offers}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', OFFERED)
        return format_html('{}<datalist id="{}">{}</datalist>', field, offers, options)


class LabelInput(forms.CharField):
    """A label as text; a number is typed."""

    widget = LabelWidget({"size": 12, "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        given: str = super().clean(value)
        if given:
            try:
                read_label(given)
            except Refused as refused:
                raise forms.ValidationError(refused.message) from refused
        return given


class LabelForm(forms.ModelForm):
    """The label, in the list and on the page. An existing label cannot be removed.

    The form sends the label that was shown along. A row is therefore saved only if this person
    changed its label, even if somebody else has changed it meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "label" in self.fields:  # absent without the change permission
            label = LabelInput(label=self.fields["label"].label, required=False)
            label.show_hidden_initial = True
            label.widget.attrs["aria-label"] = label.label  # the list shows no label element
            self.fields["label"] = label
            self.initial["label"] = label_name(self.instance.label, self.instance.number)

    def clean_label(self) -> str:
        given: str = self.cleaned_data["label"]
        if not given and "label" in self.changed_data:
            raise forms.ValidationError(_("A label can be replaced but not removed."))
        return given

    def _post_clean(self) -> None:
        """Leave the drawing as it is: `save_model` passes the label on."""


class AnswerInline(ReadOnlyInline):
    model = Answer
    verbose_name_plural = _("answers by version")
    fields = ["version", "said", "certainty", "chances", "latency"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return with_versions(super().get_queryset(request))

    @admin.display(description=_("answer"))
    def said(self, answer: Answer) -> str:
        return answer.label_text

    @admin.display(description=_("confidence"))
    def certainty(self, answer: Answer) -> str:
        return percent(answer.confidence)

    @admin.display(description=_("most likely"))
    def chances(self, answer: Answer) -> str:
        """Return the three likeliest of the digits and "not a digit" with their probabilities."""
        likeliest = answer_of(answer).likeliest
        return ", ".join(f"{label_text(label)}: {percent(share)}" for label, share in likeliest)

    @admin.display(description=_("latency"))
    def latency(self, answer: Answer) -> str:
        return localized(f"{answer.latency_ms:.2f}") + " ms"


class CorrectionInline(LabelTexts, ReadOnlyInline):
    model = Correction
    fk_name = "drawing"
    verbose_name_plural = _("label history")
    fields = ["created_at", "by", "before", "after", "source", "state", "decisions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        rows = super().get_queryset(request).select_related("by")
        return rows.prefetch_related("reviews__by")

    @admin.display(description=_("reviews"))
    def decisions(self, correction: Correction) -> str:
        rows = [
            (f"{review}: {words(review.why)}" if review.why else str(review),)
            for review in correction.reviews.all()
        ]
        return format_html_join("", "<div>{}</div>", rows) or NOTHING


@admin.register(Drawing)
class DrawingAdmin(LongList, GoldMixin, RetrainingMixin):
    actions = [*GOLD_ACTIONS, "delete_selected", *RetrainingMixin.actions]
    form = LabelForm
    list_display = [
        "thumbnail",
        "owner",
        "answer",
        "confidence",
        "version",
        "label",
        "label_state",
        "gold",
        "source",
        "created_at",
    ]
    list_editable = ["label"]
    list_filter = [
        LabelFilter,
        "label_state",
        GoldFilter,
        AnswerFilter,
        ConfidenceFilter,
        "source",
        "created_at",
    ]
    list_per_page = 50
    list_select_related = ["owner"]
    search_fields = ["owner__username", "owner__first_name", "owner__last_name"]
    search_help_text = _("Search by owner")
    readonly_fields = [
        "original",
        "seen",
        "label_state",
        "gold_at",
        "gold_by",
        "owner",
        "source",
        "created_at",
    ]
    fields = [*readonly_fields[:2], "label", *readonly_fields[2:]]
    inlines = [AnswerInline, CorrectionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drawing]:
        """Defer the large fields, which only a drawing's own page shows."""
        rows = Drawing.objects.kept().with_answers().with_newest_answer()
        return rows.defer("strokes", "picture", "directions")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=LabelForm, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Drawing, form: Any, change: bool) -> None:
        """Pass a changed label to label_drawing, which updates the row; the form saves nothing.

        The list saves its rows one after the other in one transaction, so all of them are locked
        first.
        """
        if "label" in form.changed_data:
            lock_listed(request)
            label_drawing(
                drawing=obj,
                by=signed_in(request),
                label=form.cleaned_data["label"],
                source=Correction.Source.ADMIN,
            )

    def delete_model(self, request: HttpRequest, obj: Drawing) -> None:
        delete_anybodys(ids=[obj.pk], by=signed_in(request))

    @admin.action(description=_("Delete selected drawings"), permissions=["delete"])
    def delete_selected(
        self, request: HttpRequest, queryset: QuerySet[Drawing]
    ) -> HttpResponse | None:
        """Ask with figures, not with a list of all that is deleted, and delete in batches."""
        if not request.POST.get("post"):
            return self.deletion_page(request, queryset)

        def act(keys: list[int]) -> tuple[dict[str, int], list[str]]:
            self.log_deletions(request, named(keys))
            count = delete_anybodys(ids=keys, by=signed_in(request))
            return {gettext("Deleted: %(count)d."): count}, []

        return self.in_batches(request, queryset, act)

    def deletion_page(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse:
        tally = selected(queryset)
        chosen = queryset.order_by().values("pk")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Delete the selected drawings?"),
            "opts": self.opts,
            "count": tally.total,
            "learned_by": learned_by(chosen).values_list("number", flat=True),
            "sent": sent_again(request, tally),
        }
        return TemplateResponse(request, "admin/delete_in_batches.html", context)

    @admin.display(description=_("drawing"))
    def thumbnail(self, drawing: Drawing) -> SafeString:
        return network_input_picture(drawing)

    @admin.display(description=_("answer"), ordering="newest_answer")
    def answer(self, drawing: Drawing) -> str | None:
        return drawing.answer.label_text if drawing.answer else None

    @admin.display(description=_("confidence"), ordering="newest_confidence")
    def confidence(self, drawing: Drawing) -> str | None:
        return percent(drawing.answer.confidence) if drawing.answer else None

    @admin.display(description=_("version"))
    def version(self, drawing: Drawing) -> int | None:
        return drawing.answer.version.number if drawing.answer else None

    @admin.display(description=_("as submitted"))
    def original(self, drawing: Drawing) -> SafeString:
        return original_picture(drawing)

    @admin.display(description=_("network input"))
    def seen(self, drawing: Drawing) -> SafeString:
        return network_input_picture(drawing, "large")
