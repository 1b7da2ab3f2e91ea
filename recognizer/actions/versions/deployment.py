"""Register versions, deploy them and roll back."""

import logging
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mlcore.errors import UnusableBundle
from mlcore.recognition import bundle as bundles
from mlcore.recognition.bundle import Bundle
from recognizer import codes
from recognizer.actions.audit.events import Kind as AuditKind
from recognizer.actions.audit.events import record
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.reasons import stripped_reason
from recognizer.actions.versions.rescore import rescore_with_new
from recognizer.actions.versions.served import good_versions
from recognizer.actions.versions.serving import Networks, load_bundle
from recognizer.errors import Conflict, Refused
from recognizer.models import Deployment, ModelVersion, VersionFile
from recognizer.models.versions import with_versions

logger = logging.getLogger(__name__)
Kind = Deployment.Kind


def serving_deployment() -> Deployment | None:
    return with_versions(Deployment.objects.order_by("-sequence")).first()


def earlier_deployment() -> Deployment | None:
    """Return the newest deployment of the last good version before the serving one.

    It is the target of a roll-back: never a version that was itself rolled back from.
    """
    before = good_versions()[1:2]
    rows = with_versions(Deployment.objects.filter(version_id__in=before))
    return rows.order_by("-sequence").first()


@transaction.atomic
def register_version(
    *, bundle: Bundle, parent: ModelVersion | None = None, **about: Any
) -> ModelVersion:
    """Store a bundle as the next version. about: manifest, verdict.

    Raises UnusableBundle if the stored bundle does not match its checksum.
    """
    newest = ModelVersion.objects.aggregate(number=Max("number"))["number"] or 0
    version = ModelVersion.objects.create(
        number=newest + 1,
        architecture=bundle.card["architecture"],
        parent=parent,
        card=bundle.card,
        checksum=bundle.checksum,
        **about,
    )
    VersionFile.objects.bulk_create(
        VersionFile(version=version, name=name, content=content)
        for name, content in bundle.binaries.items()
    )
    version.refresh_from_db(fields=["card"])
    load_bundle(version)
    return version


def deploy_version(
    *,
    version: ModelVersion,
    kind: str,
    by: AbstractBaseUser | None = None,
    reason: str = "",
    reason_code: str = "",
    expected: int | None = None,
) -> Deployment:
    """Make `version` the serving version.

    reason: written by a person; reason_code: used if nobody wrote one. expected: the number of the
    serving version as the caller saw it (optimistic lock). Raises Conflict if another version is
    serving now, or if `version` is already serving.
    """
    newest = serving_deployment()
    refuse_if_changed(newest, version=version, expected=expected)
    try:
        with transaction.atomic():
            deployment = Deployment.objects.create(
                sequence=newest.sequence + 1 if newest else 1,
                version=version,
                by_id=by.pk if by else None,
                kind=kind,
                reason=reason,
                reason_code=reason_code,
            )
            rescore_with_new(version, by=by)
            record_deployment(deployment, by=by)
            return deployment
    except IntegrityError as error:
        if not is_taken(error, Deployment, "sequence"):
            raise
        raise Conflict(codes.CHANGED_CONCURRENTLY()) from error


def record_deployment(deployment: Deployment, *, by: AbstractBaseUser | None) -> None:
    kind = AuditKind.ROLL_BACK if deployment.kind == Kind.ROLLBACK else AuditKind.PROMOTION
    code = codes.ON_VERSION_ANYWAY if deployment.kind == Kind.OVERRIDE else codes.ON_VERSION
    record(kind, code(number=deployment.version.number), by=by)


def refuse_if_changed(
    newest: Deployment | None, *, version: ModelVersion, expected: int | None
) -> None:
    """Raise Conflict as `deploy_version` does; `newest` is the serving deployment."""
    if newest and expected is not None and newest.version.number != expected:
        raise Conflict(codes.OTHER_VERSION_SERVES(number=newest.version.number))
    if newest and newest.version_id == version.pk:
        raise Conflict(codes.ALREADY_SERVES(number=version.number))


def refuse_if_damaged(version: ModelVersion) -> None:
    """Raise Conflict if the version's files are missing, altered or cannot be loaded."""
    try:
        Networks.of(load_bundle(version))
    except UnusableBundle as error:
        logger.exception("%s cannot serve", version)
        words = _("%(version)s cannot serve: its files are missing or damaged. Choose another one.")
        raise Conflict(words % {"version": capfirst(str(version))}) from error


def roll_back_version(
    *, by: AbstractBaseUser, reason: str = "", expected: int | None = None
) -> Deployment:
    """Deploy the last good version before the present one: one that was not rolled back from.

    Raises Conflict if there is none, or if its files are damaged.

    Raises Refused if the reason is too long, or if it is missing and that version did not pass
    the gates or was never checked by them.
    """
    reason = stripped_reason(reason)
    serving = serving_deployment()
    before = earlier_deployment()
    if serving is None or before is None:
        raise Conflict(
            _(
                "There is no earlier version to roll back to. Versions that were rolled back from "
                "do not count; promote one to let it serve again."
            )
        )
    refuse_if_changed(serving, version=before.version, expected=expected)
    if not reason and not before.version.verdict.get("passed"):
        words = _("%(version)s did not pass the gates; a reason is needed.")
        raise Refused(words % {"version": capfirst(str(before.version))})
    refuse_if_damaged(before.version)
    return deploy_version(
        version=before.version,
        kind=Kind.ROLLBACK,
        by=by,
        reason=reason,
        expected=serving.version.number,  # the one that `before` came before
    )


@transaction.atomic
def install_shipped_version() -> ModelVersion | None:
    """Install the model that comes with the program as version 1, unless a version exists."""
    if ModelVersion.objects.exists():
        return None
    bundle = bundles.shipped()
    verdict = {"passed": True, "promoted": True, "reason": codes.SHIPPED(), "gates": []}
    version = register_version(bundle=bundle, verdict=verdict)
    deploy_version(version=version, kind=Kind.INITIAL, reason_code=codes.INSTALLED.code)
    return version
