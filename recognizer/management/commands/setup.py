"""Migrates the database, makes the groups, and installs the shipped model as version 1."""

from typing import Any

from django.core.management import BaseCommand, call_command

from recognizer.actions.accounts.accounts import make_groups
from recognizer.actions.versions.deployment import install_shipped_version
from recognizer.management.full_disk import full_disk_explained


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with full_disk_explained():
            call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
            make_groups()
            version = install_shipped_version()
        if version:
            self.stdout.write(f"Installed the shipped model as {version}.")
