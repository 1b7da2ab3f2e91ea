"""Asking for a training: from corrections, or from scratch. What cannot be done is refused here."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from recognizer.actions import jobs
from recognizer.actions.mnist import MISSING, training_has_mnist
from recognizer.errors import Conflict, Refused
from recognizer.models import Correction, TrainingJob

SEEDS = 2**31
Kind = TrainingJob.Kind


def request_retraining(
    *, by: AbstractBaseUser | None, seed: int | None = None, recipe: dict[str, Any] | None = None
) -> TrainingJob:
    """Queues a retraining from the serving version on all approved labels.

    seed: makes the job repeatable; drawn at random if none is given. recipe: departures from the
    recipe's defaults. Raises Refused for values that cannot be, and where there is nothing to
    learn from.
    """
    require_recipe(RetrainRecipe(), recipe)
    if not Correction.objects.filter(state=Correction.State.APPROVED).exists():
        raise Refused("No label is approved yet, so there is nothing to learn from.")
    return queue(Kind.RETRAIN, by, seed, recipe)


def request_training(
    *,
    by: AbstractBaseUser | None,
    architecture: str,
    seed: int | None = None,
    recipe: dict[str, Any] | None = None,
) -> TrainingJob:
    """Queues the training of a new network on MNIST; seed and recipe as in `request_retraining`.

    Raises Refused for values that cannot be, and Conflict where MNIST is not at hand.
    """
    require_recipe(usual_recipe(architecture), recipe)
    if not training_has_mnist():
        raise Conflict(MISSING)
    return queue(Kind.TRAIN, by, seed, recipe, architecture=architecture)


def usual_recipe(architecture: str) -> Recipe:
    """How the named network is usually trained. Raises Refused where there is none."""
    if architecture not in RECIPES:
        raise Refused(f"There is no architecture “{architecture}”; there are {', '.join(RECIPES)}.")
    return RECIPES[architecture]


def require_recipe(usual: Recipe | RetrainRecipe, overrides: dict[str, Any] | None) -> None:
    """Raises Refused, naming the setting that is wrong and its range."""
    try:
        usual.with_overrides(overrides or {})
    except ValueError as error:
        raise Refused(str(error)) from error


def queue(
    kind: str,
    by: AbstractBaseUser | None,
    seed: int | None,
    recipe: dict[str, Any] | None,
    **config: Any,
) -> TrainingJob:
    if seed is not None and not 0 <= seed < SEEDS:
        raise Refused(f"seed must be a whole number from 0 to {SEEDS - 1:,}, not {seed}.")
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    job = TrainingJob.objects.create(
        kind=kind,
        requested_by_id=by.pk if by else None,
        config={**config, "seed": seed, "recipe": recipe or {}},
    )
    transaction.on_commit(lambda: jobs.wake(job.pk))
    return job
