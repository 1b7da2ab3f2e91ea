"""Versions and deployments."""

from typing import Any

from rest_framework import serializers

from recognizer.actions.reasons import MAX_REASON, TOO_LONG
from recognizer.api.serializers.messages import VerdictField, WordsField
from recognizer.models import Deployment, ModelVersion, User, VersionTag


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    serving = serializers.BooleanField(read_only=True)
    parent: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(  # type: ignore[assignment]
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that it was trained from",
    )
    verdict = VerdictField(read_only=True)
    tags: serializers.SlugRelatedField[VersionTag] = serializers.SlugRelatedField(
        "name", many=True, read_only=True
    )

    metrics = serializers.JSONField(
        read_only=True, help_text="figures by test set, measured when it was made"
    )

    class Meta:
        model = ModelVersion
        fields = [
            "number",
            "serving",
            "architecture",
            "parent",
            "created_at",
            "name",
            "notes",
            "tags",
            "metrics",
            "verdict",
            "checksum",
        ]
        read_only_fields = fields


class RollBackSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=MAX_REASON,
        allow_blank=True,
        default="",
        error_messages={"max_length": TOO_LONG},
    )
    expected_serving = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        default=None,
        help_text="number of the version that you saw serving; 409 if another one serves now",
    )


class PromoteSerializer(RollBackSerializer):
    """The same values as RollBackSerializer, under another name in the schema."""


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    version: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(
        "number", read_only=True, help_text="number of the version that serves now"
    )
    by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True
    )
    reason = WordsField(source="why")

    class Meta:
        model = Deployment
        fields = ["sequence", "version", "kind", "reason", "reason_code", "by", "created_at"]
        read_only_fields = fields
