"""Training jobs."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers

from mlcore.recipes import RECIPES, SUMMARIES, Recipe, RetrainRecipe
from recognizer.actions.jobs.job_requests import SEEDS
from recognizer.models import Job
from recognizer.presentation.told import told

Kind = Job.Kind
TOLD: Any = {"default": None, "allow_null": True, "read_only": True}


def settings_of(recipe: type[Recipe | RetrainRecipe]) -> str:
    return ", ".join(f"{n} ({low:,} to {high:,})" for n, (low, high) in recipe.ranges().items())


class JobSerializer(serializers.ModelSerializer[Job]):
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
    done = serializers.IntegerField(
        source="progress.done", help_text="drawings answered; of a re-scoring", **TOLD
    )
    total = serializers.IntegerField(
        source="progress.total", help_text="drawings in all; of a re-scoring", **TOLD
    )
    per_second = serializers.FloatField(source="progress.per_second", **TOLD)
    asked_version: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that a re-scoring asks",
    )
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
        model = Job
        fields = [
            "id",
            "kind",
            "architecture",
            "asked_version",
            "trigger",
            "status",
            "phase",
            "fraction",
            "epoch",
            "epochs",
            "loss",
            "holdout_accuracy",
            "done",
            "total",
            "per_second",
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
        help_text=(
            "from corrections, a new network from scratch on MNIST, or the answers of a version to "
            "the drawings that it has not answered"
        ),
    )
    architecture = serializers.ChoiceField(
        choices=list(SUMMARIES.items()),
        allow_null=True,
        default=None,
        help_text="what to train from scratch; not for a retraining",
    )
    version = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        default=None,
        help_text="which one re-scores, the serving one if null; for a re-scoring only",
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
        """Every kind has settings of its own; those of another are a mistake."""
        kind, architecture = values["kind"], values["architecture"]
        if kind == Kind.TRAIN and architecture is None:
            words = _("Choose one of %(names)s.") % {"names": ", ".join(RECIPES)}
            raise serializers.ValidationError({"architecture": words})
        for name, owners in OWNERS.items():
            if values[name] not in (None, {}) and kind not in owners:
                raise serializers.ValidationError({name: _(NOT_ITS_OWN[name])})
        if kind != Kind.RESCORE:
            require_settings(RECIPES[architecture] if architecture else RetrainRecipe(), values)
        return values


OWNERS = {
    "architecture": {Kind.TRAIN},
    "version": {Kind.RESCORE},
    "recipe": {Kind.TRAIN, Kind.RETRAIN},
    "seed": {Kind.TRAIN, Kind.RETRAIN},
}
NOT_ITS_OWN = {
    "architecture": gettext_noop(
        "A retraining keeps the serving version's; “kind” is “train” from scratch."
    ),
    "version": gettext_noop("Only a re-scoring asks a chosen version; “kind” is “rescore” then."),
    "recipe": gettext_noop("A re-scoring has none."),
    "seed": gettext_noop("A re-scoring has none."),
}


def require_settings(usual: Recipe | RetrainRecipe, values: dict[str, Any]) -> None:
    """Raises ValidationError, naming the setting that is wrong and its range."""
    try:
        usual.with_overrides(values["recipe"])
    except ValueError as error:
        raise serializers.ValidationError({"recipe": told(str(error))}) from error


class WorkerSerializer(serializers.Serializer):
    alive = serializers.BooleanField(help_text="a worker is there to train")
    seen_at = serializers.DateTimeField(allow_null=True)
