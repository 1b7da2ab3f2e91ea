"""What people write about a version: its name, notes and tags. Its files and card never change."""

from collections.abc import Sequence

from django.db import transaction

from recognizer.models import ModelVersion, VersionTag

LONGEST_NOTES, MOST_TAGS = 2_000, 10


@transaction.atomic
def describe_version(*, version: ModelVersion, name: str, notes: str, tags: Sequence[str]) -> None:
    """Replace the name, the notes and the tags. tags: different, not empty."""
    version.name, version.notes = name, notes
    version.save(update_fields=["name", "notes"])
    version.tags.exclude(name__in=tags).delete()
    VersionTag.objects.bulk_create(
        [VersionTag(version=version, name=tag) for tag in tags], ignore_conflicts=True
    )
