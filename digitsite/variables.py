"""The list of all environment variables that the site reads.

README's table, `.env.example` and what `docker-compose.yml` passes to the containers are made from
it by `make settings`. The settings read the variables through digitsite/environment.py, which
takes the defaults from here.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Variable:
    name: str
    default: Any  # if a setting computes it, the one without any other variable
    doc: str  # one line of Markdown
    note: str = ""  # about the default: Markdown
    passed: bool = True  # by docker-compose.yml as it is; else it, or the image, sets it


VARIABLES = (
    # The site
    Variable(
        "DIGITS_HOME",
        "",
        "folder of the SQLite file, embedded queue, generated secret and static files",
        note="`var/`",
        passed=False,
    ),
    Variable(
        "CELERY_BROKER_URL",
        "",
        "`redis://:password@host:6379/0`",
        note="a queue in `DIGITS_HOME`",
        passed=False,
    ),
    Variable(
        "SECRET_KEY",
        "",
        "required with a database server, the same for all processes",
        note="generated, kept in `DIGITS_HOME`",
        passed=False,
    ),
    Variable("HOST", "127.0.0.1", "address on which `make run` listens", passed=False),
    Variable(
        "PORT",
        8000,
        "port on which `make run` listens; with compose, that of this machine",
        passed=False,
    ),
    Variable("DEBUG", False, "`1` only for development"),
    Variable(
        "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], "host names of the site", passed=False
    ),
    Variable("SCRIPT_NAME", "", "`/digits` if the site is below a path of its host"),
    Variable("CSRF_TRUSTED_ORIGINS", [], "`https://digits.example` behind a proxy"),
    Variable(
        "DATABASE_URL",
        "",
        "`postgresql://user:password@host/name`",
        note="SQLite in `DIGITS_HOME`",
        passed=False,
    ),
    Variable(
        "STATEMENT_TIMEOUT_SECONDS",
        30,
        "longest SQL statement of a web process on PostgreSQL; `0`: no limit",
    ),
    Variable(
        "TIME_ZONE",
        "UTC",
        "time zone of `RETRAIN_SCHEDULE`, and of pages until a browser has named its own, such as "
        "`Europe/Berlin`",
    ),
    Variable("HTTPS", False, "`1` behind a proxy with HTTPS: secure cookies, redirects, HSTS"),
    Variable(
        "PROXIES",
        0,
        "proxies before the site that write `X-Forwarded-For`; `0`: the header is ignored",
        note="with `HTTPS=1` `1`",
    ),
    Variable("IMPORT_MAX_MB", 32, "largest file of one [import](docs/export.md)"),
    Variable("IMPORT_MAX_DRAWINGS", 2000, "most drawings of one import"),
    Variable("QUOTA_DRAWINGS", 100_000, "most drawings of one person; `0`: no limit"),
    Variable(
        "QUOTA_MB",
        1000,
        "most MB of one person's strokes, pictures and network inputs; `0`: no limit",
    ),
    Variable(
        "METRICS_TOKEN",
        "",
        "who sends it may read `/metrics` ([figures for Prometheus](docs/operating.md)); "
        "staff always may",
    ),
    Variable("MIN_FREE_MB", 100, "less free space in `DIGITS_HOME` makes `/readyz` answer 503"),
    Variable("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`"),
    Variable(
        "LOG_FORMAT",
        "text",
        "`text`; or `json`: each line of the [logs](docs/operating.md#logs) is one object",
    ),
    # People and mail
    Variable("TRY_WITHOUT_ACCOUNT", True, "whether visitors can draw without an account"),
    Variable("SIGN_UP", True, "whether people can sign up"),
    Variable(
        "SIGN_IN_ATTEMPTS", 5, "wrong passwords per account and address before the login lockout"
    ),
    Variable("SIGN_IN_LOCK_MINUTES", 15, "duration of the login lockout"),
    Variable(
        "TOKEN_DAYS",
        90,
        "[lifetime of an API token](docs/accounts.md#tokens) unless its owner chooses",
    ),
    Variable(
        "TOKEN_MAX_DAYS",
        0,
        "longest lifetime of a token that can be chosen; `0`: a year, or for ever by choice",
    ),
    Variable(
        "AUDIT_DAYS", 365, "how long the [audit](docs/operating.md#audit) is kept; `0`: for ever"
    ),
    Variable(
        "UNLABELED_DAYS",
        0,
        "how long [drawings that nobody labeled](docs/accounts.md#what-is-kept) are kept; "
        "`0`: for ever",
    ),
    Variable(
        "UNDO_DAYS",
        7,
        "how long people can [bring back](docs/accounts.md#undoing-a-deletion) drawings that they "
        "deleted; `0`: deletions are final",
    ),
    Variable(
        "EMAIL_URL",
        "",
        "`smtp://user:password@host:587` (STARTTLS), `smtps://`, `smtp-plain://` or `console:`",
        note="printed; none with `DATABASE_URL`",
    ),
    Variable("EMAIL_FROM", "digits@localhost", "sender of mails"),
    # Rate limits
    Variable(
        "API_RATE",
        "1200/min",
        "requests per account, of all web processes together "
        "([how](docs/decisions/0006-rate-limits-are-shared.md))",
    ),
    Variable(
        "EXPLAIN_RATE",
        "120/min",
        "explanations per account, counted likewise; one costs as much as a hundred answers",
    ),
    Variable("IMPORT_RATE", "30/hour", "imports per account"),
    Variable("ANON_RATE", "600/min", "requests of visitors per address"),
    Variable(
        "ANON_PICTURE_RATE", "30/min", "how many of the requests of `ANON_RATE` may be pictures"
    ),
    Variable("DOWNLOADS_AT_ONCE", 2, "downloads of one person at once, in each web process"),
    Variable("SIGN_UP_RATE", "120/hour", "sign-ups per address"),
    Variable("RESET_RATE", "20/hour", "password reset mails per address"),
    # Jobs
    Variable("JOB_LEASE_SECONDS", 30, "a worker without a heartbeat loses its job after this time"),
    Variable("JOB_MAX_ATTEMPTS", 3, "how often a job may lose its worker and begin again"),
    Variable(
        "JOB_RETRIES_AFTER_CRASH",
        1,
        "how often a job is tried again after a crash of its training process",
    ),
    Variable(
        "JOB_MEMORY_LIMIT_MB",
        0,
        "memory limit of the training process, on Linux; `0`: none; a retraining takes about 1,400",
    ),
    Variable("JOB_TIME_LIMIT_SECONDS", 3600, "time limit of a retraining"),
    Variable("TRAIN_TIME_LIMIT_SECONDS", 14_400, "time limit of a training from scratch"),
    Variable(
        "TRAINING_COMMAND",
        "",
        "command of the training process: `nice -n 10 /other/venv/bin/python -m mlcore`",
        note="`python -m mlcore`",
    ),
    Variable("BATCH_MAX_FILES", 10_000, "most files of a [batch](docs/batches.md)"),
    Variable("BATCH_MAX_MB", 200, "largest batch, before and after unpacking"),
    Variable("BATCH_MAX_OPEN", 3, "unfinished batches of one person"),
    Variable("BATCH_MAX_KEPT", 200, "batches that a person may keep; of 10,000 files, each 10 MB"),
    Variable("PAGE_MAX_OPEN", 30, "unfinished [pages](docs/mark-sheets.md) of one person"),
    Variable("PAGE_MAX_KEPT", 500, "pages that a person may keep; a page takes about 1 MB"),
    Variable(
        "PDF_MAX_MB", 32, "largest PDF that is sent as pages; it may have `PAGE_MAX_OPEN` pages"
    ),
    Variable("WORKER_HEARTBEAT_SECONDS", 5, "time between two heartbeats of a worker"),
    Variable(
        "RETRAIN_AFTER_CORRECTIONS",
        0,
        "number of labels approved since the last retraining that starts a new one; `0`: never",
    ),
    Variable(
        "RETRAIN_SCHEDULE",
        "",
        "when to retrain if there are new labels, in cron format: `30 3 * * 1-5`",
    ),
    Variable(
        "WEBHOOK_URL",
        "",
        "address that gets a message when a job ends: [Standard Webhooks](docs/jobs.md#webhook)",
    ),
    Variable("WEBHOOK_SECRET", "", "the key (`whsec_…`) that signs the webhook's messages"),
    # Learning
    Variable("LOW_CONFIDENCE", 0.8, "an answer with a lower confidence counts as unsure"),
    Variable(
        "STORED_ANSWERS_AUGMENTED",
        False,
        "`1`: answers to saved drawings use test-time augmentation (the mean over augmented views)",
    ),
    Variable("MNIST_PATH", "", "an `mnist.npz` with `x_train`, `y_train`, `x_test`, `y_test`"),
    Variable(
        "MNIST_URL",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        "source of the download of MNIST, by `manage.py fetch_mnist` and `python -m mlcore`; "
        "by default Keras's copy",
    ),
    Variable(
        "MNIST_SHA256",
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        "checksum of the file at `MNIST_URL`",
    ),
    Variable(
        "PEN_PATH",
        "",
        "[digits as pen strokes](docs/data.md) for training: UCI's two UNIPEN files, or "
        "JSON; never downloaded",
    ),
    Variable(
        "AUTO_PROMOTE",
        True,
        "`0`: a candidate that passed every gate waits until a person promotes it",
    ),
    Variable(
        "PROMOTION_MAX_FALL", 0.002, "allowed fall in accuracy on a reference set or hold-out"
    ),
    Variable(
        "PROMOTION_MAX_FALL_PER_DIGIT",
        0.01,
        "allowed fall on any digit of the drawn reference set and of MNIST's hold-out",
    ),
    Variable(
        "PROMOTION_MAX_FALL_GOLD",
        0.02,
        "allowed fall for any label of the gold set and for any digit of the regional digit "
        "forms and of the pen digits, and of the drawn numbers that are read",
    ),
    Variable(
        "PROMOTION_HOLDOUT_LEVEL",
        0.8,
        "the gate fails if at least this share of the bootstrap resamples show a fall on "
        "held-out corrections",
    ),
    Variable(
        "PROMOTION_MAX_FALL_REFUSALS",
        0.02,
        "allowed fall in the share of non-digits that are refused",
    ),
    Variable(
        "PROMOTION_MAX_TOTAL_FALL",
        0.01,
        "allowed fall below the [shipped version](docs/architecture.md#when-a-version-is-"
        "promoted) over all retrainings, in accuracy on any reference set",
    ),
    Variable(
        "PROMOTION_MAX_TOTAL_FALL_REFUSALS",
        0.03,
        "likewise, in the share of non-digits that are refused",
    ),
    Variable(
        "PROMOTION_MAX_RISE_NLL",
        0.01,
        "allowed rise of the negative log-likelihood (nats per drawing)",
    ),
    Variable("PROMOTION_MAX_RISE_ECE", 0.01, "allowed rise of the calibration error"),
    Variable(
        "PROMOTION_MAX_LOGIT_DIFFERENCE",
        0.001,
        "allowed difference between the logits of the LiteRT file and of the network",
    ),
    Variable(
        "PROMOTION_MAX_CONTRADICTIONS",
        0.4,
        "the gate fails if more than this share of the corrections, of all people or of one "
        "person, contradict a sure answer",
    ),
    Variable("PROMOTION_SURE", 0.99, "an answer with this confidence or more counts as sure"),
    Variable("PROMOTION_FEW_CONTRADICTIONS", 5, "fewer contradictions than this always pass"),
    Variable("RESCORE_AFTER_PROMOTION", True, "`0`: no re-scoring when a version begins to serve"),
    Variable(
        "STAFF_LABELS_COUNT_AT_ONCE",
        True,
        "`0`: a reviewer's label of another person's drawing waits for a second reviewer",
    ),
    Variable(
        "SOLE_REVIEWER_APPROVES",
        True,
        "`0`: the labels of a sole reviewer wait as well",
        note="with a database server `0`",
    ),
    Variable(
        "MIN_ACCOUNT_AGE_DAYS",
        0,
        "labels from younger accounts wait before a version learns from them",
        note="with a database server `1`",
    ),
    Variable(
        "BATCH_PERSON_SHARE",
        0.05,
        "one person supplies at most this share of the training examples, or "
        "`BATCH_PERSON_DRAWINGS` if it is more",
    ),
    Variable("BATCH_PERSON_DRAWINGS", 20, "see `BATCH_PERSON_SHARE`"),
    Variable("REVIEW_RANDOM_SHARE", 0.2, "share of random drawings among the review items"),
    Variable(
        "REVIEW_BLIND",
        True,
        "`0`: [reviewers](docs/reviewing.md) see label and answer before they decide",
    ),
    Variable(
        "REVIEW_LABEL_QUALITY",
        0.5,
        "approved labels of this quality or less (0 to 1) are shown to reviewers again",
    ),
    Variable(
        "MNIST_CACHE", "", "folder of a downloaded MNIST", note="`~/.cache/mlcore`", passed=False
    ),
    Variable(
        "DEV_SETS_PATH",
        "",
        "drawings and photographs by other people, for [`mlcore evaluate`](docs/evaluation.md)",
    ),
)

DEFAULTS = {variable.name: variable.default for variable in VARIABLES}
