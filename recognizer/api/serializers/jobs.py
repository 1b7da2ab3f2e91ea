"""Training jobs."""

from typing import Any

from rest_framework import serializers

from mlcore.recipes import RetrainRecipe
from recognizer.models import TrainingJob

SETTINGS = ", ".join(
    f"{n} ({low:,} to {high:,})" for n, (low, high) in RetrainRecipe.ranges().items()
)
TOLD: Any = {"default": None, "allow_null": True, "read_only": True}


class JobSerializer(serializers.ModelSerializer[TrainingJob]):
    """A job's row with its progress laid flat; null for what the trainer has not told."""

    phase = serializers.CharField(source="progress.phase", **TOLD)
    fraction = serializers.FloatField(
        source="progress.fraction", help_text="0 to 1, of the whole", **TOLD
    )
    epoch = serializers.IntegerField(source="progress.epoch", **TOLD)
    epochs = serializers.IntegerField(source="progress.epochs", **TOLD)
    loss = serializers.FloatField(source="progress.loss", **TOLD)
    seconds_left = serializers.FloatField(source="progress.seconds_left", **TOLD)
    message = serializers.CharField(source="progress.message", **TOLD)
    version: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that came out of it",
    )

    class Meta:
        model = TrainingJob
        fields = [
            "id",
            "status",
            "phase",
            "fraction",
            "epoch",
            "epochs",
            "loss",
            "seconds_left",
            "message",
            "error",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "attempt",
            "config",
            "version",
            "result",
        ]
        read_only_fields = fields


class JobRequestSerializer(serializers.Serializer):
    seed = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, allow_null=True, default=None, help_text="to repeat a job"
    )
    recipe = serializers.DictField(
        child=serializers.JSONField(),
        default=dict,
        help_text=f"settings other than the usual ones: {SETTINGS}",
    )

    def validate_recipe(self, recipe: dict[str, Any]) -> dict[str, Any]:
        try:
            RetrainRecipe().with_overrides(recipe)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error
        return recipe


class WorkerSerializer(serializers.Serializer):
    alive = serializers.BooleanField(help_text="a worker is there to train")
    seen_at = serializers.DateTimeField(allow_null=True)
