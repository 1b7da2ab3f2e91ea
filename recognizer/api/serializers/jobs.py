"""Jobs."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers

from mlcore.errors import InvalidRecipe
from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from recognizer.actions.jobs.estimates import estimate
from recognizer.actions.jobs.job_requests import SEEDS
from recognizer.api.serializers.messages import CodeField, WordsField
from recognizer.models import Job, JobEvent, ModelVersion
from recognizer.models.jobs import passed_gates
from recognizer.presentation.messages import NETWORKS, words

Kind = Job.Kind
REPORTED: Any = {"default": None, "allow_null": True, "read_only": True}


def settings_of(recipe: type[Recipe | RetrainRecipe]) -> str:
    return ", ".join(f"{n} ({low:,} to {high:,})" for n, (low, high) in recipe.ranges().items())


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job's row with its progress as flat fields; null if the trainer has not reported it."""

    phase = serializers.CharField(source="progress.phase", **REPORTED)
    fraction = serializers.FloatField(
        source="progress.fraction", help_text="progress of the whole job, 0 to 1", **REPORTED
    )
    epoch = serializers.IntegerField(source="progress.epoch", **REPORTED)
    epochs = serializers.IntegerField(source="progress.epochs", **REPORTED)
    loss = serializers.FloatField(source="progress.loss", **REPORTED)
    holdout_accuracy = serializers.FloatField(
        source="progress.holdout_accuracy", help_text="0 to 1; from scratch only", **REPORTED
    )
    seconds_left = serializers.FloatField(source="progress.seconds_left", **REPORTED)
    estimated_fraction = serializers.FloatField(
        source="estimate.fraction",
        allow_null=True,
        read_only=True,
        help_text=(
            "progress, 0 to 1, by the time that earlier jobs took, else as reported; null while "
            "not known"
        ),
    )
    estimated_seconds_left = serializers.FloatField(
        source="estimate.seconds_left",
        allow_null=True,
        read_only=True,
        help_text="by the time that earlier jobs took, else as reported; null while not known",
    )
    passed_gates = serializers.SerializerMethodField(
        help_text="of a retraining that made a version: whether it passed the gates; else null"
    )
    message = WordsField(source="progress.message", default=None, allow_null=True)
    message_code = CodeField(source="progress.message", default=None, allow_null=True)
    done = serializers.IntegerField(
        source="progress.done", help_text="drawings answered; only for a re-scoring", **REPORTED
    )
    total = serializers.IntegerField(
        source="progress.total", help_text="drawings in all; only for a re-scoring", **REPORTED
    )
    per_second = serializers.FloatField(source="progress.per_second", **REPORTED)
    asked_version: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that re-scores",
    )
    architecture = serializers.CharField(
        source="config.architecture", help_text="only for training from scratch", **REPORTED
    )
    version: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(
        "number",
        read_only=True,
        allow_null=True,
        help_text="number of the version that the job made",
    )
    error = WordsField(help_text="empty where the newest attempt did not fail")
    error_code = CodeField(source="error")
    result = serializers.JSONField(read_only=True)

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
            "estimated_fraction",
            "estimated_seconds_left",
            "passed_gates",
            "message",
            "message_code",
            "error",
            "error_code",
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

    def to_representation(self, instance: Any) -> dict[str, Any]:
        instance.estimate = estimate(instance)  # of two fields
        return super().to_representation(instance)

    def get_passed_gates(self, job: Job) -> bool | None:
        return passed_gates(job)


class JobEventSerializer(serializers.ModelSerializer[JobEvent]):
    """A line of a job's log."""

    text = WordsField(source="message")
    parameters = serializers.JSONField(read_only=True, help_text="of the code")

    class Meta:
        model = JobEvent
        fields = ["at", "attempt", "code", "parameters", "text"]
        read_only_fields = fields


class JobRequestSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        choices=Kind.choices,
        default=Kind.RETRAIN,
        help_text=(
            "`retrain`: train the serving version on corrections; `train`: train a new network "
            "from scratch on MNIST; `rescore`: answer drawings that a version has not answered"
        ),
    )
    architecture = serializers.ChoiceField(
        choices=list(NETWORKS.items()),
        allow_null=True,
        default=None,
        help_text="only for training from scratch",
    )
    version = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        default=None,
        help_text="version that re-scores, the serving one if null; only for a re-scoring",
    )
    seed = serializers.IntegerField(
        min_value=0,
        max_value=SEEDS - 1,
        allow_null=True,
        default=None,
        help_text="to reproduce a job",
    )
    recipe = serializers.DictField(
        child=serializers.JSONField(),
        default=dict,
        help_text=(
            f"settings that replace the defaults. Retraining: {settings_of(RetrainRecipe)}. "
            f"From scratch: {settings_of(Recipe)}"
        ),
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Refuse settings that belong to another kind of job."""
        kind, architecture = values["kind"], values["architecture"]
        if kind == Kind.TRAIN and architecture is None:
            text = _("Choose one of %(names)s.") % {"names": ", ".join(RECIPES)}
            raise serializers.ValidationError({"architecture": text})
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
        "Only for “kind” “train”. A retraining keeps the serving version's architecture."
    ),
    "version": gettext_noop("Only for “kind” “rescore”."),
    "recipe": gettext_noop("Not for “kind” “rescore”."),
    "seed": gettext_noop("Not for “kind” “rescore”."),
}


def require_settings(usual: Recipe | RetrainRecipe, values: dict[str, Any]) -> None:
    """Raise ValidationError with the name and the range of a wrong setting."""
    try:
        usual.with_overrides(values["recipe"])
    except InvalidRecipe as error:
        raise serializers.ValidationError({"recipe": words(error.message)}) from error


def shape_of(recipe: type[Recipe | RetrainRecipe]) -> dict[str, Any]:
    """Return the JSON schema of a recipe's settings."""
    whole = {setting.name: setting.type is int for setting in fields(recipe)}
    settings = {
        name: {"type": "integer" if whole[name] else "number", "minimum": low, "maximum": high}
        for name, (low, high) in recipe.ranges().items()
    }
    return {"type": "object", "properties": settings, "additionalProperties": False}


def job_shape(
    kind: str, own: dict[str, Any], *, required: Sequence[str] = ("kind",)
) -> dict[str, Any]:
    """Return the JSON schema of a request for one kind of job: null for what others have."""
    foreign = {name: {"type": "null"} for name in ("architecture", "version", "seed")}
    properties = {"kind": {"const": kind}, **foreign, **own}
    return {"type": "object", "title": kind, "properties": properties, "required": list(required)}


NUMBER_OR_NULL = {"type": ["integer", "null"]}
SEED = {**NUMBER_OR_NULL, "minimum": 0, "maximum": SEEDS - 1, "description": "to reproduce a job"}
VERSION = {
    **NUMBER_OR_NULL,
    "minimum": 1,
    "description": "version that re-scores, the serving one if null",
}
# Describes JobRequestSerializer with the rules of its `validate`.
JOB_REQUEST = {
    "oneOf": [
        {
            **job_shape("retrain", {"seed": SEED, "recipe": shape_of(RetrainRecipe)}, required=()),
            "description": "train the serving version on corrections",
        },
        {
            **job_shape(
                "train",
                {
                    "architecture": {"enum": list(NETWORKS)},
                    "seed": SEED,
                    "recipe": shape_of(Recipe),
                },
                required=("kind", "architecture"),
            ),
            "description": "train a new network from scratch on MNIST",
        },
        {
            **job_shape(
                "rescore", {"version": VERSION, "recipe": {"type": "object", "maxProperties": 0}}
            ),
            "description": "answer drawings that a version has not answered",
        },
    ]
}


class WorkerSerializer(serializers.Serializer[Any]):
    alive = serializers.BooleanField(help_text="a worker is running")
    seen_at = serializers.DateTimeField(allow_null=True)
