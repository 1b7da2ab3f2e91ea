"""Request a job of any kind. Impossible requests are refused here."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from mlcore.errors import InvalidRecipe
from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.tallies import are_few
from recognizer.actions.training.mnist import training_has_mnist
from recognizer.actions.training.selection import expected_selection, nothing_to_learn
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.actions.versions.rescore import queue_rescore
from recognizer.errors import Conflict, Refused
from recognizer.models import Chore, Job, ModelVersion
from recognizer.presentation.numbers import localized

SEEDS = 2**31
REQUESTS = "job requests"  # the chore that is locked
Kind = Job.Kind


def request_retraining(
    *,
    by: AbstractBaseUser | None,
    seed: int | None = None,
    recipe: dict[str, Any] | None = None,
    trigger: str = Job.Trigger.PERSON,
) -> Job:
    """Queue a retraining of the serving version on all approved labels.

    seed: makes the job reproducible; random if None. recipe: overrides of the recipe's defaults.
    Raises Refused for invalid values and if no label is approved, and Conflict if no approved
    label can be trained on yet, or if a job that does the same is waiting.
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
    """Queue the training of a new network on MNIST; seed and recipe as in `request_retraining`.

    Raises Refused for invalid values, and Conflict if MNIST is not available or if a job that does
    the same is waiting.
    """
    require_recipe(default_recipe(architecture), recipe)
    if not training_has_mnist():
        raise Conflict(codes.MNIST_MISSING())
    return queue(Kind.TRAIN, by, seed, recipe, architecture=architecture)


def request_rescore(*, by: AbstractBaseUser | None, number: int | None = None) -> Job:
    """Queue a re-scoring with version `number`, or with the serving version if it is None.

    Raises Refused if there is no such version, and Conflict as `queue_rescore` does.
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
    """Raise Refused if no label is approved, Conflict if none can be trained on yet.

    Of many labels some can be; if not, the job says so.
    """
    if not are_few():
        return
    selection = expected_selection()
    if not selection.training:
        raise (Conflict if selection.size else Refused)(nothing_to_learn(selection))


def default_recipe(architecture: str) -> Recipe:
    """Return the default recipe of an architecture. Raises Refused if it does not exist."""
    if architecture not in RECIPES:
        words = _("There is no architecture “%(name)s”. Choose from %(names)s.")
        raise Refused(words % {"name": architecture, "names": ", ".join(RECIPES)})
    return RECIPES[architecture]


def require_recipe(default: Recipe | RetrainRecipe, overrides: dict[str, Any] | None) -> None:
    """Raise Refused for an invalid setting; the message names the setting and its range."""
    try:
        default.with_overrides(overrides or {})
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
    asked = {**config, "recipe": recipe or {}}
    with transaction.atomic():
        if trigger == Job.Trigger.PERSON:
            refuse_twin(kind, asked if seed is None else {**asked, "seed": seed})
        job = Job.objects.create(
            kind=kind,
            trigger=trigger,
            requested_by_id=by.pk if by else None,
            config={**asked, "seed": secrets.randbelow(SEEDS) if seed is None else seed},
        )
        transaction.on_commit(lambda: lifecycle.wake(job.pk))
    return job


def refuse_twin(kind: str, asked: dict[str, Any]) -> None:
    """Raise Conflict if a waiting job does what is asked. Call it in the job's transaction.

    Without a seed in `asked`, a job with any seed does.
    """
    Chore.objects.get_or_create(name=REQUESTS)
    Chore.objects.select_for_update().get(name=REQUESTS)  # requests at one moment are in turn
    for job in Job.objects.filter(kind=kind, status=Job.Status.QUEUED):
        known = job.config if "seed" in asked else {**job.config, "seed": None}
        if known == {"seed": None, **asked}:
            words = _("Job %(number)s is waiting and does the same.")
            raise Conflict(words % {"number": job.pk})
