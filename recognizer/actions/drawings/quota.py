"""How many drawings, and how many bytes of them, are kept for a person."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from recognizer import codes
from recognizer.errors import QuotaReached
from recognizer.models import Drawing, User

MB = 1024**2


@dataclass
class Usage:
    """What is kept for a person.

    size: bytes, as QUOTA_MB counts them: strokes, pictures and network inputs.
    """

    person_id: int
    drawings: int
    size: int

    def add(self, *, drawings: int, size: int = 0, limited: bool = True) -> None:
        """Count new drawings.

        Raises QuotaReached if there is no room for them, counting none, unless it is not `limited`.
        """
        most, mb = (settings.QUOTA_DRAWINGS, settings.QUOTA_MB) if limited else (0, 0)
        if most and self.drawings + drawings > most:
            raise QuotaReached(codes.QUOTA_DRAWINGS(count=self.drawings + drawings, most=most))
        if mb and self.size + size > mb * MB:
            raise QuotaReached(codes.QUOTA_BYTES(size=(self.size + size) / MB, most=mb))
        self.drawings += drawings
        self.size += size

    def store(self) -> None:
        """Remember the counts, in the transaction that stores the drawings."""
        rows = User.objects.filter(pk=self.person_id)
        rows.update(drawings_kept=self.drawings, bytes_kept=self.size)


def usage_of(person: AbstractBaseUser) -> Usage:
    """Return what is stored of a person's."""
    return kept_of(User.objects.only("drawings_kept", "bytes_kept").get(pk=person.pk))


def locked_usage(person: AbstractBaseUser) -> Usage:
    """As `usage_of`. Call it in the transaction that stores: others of the person wait for it."""
    rows = User.objects.select_for_update(no_key=True).only("drawings_kept", "bytes_kept")
    return kept_of(rows.get(pk=person.pk))


def forget_usage(drawings: QuerySet[Drawing]) -> None:
    """Let the owners of drawings that are about to be deleted be counted anew."""
    owners = User.objects.filter(pk__in=drawings.order_by().values("owner"))
    owners.update(drawings_kept=None, bytes_kept=None)


def with_usage(people: QuerySet[User]) -> QuerySet[User]:
    """Annotate how many drawings and bytes are kept for each, counted where no count is stored."""
    own = Drawing.objects.filter(owner=OuterRef("pk")).order_by().values("owner")
    drawings = Subquery(own.annotate(n=Count("*")).values("n"))
    size = Subquery(own.annotate(n=Sum("size")).values("n"))
    return people.annotate(
        drawings_there=Coalesce("drawings_kept", drawings, 0, output_field=BigIntegerField()),
        bytes_there=Coalesce("bytes_kept", size, 0, output_field=BigIntegerField()),
    )


def kept_of(person: User) -> Usage:
    """Return the counts of the account's row; if it has none, count."""
    if person.drawings_kept is not None and person.bytes_kept is not None:
        return Usage(person.pk, person.drawings_kept, person.bytes_kept)
    own = Drawing.objects.filter(owner_id=person.pk).order_by()
    found = own.aggregate(drawings=Count("*"), size=Sum("size"))
    return Usage(person.pk, found["drawings"], found["size"] or 0)
