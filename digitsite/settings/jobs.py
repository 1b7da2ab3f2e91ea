"""Settings of jobs: limits, broker, automatic retraining and the webhook."""

import sys

from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import envcommand, envcron, envint, envurl, envwebhooksecret
from digitsite.home import BROKER, EMBEDDED_BROKER, HOME, QUEUE
from digitsite.settings.base import TIME_ZONE

# Jobs ---------------------------------------------------------------------------------------------

JOB_LEASE_SECONDS = envint("JOB_LEASE_SECONDS", least=3)
JOB_MAX_ATTEMPTS = envint("JOB_MAX_ATTEMPTS", least=1)
JOB_RETRIES_AFTER_CRASH = envint("JOB_RETRIES_AFTER_CRASH")
JOB_MEMORY_LIMIT_MB = envint("JOB_MEMORY_LIMIT_MB")  # of the training process; 0: no limit
JOB_TIME_LIMIT_SECONDS = envint("JOB_TIME_LIMIT_SECONDS", least=1)  # of a retraining
TRAIN_TIME_LIMIT_SECONDS = envint("TRAIN_TIME_LIMIT_SECONDS", least=1)  # from scratch
TRAINING_COMMAND = envcommand("TRAINING_COMMAND", [sys.executable, "-m", "mlcore"])
BATCH_MAX_FILES = envint("BATCH_MAX_FILES", least=1)
BATCH_MAX_MB = envint("BATCH_MAX_MB", least=1)  # of the upload, and of its unpacked files
DATA_UPLOAD_MAX_NUMBER_FILES = BATCH_MAX_FILES + 1  # one more is refused with words
BATCH_MAX_OPEN = envint("BATCH_MAX_OPEN", least=1)  # unfinished batches of one person
BATCH_MAX_KEPT = envint("BATCH_MAX_KEPT", least=1)  # of one person, until they are deleted
PAGE_MAX_OPEN = envint("PAGE_MAX_OPEN", least=1)  # unfinished pages of one person
PAGE_MAX_KEPT = envint("PAGE_MAX_KEPT", least=1)  # pages of one person, until they are deleted
PDF_MAX_BYTES = envint("PDF_MAX_MB", least=1) * 1024**2  # of a PDF that is sent as pages
WORKER_HEARTBEAT_SECONDS = envint("WORKER_HEARTBEAT_SECONDS", least=1)

CELERY_BROKER_URL = BROKER
CELERY_QUEUE = QUEUE
if CELERY_BROKER_URL == EMBEDDED_BROKER:
    # A queue without a server. It may lose messages, but a message only wakes a worker: the job's
    # row has the state, and the reconciler sends a lost message again.
    CELERY_BROKER_TRANSPORT = "digitsite.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CELERY_QUEUE / "messages"),
        "data_folder_out": str(CELERY_QUEUE / "messages"),
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # Longer than any job: Redis delivers a message again after this time.
        "visibility_timeout": 3600 + max(JOB_TIME_LIMIT_SECONDS, TRAIN_TIME_LIMIT_SECONDS),
        "unacked_restore_throttle": 1,
        "unacked_restore_interval": 5,
        "socket_connect_timeout": 3,
    }
# Reading jobs have a queue and workers of their own, so that they never wait behind a training.
READING_QUEUE = "reading"
CELERY_TASK_ROUTES = {  # what must not wait for a training
    "recognizer.run_reading": {"queue": READING_QUEUE},
    "recognizer.count": {"queue": READING_QUEUE},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a job that kills its worker would never end
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # jobs are canceled in the database
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # mails printed on the console are not log lines

# Automatic retraining -----------------------------------------------------------------------------

RETRAIN_AFTER_CORRECTIONS = envint("RETRAIN_AFTER_CORRECTIONS")  # 0: never
RETRAIN_SCHEDULE = envcron("RETRAIN_SCHEDULE")
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_BEAT_SCHEDULE = {}
if RETRAIN_SCHEDULE:
    CELERY_BEAT_SCHEDULE["retrain"] = {
        "task": "recognizer.retrain_on_schedule",
        "schedule": RETRAIN_SCHEDULE,
        "options": {"expires": 3600},  # or messages pile up without a worker
    }

# Webhook ------------------------------------------------------------------------------------------

WEBHOOK_URL = envurl("WEBHOOK_URL")
WEBHOOK_SECRET = envwebhooksecret("WEBHOOK_SECRET")
if WEBHOOK_URL and not WEBHOOK_SECRET:
    raise ImproperlyConfigured(
        "WEBHOOK_SECRET is not set, though WEBHOOK_URL is. Set it to whsec_ and 24 to 64 random "
        "bytes in base64. It signs every message, and the receiver needs the same value."
    )
