"""How many drawings, and how many bytes of them, are kept for a person."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Sum

from recognizer import codes
from recognizer.errors import QuotaReached
from recognizer.models import Drawing, User

MB = 1024**2


@dataclass
class Usage:
    """size: bytes, as QUOTA_MB counts them: strokes, pictures and network inputs."""

    drawings: int
    size: int

    def add(self, *, drawings: int, size: int = 0) -> None:
        """Count new drawings. Raises QuotaReached if there is no room for them, counting none."""
        most, mb = settings.QUOTA_DRAWINGS, settings.QUOTA_MB
        if most and self.drawings + drawings > most:
            raise QuotaReached(codes.QUOTA_DRAWINGS(count=self.drawings + drawings, most=most))
        if mb and self.size + size > mb * MB:
            raise QuotaReached(codes.QUOTA_BYTES(size=(self.size + size) / MB, most=mb))
        self.drawings += drawings
        self.size += size


def usage_of(person: AbstractBaseUser) -> Usage:
    """Return what is stored of a person's, from an index that has the sizes."""
    rows = Drawing.objects.filter(owner_id=person.pk).order_by()
    found = rows.aggregate(drawings=Count("pk"), size=Sum("size"))
    return Usage(found["drawings"], found["size"] or 0)


def locked_usage(person: AbstractBaseUser) -> Usage:
    """As `usage_of`. Call it in the transaction that stores: others of the person wait for it.

    Without quotas nothing is counted, and nobody waits.
    """
    if not (settings.QUOTA_DRAWINGS or settings.QUOTA_MB):
        return Usage(0, 0)
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    return usage_of(person)
