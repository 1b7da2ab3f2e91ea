"""A version as a file: its networks and its card."""

import io
import zipfile

from django.contrib.auth.models import AbstractBaseUser

from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.actions.versions.serving import load_bundle
from recognizer.models import ModelVersion


def export_version(*, version: ModelVersion, by: AbstractBaseUser) -> bytes:
    """Return a zip of the version's folder, as `python -m mlcore` reads it, for this person.

    Raises UnusableBundle if the files are missing or damaged.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in load_bundle(version).files.items():
            file.writestr(f"{folder_name(version)}/{name}", content)
    record_export(codes.ON_VERSION_FILES(number=version.number), by=by)
    return buffer.getvalue()


def folder_name(version: ModelVersion) -> str:
    return f"version-{version.number}"
