"""Training jobs."""

from typing import Any

from rest_framework import serializers

from mlcore.recipes import RECIPES, SUMMARIES, Recipe, RetrainRecipe
from recognizer.actions.requests import SEEDS
from recognizer.models import TrainingJob

Kind = TrainingJob.Kind
TOLD: Any = {"default": None, "allow_null": True, "read_only": True}


def settings_of(recipe: type[Recipe | RetrainRecipe]) -> str:
    return ", ".join(f"{n} ({low:,} to {high:,})" for n, (low, high) in recipe.ranges().items())


class JobSerializer(serializers.ModelSerializer[TrainingJob]):
    """A job's row with its progress laid flat; null for what the trainer has not told."""

    phase = serializers.CharField(source="progress.phase", **TOLD)
    fraction = serializers.FloatField(
        source="progress.fraction", help_text="0 to 1, of the whole", **TOLD
    )
    epoch = serializers.IntegerField(source="progress.epoch", **TOLD)
    epochs = serializers.IntegerField(source="progress.epochs", **TOLD)
    loss = serializers.FloatField(source="progress.loss", **TOLD)
    holdout_accuracy = serializers.FloatField(
        source="progress.holdout_accuracy", help_text="0 to 1; from scratch only", **TOLD
    )
    seconds_left = serializers.FloatField(source="progress.seconds_left", **TOLD)
    message = serializers.CharField(source="progress.message", **TOLD)
    architecture = serializers.CharField(
        source="config.architecture", help_text="of what is trained from scratch", **TOLD
    )
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
            "kind",
            "architecture",
            "status",
            "phase",
            "fraction",
            "epoch",
            "epochs",
            "loss",
            "holdout_accuracy",
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
    kind = serializers.ChoiceField(
        choices=Kind.choices,
        default=Kind.RETRAIN,
        help_text="from corrections, or a new network from scratch on MNIST",
    )
    architecture = serializers.ChoiceField(
        choices=list(SUMMARIES.items()),
        allow_null=True,
        default=None,
        help_text="what to train from scratch; not for a retraining",
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=SEEDS - 1, allow_null=True, default=None, help_text="to repeat a job"
    )
    recipe = serializers.DictField(
        child=serializers.JSONField(),
        default=dict,
        help_text=(
            f"settings other than the usual ones. Retraining: {settings_of(RetrainRecipe)}. "
            f"From scratch: {settings_of(Recipe)}"
        ),
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """An architecture goes with a training from scratch, and settings with what is trained."""
        from_scratch, architecture = values["kind"] == Kind.TRAIN, values["architecture"]
        if from_scratch and architecture is None:
            names = ", ".join(RECIPES)
            raise serializers.ValidationError({"architecture": f"Choose one of {names}."})
        if architecture is not None and not from_scratch:
            told = "A retraining keeps the serving version's; “kind” is “train” from scratch."
            raise serializers.ValidationError({"architecture": told})
        usual = RECIPES[architecture] if from_scratch else RetrainRecipe()
        try:
            usual.with_overrides(values["recipe"])
        except ValueError as error:
            raise serializers.ValidationError({"recipe": str(error)}) from error
        return values


class WorkerSerializer(serializers.Serializer):
    alive = serializers.BooleanField(help_text="a worker is there to train")
    seen_at = serializers.DateTimeField(allow_null=True)
