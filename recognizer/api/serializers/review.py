"""The review queue and the reviewers' decisions."""

import base64
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recognizer.actions.labels.review_decisions import contradicts_sure_answer
from recognizer.actions.labels.review_items import MAX_HELD, ReviewItem
from recognizer.api.serializers.label_fields import LABELS, GivenLabel
from recognizer.models import Correction, Drawing, Review, ReviewDecision, Why
from recognizer.presentation.thumbnails import ink_path

# 0 to 9, 10: not a digit, or the text of a number.
LABEL = {"type": ["integer", "string", "null"]}
HIDDEN = "null if the site hides it until the reviewer has answered"


class ReviewItemSerializer(serializers.Serializer[Any]):
    """A drawing to review."""

    drawing = serializers.IntegerField(source="drawing.pk")
    url = serializers.CharField(source="drawing.get_absolute_url", help_text="its page")
    why = serializers.ChoiceField(choices=Why.choices)
    correction = serializers.SerializerMethodField()
    by = serializers.SerializerMethodField()
    at = serializers.SerializerMethodField()
    path = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField()
    network_input = serializers.SerializerMethodField()
    given = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    is_number = serializers.SerializerMethodField(
        help_text="several digits: type the number instead of pressing one key"
    )

    @extend_schema_field({"type": ["integer", "null"], "description": "id of the label to review"})
    def get_correction(self, item: ReviewItem) -> int | None:
        return item.correction.pk if item.correction else None

    @extend_schema_field({"type": "string", "description": "who labeled it, or else who drew it"})
    def get_by(self, item: ReviewItem) -> str:
        person = item.correction.by if item.correction else item.drawing.owner
        return person.get_username() if person else _("a deleted account")

    @extend_schema_field(
        {
            "type": "string",
            "format": "date-time",
            "description": "when it was labeled, or else drawn",
        }
    )
    def get_at(self, item: ReviewItem) -> str:
        return (item.correction or item.drawing).created_at.isoformat()

    @extend_schema_field(
        {
            "type": ["string", "null"],
            "description": "SVG path data of the ink in a box of 100 x 100; null for uploads",
        }
    )
    def get_path(self, item: ReviewItem) -> str | None:
        strokes = item.drawing.strokes
        return None if strokes is None else ink_path(strokes)

    @extend_schema_field(
        {"type": ["string", "null"], "description": "URL of an upload's PNG; else null"}
    )
    def get_picture(self, item: ReviewItem) -> str | None:
        upload = item.drawing.source == Drawing.Source.UPLOAD
        return reverse("recognizer:drawing-picture", args=[item.drawing.pk]) if upload else None

    @extend_schema_field(
        {"type": "string", "description": "base64 of the ink of the network input: 28x28 bytes"}
    )
    def get_network_input(self, item: ReviewItem) -> str:
        return base64.b64encode(bytes(item.drawing.network_input)).decode()

    @extend_schema_field({**LABEL, "description": f"the label; {HIDDEN}"})
    def get_given(self, item: ReviewItem) -> int | str | None:
        given = None if is_blind(item) else item.correction
        return given.as_written if given else None

    @extend_schema_field({**LABEL, "description": f"the answer; {HIDDEN}"})
    def get_answer(self, item: ReviewItem) -> int | str | None:
        answer = None if is_blind(item) else item.drawing.answer
        return (answer.number_text or answer.label) if answer else None

    def get_is_number(self, item: ReviewItem) -> bool:
        """Whether the label or the answer is a number; it tells nothing else about them."""
        labeled, answer = item.correction, item.drawing.answer
        return bool((labeled and labeled.number) or (answer and answer.number))


def is_blind(item: ReviewItem) -> bool:
    """Whether label and answer are hidden; for a second label, which is independent, always."""
    return settings.REVIEW_BLIND or item.why == Why.SECOND


class NextSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0, max_value=MAX_HELD, default=4)
    holding = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=MAX_HELD,
        default=list,
        help_text="drawings that the client has already; their lease is renewed for a minute",
    )
    at_random = serializers.BooleanField(
        default=False, help_text="continue with random drawings if nothing else is waiting"
    )


class QueueSerializer(serializers.Serializer[Any]):
    results = ReviewItemSerializer(many=True)
    waiting_labels = serializers.IntegerField(
        help_text="labels by other people, waiting for review; no more than 100 are counted"
    )
    doubtful = serializers.IntegerField(
        help_text="drawings without a label and with an uncertain answer; up to 100"
    )
    done_today = serializers.IntegerField(help_text="your decisions of today that were not undone")


class AnswerOfReviewerSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(
        help_text="idempotency key: a new UUID for every answer; sent twice, it counts once"
    )
    drawing = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    correction = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        allow_null=True,
        help_text="id of the label to review, from the queue; null: there was none",
    )
    label = GivenLabel(help_text=LABELS)  # type: ignore[assignment]


class DecisionSerializer(serializers.ModelSerializer[ReviewDecision]):
    given = serializers.SerializerMethodField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    answer = serializers.SerializerMethodField()
    verdict = serializers.CharField(
        read_only=True,
        help_text="new state of the reviewed label: approved, rejected, or empty if unchanged",
    )
    waits = serializers.SerializerMethodField(
        help_text="the reviewer's own label waits for another reviewer"
    )
    undone = serializers.SerializerMethodField()
    contradicts_sure = serializers.SerializerMethodField(
        help_text="the label is another digit than an answer that the site was sure of"
    )

    class Meta:
        model = ReviewDecision
        fields = ["key", "drawing", "why", "given", "answer", "label", "verdict"]
        fields += ["waits", "undone", "contradicts_sure"]
        read_only_fields = fields

    @extend_schema_field(
        {
            **LABEL,
            "description": "the label that was reviewed; null: none",
        }
    )
    def get_given(self, decision: ReviewDecision) -> int | str | None:
        return decision.correction.as_written if decision.correction else None

    @extend_schema_field({**LABEL, "description": "the reviewer's label"})
    def get_label(self, decision: ReviewDecision) -> int | str:
        if decision.added:
            return decision.added.as_written
        if decision.correction and decision.verdict == Review.Verdict.APPROVED:
            return decision.correction.as_written
        label: int | str = decision.label
        return label

    @extend_schema_field(
        {**LABEL, "description": "the drawing's answer at the time of the decision"}
    )
    def get_answer(self, decision: ReviewDecision) -> int | str | None:
        answer: int | str | None = decision.answer
        return answer

    def get_waits(self, decision: ReviewDecision) -> bool:
        added = decision.added
        return added is not None and added.state == Correction.State.PENDING

    def get_undone(self, decision: ReviewDecision) -> bool:
        return decision.undone_at is not None

    def get_contradicts_sure(self, decision: ReviewDecision) -> bool:
        return contradicts_sure_answer(decision)


class SkipSerializer(serializers.Serializer[Any]):
    drawing = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
