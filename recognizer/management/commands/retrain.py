"""Queues a retraining on all approved labels; a worker runs it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.errors import Refused
from recognizer.models import Job, Worker


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, help="to repeat an earlier job")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = self.request(options)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"Queued {job}; see /jobs/{job.pk}/.")
        if not Worker.objects.alive().training().exists():
            self.stdout.write("No worker is running: start one with make run.")

    def request(self, options: dict[str, Any]) -> Job:
        return request_retraining(by=None, seed=options["seed"])
