"""The serving version of this process, with its network loaded."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error

from mlcore.errors import UnusableBundle
from mlcore.pictures.ink_network import InkNetwork
from mlcore.recognition.bundle import Bundle, from_binaries
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.numbers import NumberReader
from recognizer import codes
from recognizer.actions.patience import Patience
from recognizer.actions.versions.served import good_versions
from recognizer.errors import Unavailable
from recognizer.models import Deployment, ModelVersion
from recognizer.models.versions import with_versions

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0  # for the database; loading a version takes half of that
AWAY_SECONDS = 5.0  # between two questions to a database that is away


@dataclass(frozen=True)
class Networks:
    """What a version reads with."""

    recognizer: Recognizer
    ink_network: InkNetwork
    number_reader: NumberReader

    @classmethod
    def of(cls, bundle: Bundle) -> "Networks":
        """Load a version's networks. Raises UnusableBundle."""
        return cls(bundle.recognizer(), bundle.ink_network(), bundle.number_reader())


@dataclass(frozen=True)
class Serving(Networks):
    """The version that answers. It is replaced as a whole, so no answer mixes two versions."""

    version_id: int
    number: int
    metrics: dict[str, Any]  # of the version's card


@dataclass(frozen=True)
class Substitution:
    """Another version answers than the one that was deployed."""

    deployed: int  # number of the deployed version, which cannot be loaded
    answering: int | None  # number of the version that answers instead; None: none does


class ServingCache:
    """Keeps one `Serving` and checks for newer deployments at most once a second."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.patience = Patience()
        self.clear()

    def clear(self) -> None:
        self.current: Serving | None = None
        self.deployed: Deployment | None = None
        self.damaged: set[int] = set()  # ids of versions that could not be loaded since then
        self.check_at = float("-inf")

    def get(self) -> Serving:
        """Return the serving version, at most SERVING_CHECK_SECONDS old.

        If the database is away, the version that was loaded before goes on answering. Raises
        Unavailable without a version, and django.db.Error if none was loaded before.
        """
        # The database may hang. While one thread asks it, the others go on with what they have.
        if self.lock.acquire(blocking=self.current is None):
            try:
                self.check_if_due()
            finally:
                self.lock.release()
        if current := self.current:
            return current
        raise Unavailable(codes.DAMAGED() if self.deployed else codes.NO_VERSION_INSTALLED())

    def check_if_due(self) -> None:
        if time.monotonic() < self.check_at:
            return
        self.check_at = time.monotonic() + settings.SERVING_CHECK_SECONDS
        try:
            self.patience.ask(self.refresh, seconds=PATIENCE_SECONDS)
        except Error as error:
            if self.current is None:
                raise
            logger.warning("%s goes on without the database: %s", self.current.number, error)
            self.check_at = time.monotonic() + AWAY_SECONDS

    def refresh(self) -> None:
        """Load the deployed version; if it is damaged, the last good one before it."""
        deployed = with_versions(Deployment.objects.order_by("-sequence")).first()
        if deployed != self.deployed:
            self.deployed, self.damaged = deployed, set()
        if self.current and deployed and self.current.version_id == deployed.version_id:
            return
        for version_id in good_versions():
            if self.current and self.current.version_id == version_id:
                return
            if version_id not in self.damaged and (loaded := self.load(version_id)):
                self.current = loaded
                return
        self.current = None

    def load(self, version_id: int) -> Serving | None:
        version = ModelVersion.objects.defer("manifest", "verdict").get(pk=version_id)
        try:
            networks = Networks.of(load_bundle(version))
        except UnusableBundle:
            logger.exception("%s cannot be served", version)
            self.damaged.add(version_id)
            return None
        return Serving(
            **vars(networks),
            version_id=version_id,
            number=version.number,
            metrics=version.metrics,
        )

    def substitution(self) -> Substitution | None:
        """Return which version answers instead of the deployed one, as of the last check."""
        current, deployed = self.current, self.deployed
        if deployed is None or (current and current.version_id == deployed.version_id):
            return None
        return Substitution(deployed.version.number, current.number if current else None)


def load_bundle(version: ModelVersion) -> Bundle:
    """Read a version's card and files and verify the checksum. Raises UnusableBundle."""
    files = {file.name: bytes(file.content) for file in version.files.all()}
    bundle = from_binaries(version.card, files)
    if bundle.checksum != version.checksum:
        raise UnusableBundle(codes.FILES_DIFFER(number=version.number))
    return bundle


cache = ServingCache()
serving = cache.get
