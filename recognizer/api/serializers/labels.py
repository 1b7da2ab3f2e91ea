"""The history of a drawing's label."""

from typing import Any

from rest_framework import serializers

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.api.serializers.messages import WordsField
from recognizer.models import Correction, ModelVersion, Review, User


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
    """A label that somebody gave. Labels are 0 to 9, or 10: not a digit."""

    by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True, help_text="null: a deleted account"
    )
    from_label = serializers.IntegerField(
        min_value=0, max_value=10, allow_null=True, read_only=True, help_text="null: no label"
    )
    to_label = serializers.IntegerField(min_value=0, max_value=10, read_only=True)
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
            "source",
            "state",
            "reviews",
            "learned_by",
        ]
        read_only_fields = fields


class WithdrawalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=MAX_REASON, error_messages={"max_length": TOO_LONG})
