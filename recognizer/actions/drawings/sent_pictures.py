"""Keep recognized pictures for a short time, so that saving one does not send it again."""

import logging
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mlcore.pictures.encoding import gray_of_file
from recognizer.actions.drawings.recognition import Ink, read_gray
from recognizer.errors import Missing
from recognizer.models import SentPicture
from recognizer.models.removing import remove_first

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
MOST = 3  # of a person; the newest stay


def keep_picture(*, owner: AbstractBaseUser, ink: Ink) -> UUID | None:
    """Return the id under which a picture can be saved; None for strokes and blank pictures.

    Also None if it cannot be stored now, for example on a full disk: it was recognized already.
    """
    if ink.gray is None or ink.network_input is None:
        return None
    own = SentPicture.objects.filter(owner_id=owner.pk)
    try:
        with transaction.atomic():
            sent = own.create(owner_id=owner.pk, picture=ink.picture, reduced=ink.reduced)
            stay = own.order_by("-created_at").values_list("pk", flat=True)[:MOST]
            own.exclude(pk__in=list(stay)).delete()
    except DatabaseError as error:
        logger.warning("a picture is not kept: %s", error)
        return None
    return sent.pk


def kept_ink(*, owner: AbstractBaseUser, pk: UUID) -> Ink:
    """Return the ink of a picture that its owner sent before. Raises Missing, Unavailable."""
    kept = SentPicture.objects.filter(owner_id=owner.pk, created_at__gt=timezone.now() - KEPT)
    sent = kept.filter(pk=pk).first()
    if sent is None:
        raise Missing(_("This picture is no longer kept. Send it again."))
    return read_gray(gray_of_file(sent.picture), reduced=sent.reduced)


def forget_picture(*, owner: AbstractBaseUser, pk: UUID) -> None:
    SentPicture.objects.filter(owner_id=owner.pk, pk=pk).delete()


def forget_old_pictures(*, most: int) -> None:
    """Delete up to `most` pictures that nobody saved in time."""
    old = SentPicture.objects.filter(created_at__lt=timezone.now() - KEPT)
    remove_first(old.order_by("created_at"), most)
