"""Versions and deployments."""

from rest_framework import serializers

from recognizer.models import Deployment, ModelVersion


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    serving = serializers.BooleanField(read_only=True)
    parent: serializers.SlugRelatedField = serializers.SlugRelatedField(  # type: ignore[assignment]
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that it was trained from",
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
            "metrics",
            "verdict",
            "checksum",
        ]
        read_only_fields = fields


class RollBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1000, allow_blank=True, default="")
    expected_serving = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        default=None,
        help_text="number of the version you saw serving; if another one does by now: 409",
    )


class PromoteSerializer(RollBackSerializer):
    """The same values; another name in the schema."""


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    version: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "number", read_only=True, help_text="number of the version that serves now"
    )
    by: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True
    )

    class Meta:
        model = Deployment
        fields = ["sequence", "version", "kind", "reason", "by", "created_at"]
        read_only_fields = fields
