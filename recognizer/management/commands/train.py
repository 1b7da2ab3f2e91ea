"""Queues the training of a network from scratch on MNIST; a worker runs it."""

from argparse import ArgumentParser
from typing import Any

from mlcore.recipes import RECIPES
from recognizer.actions.jobs.job_requests import request_training
from recognizer.management.commands import retrain
from recognizer.models import Job


class Command(retrain.Command):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("architecture", choices=list(RECIPES))
        parser.add_argument("--epochs", type=int, help="number of epochs, instead of the recipe's")

    def request(self, options: dict[str, Any]) -> Job:
        epochs = options["epochs"]
        return request_training(
            by=None,
            architecture=options["architecture"],
            seed=options["seed"],
            recipe={} if epochs is None else {"epochs": epochs},
        )
