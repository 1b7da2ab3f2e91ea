"""The site's settings, with a new temporary home for every run."""

import atexit
import os
import shutil
import tempfile

os.environ["DIGITS_HOME"] = tempfile.mkdtemp(prefix="digits-test-")
atexit.register(shutil.rmtree, os.environ["DIGITS_HOME"], ignore_errors=True)
for name in (
    *("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "DEBUG", "HTTPS", "API_RATE"),
    *(
        "ANON_RATE",
        "ANON_PICTURE_RATE",
        "SIGN_UP",
        "TRY_WITHOUT_ACCOUNT",
        "SIGN_IN_ATTEMPTS",
        "PROXIES",
        "AUDIT_DAYS",
        "UNLABELED_DAYS",
        "UNDO_DAYS",
        "TOKEN_DAYS",
        "TOKEN_MAX_DAYS",
        "EMAIL_URL",
    ),
):
    os.environ.pop(name, None)

from digitsite.home import prepare_home  # noqa: E402

prepare_home()

from digitsite.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir()  # noqa: F405  # WhiteNoise warns if it is missing
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
