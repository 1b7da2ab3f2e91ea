"""The history of a drawing's label."""

from typing import Any

from rest_framework import serializers

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.api.serializers.label_fields import LabelClass
from recognizer.api.serializers.messages import WordsField
from recognizer.models import Correction, ModelVersion, Review, User, label_name


class LabelReviewSerializer(serializers.ModelSerializer[Review]):
    by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True
    )

    reason = WordsField(source="why")

    class Meta:
        model = Review
        fields = ["verdict", "by", "created_at", "reason", "reason_code"]
        read_only_fields = fields


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """A label that somebody gave. Labels are 0 to 9, 10: not a digit, or null for a number."""

    by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True, help_text="null: a deleted account"
    )
    from_label = LabelClass(read_only=True, help_text="null: no label, or a number")
    to_label = LabelClass(read_only=True, help_text="null: a number")
    to_text = serializers.SerializerMethodField(
        help_text="a digit, a number as in `2026` or `3.5`, or `not_a_digit`"
    )
    reviews = LabelReviewSerializer(many=True, read_only=True)
    learned_by: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(
        "number",
        many=True,
        read_only=True,
        help_text="numbers of the versions that were trained on it",
    )

    class Meta:
        model = Correction
        fields = [
            "id",
            "drawing",
            "by",
            "created_at",
            "from_label",
            "to_label",
            "to_text",
            "source",
            "state",
            "reviews",
            "learned_by",
        ]
        read_only_fields = fields

    def get_to_text(self, correction: Correction) -> str:
        return label_name(correction.to_label, correction.number) or ""


class WithdrawalSerializer(serializers.Serializer[Any]):
    reason = serializers.RegexField(
        r"\S", max_length=MAX_REASON, error_messages={"max_length": TOO_LONG}
    )
