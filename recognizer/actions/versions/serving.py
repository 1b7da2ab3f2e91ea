"""The serving version of this process, with its network loaded."""

import logging
import threading
import time
from dataclasses import dataclass

from django.conf import settings

from mlcore.errors import UnusableBundle
from mlcore.pictures.ink_network import InkNetwork
from mlcore.recognition.bundle import Bundle, from_binaries
from mlcore.recognition.inference import Recognizer
from recognizer import codes
from recognizer.errors import Unavailable
from recognizer.models import Deployment, ModelVersion
from recognizer.models.versions import with_versions

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Serving:
    """The version that answers. It is replaced as a whole, so no answer mixes two versions."""

    deployment_id: int
    version_id: int
    number: int
    recognizer: Recognizer
    ink_network: InkNetwork


class ServingCache:
    """Keeps one `Serving` and checks for newer deployments at most once a second."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: Serving | None = None
        self.unusable: set[int] = set()  # deployments whose files did not match
        self.checked_at = float("-inf")

    def get(self) -> Serving:
        """Return the serving version, at most SERVING_CHECK_SECONDS old. Raises Unavailable."""
        with self.lock:
            if time.monotonic() - self.checked_at >= settings.SERVING_CHECK_SECONDS:
                self.checked_at = time.monotonic()  # first, so a failure is not repeated
                self.refresh()
            if self.current is None:
                raise Unavailable(codes.NO_VERSION_INSTALLED())
            return self.current

    def refresh(self) -> None:
        """Load the newest deployment with undamaged files; otherwise keep the current version."""
        for deployment in with_versions(Deployment.objects.order_by("-sequence"))[:10]:
            if self.current and self.current.deployment_id == deployment.pk:
                return
            if deployment.pk in self.unusable:
                continue
            try:
                bundle = load_bundle(deployment.version)
                recognizer, ink_network = bundle.recognizer(), bundle.ink_network()
            except UnusableBundle:
                logger.exception("%s cannot be served", deployment.version)
                self.unusable.add(deployment.pk)
                continue
            self.current = Serving(
                deployment_id=deployment.pk,
                version_id=deployment.version_id,
                number=deployment.version.number,
                recognizer=recognizer,
                ink_network=ink_network,
            )
            return

    def clear(self) -> None:
        with self.lock:
            self.current, self.checked_at = None, float("-inf")
            self.unusable.clear()


def load_bundle(version: ModelVersion) -> Bundle:
    """Read a version's card and files and verify the checksum. Raises UnusableBundle."""
    files = {file.name: bytes(file.content) for file in version.files.all()}
    bundle = from_binaries(version.card, files)
    if bundle.checksum != version.checksum:
        raise UnusableBundle(codes.FILES_DIFFER(number=version.number))
    return bundle


cache = ServingCache()
serving = cache.get
