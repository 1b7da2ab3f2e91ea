"""Settings: everything that differs between installations comes from the environment.

The table of variables is in README.md. With nothing set, the site keeps its SQLite file, its queue
and its secret under var/ and needs no other server.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import envbool, envfloat, envint, envlist, envrate, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("DIGITS_HOME") or BASE_DIR / "var").resolve()
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = envbool("DEBUG", False)
SECRET_KEY = secret_key(HOME)
SECRET_KEY_GENERATED = not os.environ.get("SECRET_KEY")
ALLOWED_HOSTS = envlist("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = envlist("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "recognizer.apps.RecognizerConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "recognizer.middleware.limit_body",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "recognizer.middleware.ExplainRefusals",
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
            ]
        },
    }
]

# Database -----------------------------------------------------------------------------------------

if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.config(conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME / "digits.sqlite3"),
            "CONN_MAX_AGE": 60,
        }
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Web and worker write side by side: readers never block, and a transaction that will write
    # queues for the lock at its beginning instead of failing at its end.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
if SECRET_KEY_GENERATED and DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, though DATABASE_URL names a server. Set it to the same long random "
        "value for every web and worker process."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People -------------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "recognizer:studio"
LOGOUT_REDIRECT_URL = "login"

# Language and time --------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_TZ = True

# Static files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"
    },  # nothing is stored as a file
    "staticfiles": {"BACKEND": "digitsite.static_storage.ModuleAwareStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# Security -----------------------------------------------------------------------------------------

HTTPS = envbool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
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
# A picture of 5 MB and a little form around it; the middleware refuses more before reading it,
# so an upload always fits in memory and never touches the disk.
MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# API ----------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recognizer.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["recognizer.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "recognizer.api.errors.handle",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "user": envrate("API_RATE", "1200/min"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Digit Studio",
    "DESCRIPTION": "Recognise, store and correct handwritten digits; retrain and deploy versions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # asks no other server
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    # Two models have a “kind”; without names of their own they would be called after a digest.
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "recognizer.models.Deployment.Kind",
        "JobKindEnum": "recognizer.models.TrainingJob.Kind",
    },
}

# Jobs ---------------------------------------------------------------------------------------------

JOB_LEASE_SECONDS = envint("JOB_LEASE_SECONDS", 30, least=3)
JOB_MAX_ATTEMPTS = envint("JOB_MAX_ATTEMPTS", 3, least=1)
JOB_TIME_LIMIT_SECONDS = envint("JOB_TIME_LIMIT_SECONDS", 3600, least=10)  # of a retraining
TRAIN_TIME_LIMIT_SECONDS = envint("TRAIN_TIME_LIMIT_SECONDS", 14_400, least=10)  # from scratch
WORKER_HEARTBEAT_SECONDS = envint("WORKER_HEARTBEAT_SECONDS", 5, least=1)

EMBEDDED_BROKER = "filesystem://localhost"
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or EMBEDDED_BROKER
CELERY_QUEUE = HOME / "queue"
if CELERY_BROKER_URL == EMBEDDED_BROKER:
    # A real queue between real processes without a server. A message is only a wake-up: what it
    # might lose is sent again by the reconciler, since the job's row is the truth.
    for folder in ("messages", "control", "tmp"):
        (CELERY_QUEUE / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CELERY_QUEUE / "messages"),
        "data_folder_out": str(CELERY_QUEUE / "messages"),
        "control_folder": str(CELERY_QUEUE / "control"),
        "polling_interval": 0.2,
    }
elif CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # Longer than any job: a message that is out for longer is delivered a second time.
        "visibility_timeout": 3600 + max(JOB_TIME_LIMIT_SECONDS, TRAIN_TIME_LIMIT_SECONDS),
        "unacked_restore_throttle": 1,
        "unacked_restore_interval": 5,
        "socket_connect_timeout": 3,
    }
else:
    raise ImproperlyConfigured(
        f"CELERY_BROKER_URL is {CELERY_BROKER_URL!r}; allowed: redis://, rediss:// or unset."
    )
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a job that kills its worker would run for ever
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # jobs are cancelled through their row
CELERY_WORKER_HIJACK_ROOT_LOGGER = False


# Recognition and retraining -----------------------------------------------------------------------

LOW_CONFIDENCE = envfloat("LOW_CONFIDENCE", 0.8)
# Whether a saved drawing is answered by the mean over augmented views, at 10 times the cost.
STORED_ANSWERS_AUGMENTED = envbool("STORED_ANSWERS_AUGMENTED", False)
SERVING_CHECK_SECONDS = 1.0  # how old a web process's idea of the serving version may be

MNIST_PATH = os.environ.get("MNIST_PATH", "")
MNIST_URL = os.environ.get(
    "MNIST_URL", "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
)
MNIST_SHA256 = os.environ.get(
    "MNIST_SHA256", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)

# A candidate serves by itself only within these (README.md, "When a version is promoted").
PROMOTION_MAX_FALL = envfloat("PROMOTION_MAX_FALL", 0.002)
PROMOTION_MAX_FALL_PER_DIGIT = envfloat("PROMOTION_MAX_FALL_PER_DIGIT", 0.01)
PROMOTION_MAX_FALL_REFUSALS = envfloat("PROMOTION_MAX_FALL_REFUSALS", 0.02)

# Log ----------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO").upper()},
}
