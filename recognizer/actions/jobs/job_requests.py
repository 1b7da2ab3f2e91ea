"""Asking for a job of any kind. What cannot be done is refused here."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from mlcore.errors import InvalidRecipe
from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.training.mnist import training_has_mnist
from recognizer.actions.training.selection import expected_selection, nothing_to_learn
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.actions.versions.rescore import queue_rescore
from recognizer.errors import Conflict, Refused
from recognizer.models import Job, ModelVersion
from recognizer.presentation.numbers import localized

SEEDS = 2**31
Kind = Job.Kind


def request_retraining(
    *,
    by: AbstractBaseUser | None,
    seed: int | None = None,
    recipe: dict[str, Any] | None = None,
    trigger: str = Job.Trigger.PERSON,
) -> Job:
    """Queues a retraining from the serving version on all approved labels.

    seed: makes the job repeatable; drawn at random if none is given. recipe: departures from the
    recipe's defaults. Raises Refused for values that cannot be, and where there is nothing to
    learn from; Conflict where what there is cannot be learned from yet.
    """
    require_recipe(RetrainRecipe(), recipe)
    require_examples()
    return queue(Kind.RETRAIN, by, seed, recipe, trigger=trigger)


def request_training(
    *,
    by: AbstractBaseUser | None,
    architecture: str,
    seed: int | None = None,
    recipe: dict[str, Any] | None = None,
) -> Job:
    """Queues the training of a new network on MNIST; seed and recipe as in `request_retraining`.

    Raises Refused for values that cannot be, and Conflict where MNIST is not at hand.
    """
    require_recipe(usual_recipe(architecture), recipe)
    if not training_has_mnist():
        raise Conflict(codes.MNIST_MISSING())
    return queue(Kind.TRAIN, by, seed, recipe, architecture=architecture)


def request_rescore(*, by: AbstractBaseUser | None, number: int | None = None) -> Job:
    """Queues a job that asks version `number`, or the serving one, about what it has not answered.

    Raises Refused where there is no such version, and Conflict as `queue_rescore` does.
    """
    if number is None:
        deployment = serving_deployment()
        version = deployment.version if deployment else None
    else:
        version = ModelVersion.objects.filter(number=number).first()
    if version is None:
        if number is None:
            raise Refused(_("No version is installed."))
        raise Refused(_("There is no version %(number)s.") % {"number": number})
    return queue_rescore(version=version, by=by)


def require_examples() -> None:
    """Raises Refused where no label is approved, Conflict where none can be learned from yet."""
    selection = expected_selection()
    if not selection.training:
        raise (Conflict if selection.size else Refused)(nothing_to_learn(selection))


def usual_recipe(architecture: str) -> Recipe:
    """How the named network is usually trained. Raises Refused where there is none."""
    if architecture not in RECIPES:
        words = _("There is no architecture “%(name)s”. Choose from %(names)s.")
        raise Refused(words % {"name": architecture, "names": ", ".join(RECIPES)})
    return RECIPES[architecture]


def require_recipe(usual: Recipe | RetrainRecipe, overrides: dict[str, Any] | None) -> None:
    """Raises Refused, naming the setting that is wrong and its range."""
    try:
        usual.with_overrides(overrides or {})
    except InvalidRecipe as error:
        raise Refused(error.message) from error


def queue(
    kind: str,
    by: AbstractBaseUser | None,
    seed: int | None,
    recipe: dict[str, Any] | None,
    *,
    trigger: str = Job.Trigger.PERSON,
    **config: Any,
) -> Job:
    if seed is not None and not 0 <= seed < SEEDS:
        words = _("seed must be a whole number from 0 to %(most)s, not %(seed)s.")
        raise Refused(words % {"most": localized(f"{SEEDS - 1:,}"), "seed": seed})
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    job = Job.objects.create(
        kind=kind,
        trigger=trigger,
        requested_by_id=by.pk if by else None,
        config={**config, "seed": seed, "recipe": recipe or {}},
    )
    transaction.on_commit(lambda: lifecycle.wake(job.pk))
    return job
