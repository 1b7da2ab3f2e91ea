"""Settings of the site: apps, database, languages, static files, security and logging."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import envbool, envdatabase, envint, envlist, envloglevel, envstr
from digitsite.home import BASE_DIR as BASE_DIR  # "as" exports it: a setting too
from digitsite.home import HOME as HOME  # likewise
from digitsite.home import secret_key
from digitsite.languages import translated_languages
from digitsite.log_lines import LOG_FORMAT as LOG_FORMAT  # likewise
from digitsite.script_name import script_name

DEBUG = envbool("DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = envlist("ALLOWED_HOSTS")
FORCE_SCRIPT_NAME = script_name(envstr("SCRIPT_NAME")) or None
CSRF_TRUSTED_ORIGINS = envlist("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "recognizer.apps.RecognizerConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "recognizer.middleware.remember_request",
    "recognizer.middleware.measure",
    "django.middleware.security.SecurityMiddleware",
    "recognizer.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recognizer.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "recognizer.middleware.use_browsers_zone",
    "recognizer.middleware.limit_body",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "recognizer.middleware.return_to_the_form",
    "recognizer.middleware.ExplainRefusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "digitsite.urls"
WSGI_APPLICATION = "digitsite.wsgi.application"
ASGI_APPLICATION = "digitsite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "recognizer.pages.accounts.feature_flags.feature_flags",
                "recognizer.pages.theme.theme",
                "recognizer.pages.versions.substitution.substitution",
            ]
        },
    }
]

# Database -----------------------------------------------------------------------------------------

if envstr("DATABASE_URL"):
    DATABASES = {"default": envdatabase("DATABASE_URL", conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME / "digits.sqlite3"),
            "CONN_MAX_AGE": 60,
        }
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Web and worker write at the same time. With WAL, readers never block. With IMMEDIATE, a
    # transaction waits for the write lock when it begins, instead of failing when it first writes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that does not answer is an error after some seconds, not a request that hangs. Web
    # processes also limit their statements (digitsite/wsgi.py). The site's queries are short:
    # compiling one to machine code (JIT) takes longer than it saves. PostgreSQL takes reads out of
    # order for four times as slow as others, as on a turning disk, and would read whole tables.
    planning = "-c jit=off -c random_page_cost=1.1"
    given = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,  # ms without an acknowledgment
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        **given,
        "options": f"{planning} {given.get('options', '')}".strip(),
    }
STATEMENT_TIMEOUT_SECONDS = envint("STATEMENT_TIMEOUT_SECONDS")  # of web processes; 0: none
if not envstr("SECRET_KEY") and DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, though DATABASE_URL names a server. Set it to the same long random "
        "value for every web and worker process."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time --------------------------------------------------------------------------------

# The texts are written in English. Every compiled catalog adds a language. The language cookie
# decides, or else the browser's Accept-Language (docs/languages.md).
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [(LANGUAGE_CODE, "English"), *translated_languages(LOCALE_PATHS[0])]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
TIME_ZONE = envstr("TIME_ZONE")  # where a browser names none
FORMAT_MODULE_PATH = "digitsite.formats"
USE_TZ = True

# Static files -------------------------------------------------------------------------------------

STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # No upload is stored as a file.
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "digitsite.static_storage.SiteStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# Security -----------------------------------------------------------------------------------------

HTTPS = envbool("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [rf"^{(FORCE_SCRIPT_NAME or '')[1:]}/?(healthz|livez|readyz|metrics)$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    # Subdomains and browsers' preload lists are for the owner of the whole domain to decide.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# A picture of 5 MB and the form around it. The middleware refuses larger requests before it reads
# them, so an upload fits in memory and is never written to disk. Only batches (BATCH_MAX_MB), PDFs
# (PDF_MAX_MB) and imports may be larger: they are written to disk as they arrive.
MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
IMPORT_MAX_BYTES = envint("IMPORT_MAX_MB", least=1) * 1024 * 1024
IMPORT_MAX_DRAWINGS = envint("IMPORT_MAX_DRAWINGS", least=1)
# What is kept for one person; 0: no limit.
QUOTA_DRAWINGS = envint("QUOTA_DRAWINGS")
QUOTA_MB = envint("QUOTA_MB")

# Watching -----------------------------------------------------------------------------------------

METRICS_TOKEN = envstr("METRICS_TOKEN").strip()  # besides staff, its bearer may read /metrics
MIN_FREE_MB = envint("MIN_FREE_MB")  # of the disk of DIGITS_HOME; below it is not ready

# Logging ------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "digitsite.log_lines.JsonLine"},
    },
    "filters": {"masked": {"()": "digitsite.masking.Mask"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["masked"],
        }
    },
    "root": {"handlers": ["console"], "level": envloglevel("LOG_LEVEL")},
    "loggers": {
        "axes": {"level": "WARNING"},  # INFO has a line for every sign-in
        "waitress": {"level": "WARNING"},  # INFO: for every client that goes away
        "waitress.queue": {"level": "ERROR"},  # WARNING: for every request that waits
        "django.db.backends": {"level": "INFO"},  # DEBUG has all that is stored: ink, addresses
    },
}
