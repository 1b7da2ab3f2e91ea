"""Settings: everything that differs between installations comes from the environment.

The table of variables is in README.md. With nothing set, the site keeps its SQLite file, its queue
and its secret under var/ and needs no other server.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import (
    envbool,
    envcommand,
    envcron,
    envfloat,
    envint,
    envlist,
    envrate,
    envurl,
    secret_key,
)
from digitsite.languages import translated_languages
from digitsite.mail import read_mail_url

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
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "recognizer.middleware.limit_body",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
                "recognizer.pages.doors.doors",
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

# Ways in: without an account, with a new one, with a password -------------------------------------

TRY_WITHOUT_ACCOUNT = envbool("TRY_WITHOUT_ACCOUNT", True)
SIGN_UP = envbool("SIGN_UP", True)
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link in a mail is good for

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses to ask the other while an account is locked
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "recognizer.attempts.Attempts"
AXES_FAILURE_LIMIT = envint("SIGN_IN_ATTEMPTS", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=envint("SIGN_IN_LOCK_MINUTES", 15, least=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # the address alone: see the handler
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nobody's business
AXES_CLIENT_IP_CALLABLE = "recognizer.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "recognizer.attempts.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]  # and every password
AXES_VERBOSE = False

# Proxies before the site: the last of them says whom it speaks for, in X-Forwarded-For.
PROXIES = envint("PROXIES", int(envbool("HTTPS", False)))

# Mail ---------------------------------------------------------------------------------------------

# A site on one machine shows its mails on the console; elsewhere they would be in a log.
MAIL = read_mail_url(
    os.environ.get("EMAIL_URL") or ("" if os.environ.get("DATABASE_URL") else "console:")
)
SENDS_MAIL = not MAIL.backend.endswith("dummy.EmailBackend")
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("EMAIL_FROM") or "digits@localhost"

# Language and time --------------------------------------------------------------------------------

# English is what the texts are written in. Every compiled catalogue adds a language: it is taken
# from the browser's Accept-Language, or from the cookie of whoever chose one (docs/languages.md).
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [(LANGUAGE_CODE, "English"), *translated_languages(LOCALE_PATHS[0])]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
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

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # people and addresses that are counted at a time
    }
}
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
        "explain": envrate("EXPLAIN_RATE", "120/min"),
        "try": envrate("ANON_RATE", "600/min"),
        "sign-up": envrate("SIGN_UP_RATE", "120/hour"),
        "reset": envrate("RESET_RATE", "20/hour"),
    },
    "NUM_PROXIES": PROXIES,
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
JOB_RETRIES_AFTER_CRASH = envint("JOB_RETRIES_AFTER_CRASH", 1)
JOB_MEMORY_LIMIT_MB = envint("JOB_MEMORY_LIMIT_MB", 0)  # of the training process; 0: none
JOB_TIME_LIMIT_SECONDS = envint("JOB_TIME_LIMIT_SECONDS", 3600, least=1)  # of a retraining
TRAIN_TIME_LIMIT_SECONDS = envint("TRAIN_TIME_LIMIT_SECONDS", 14_400, least=1)  # from scratch
TRAINING_COMMAND = envcommand("TRAINING_COMMAND", [sys.executable, "-m", "mlcore"])
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

# What starts a retraining besides people ----------------------------------------------------------

RETRAIN_AFTER_CORRECTIONS = envint("RETRAIN_AFTER_CORRECTIONS", 0)  # 0: never
RETRAIN_SCHEDULE = envcron("RETRAIN_SCHEDULE")
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_BEAT_SCHEDULE = {}
if RETRAIN_SCHEDULE:
    CELERY_BEAT_SCHEDULE["retrain"] = {
        "task": "recognizer.retrain_on_schedule",
        "schedule": RETRAIN_SCHEDULE,
        "options": {"expires": 3600},  # without a worker they would pile up
    }

# Who is told that a job is over -------------------------------------------------------------------

WEBHOOK_URL = envurl("WEBHOOK_URL")
WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "")
if WEBHOOK_URL and not WEBHOOK_SECRET:
    raise ImproperlyConfigured(
        "WEBHOOK_SECRET is not set, though WEBHOOK_URL is. Set it to a long random value that the "
        "receiver knows as well: it signs every message."
    )

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

# Gates: a candidate serves only within these (docs/architecture.md, "When a version is promoted").
# Shares and rises are those between the serving version and the candidate.
AUTO_PROMOTE = envbool("AUTO_PROMOTE", True)  # off: a person promotes what passed the gates
PROMOTION_MAX_FALL = envfloat("PROMOTION_MAX_FALL", 0.002)
PROMOTION_MAX_FALL_PER_DIGIT = envfloat("PROMOTION_MAX_FALL_PER_DIGIT", 0.01)
PROMOTION_MAX_FALL_GOLD = envfloat("PROMOTION_MAX_FALL_GOLD", 0.02)  # of any digit
PROMOTION_HOLDOUT_LEVEL = envfloat("PROMOTION_HOLDOUT_LEVEL", 0.8, least=0.5, most=0.999)
PROMOTION_MAX_FALL_REFUSALS = envfloat("PROMOTION_MAX_FALL_REFUSALS", 0.02)
PROMOTION_MAX_RISE_NLL = envfloat("PROMOTION_MAX_RISE_NLL", 0.01)  # in nats a drawing
PROMOTION_MAX_RISE_ECE = envfloat("PROMOTION_MAX_RISE_ECE", 0.01)
PROMOTION_MAX_LOGIT_DIFFERENCE = envfloat("PROMOTION_MAX_LOGIT_DIFFERENCE", 0.001)
PROMOTION_MAX_CONTRADICTIONS = envfloat("PROMOTION_MAX_CONTRADICTIONS", 0.4)

# Re-reading ---------------------------------------------------------------------------------------

# Whether a version that begins to serve is asked about the drawings that others answered.
REREAD_AFTER_PROMOTION = envbool("REREAD_AFTER_PROMOTION", True)

# Labels, and what a retraining learns from --------------------------------------------------------

# Whether a reviewer's label of somebody else's drawing needs no second reviewer.
STAFF_LABELS_COUNT_AT_ONCE = envbool("STAFF_LABELS_COUNT_AT_ONCE", True)
# Whether a reviewer's own label counts where nobody else could ever approve it.
SOLE_REVIEWER_APPROVES = envbool("SOLE_REVIEWER_APPROVES", True)
# Labels of younger accounts wait. On a laptop everybody knows everybody; a server has strangers.
ON_A_SERVER = DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3"
MIN_ACCOUNT_AGE_DAYS = envint("MIN_ACCOUNT_AGE_DAYS", 1 if ON_A_SERVER else 0)
# One person supplies at most this share of what is learned from, or so many drawings.
BATCH_PERSON_SHARE = envfloat("BATCH_PERSON_SHARE", 0.05)
BATCH_PERSON_DRAWINGS = envint("BATCH_PERSON_DRAWINGS", 20, least=1)

# Reviewing labels ---------------------------------------------------------------------------------

REVIEW_RANDOM_SHARE = envfloat("REVIEW_RANDOM_SHARE", 0.2)  # of what reviewers are shown
REVIEW_BLIND = envbool("REVIEW_BLIND", True)  # label and answer are shown after the reviewer's own
REVIEW_SUSPECT = envfloat("REVIEW_SUSPECT", 0.5)  # approved labels from here on are reviewed again

# Log ----------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"masked": {"()": "digitsite.masking.MaskLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO").upper()},
    "loggers": {"axes": {"level": "WARNING"}},  # below it a line for every sign-in
}
