"""Queues a re-scoring of the drawings that a version has not answered; a worker runs it."""

from argparse import ArgumentParser
from typing import Any

from recognizer.actions.jobs.job_requests import request_rescore
from recognizer.management.commands import retrain
from recognizer.models import Job


class Command(retrain.Command):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "number",
            type=int,
            nargs="?",
            help="number of the version; the serving version if omitted",
        )

    def request(self, options: dict[str, Any]) -> Job:
        return request_rescore(by=None, number=options["number"])
