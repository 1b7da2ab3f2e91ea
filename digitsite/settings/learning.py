"""Recognition, what a retraining learns from, and what lets a version serve."""

import os

from digitsite.environment import envbool, envfloat, envint
from digitsite.settings.base import DATABASES

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
PROMOTION_SURE = envfloat("PROMOTION_SURE", 0.99, least=0.5)  # confidence that labels may not deny
PROMOTION_FEW_CONTRADICTIONS = envint("PROMOTION_FEW_CONTRADICTIONS", 5)  # fewer stop nothing

# Re-scoring ---------------------------------------------------------------------------------------

# Whether a version that begins to serve is asked about the drawings that others answered.
RESCORE_AFTER_PROMOTION = envbool("RESCORE_AFTER_PROMOTION", True)

# Labels, and what a retraining learns from --------------------------------------------------------

# Whether a reviewer's label of somebody else's drawing needs no second reviewer.
STAFF_LABELS_COUNT_AT_ONCE = envbool("STAFF_LABELS_COUNT_AT_ONCE", True)
# On a laptop everybody knows everybody; a server has strangers.
ON_A_SERVER = DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3"
# Whether a reviewer's own label counts where nobody else could ever approve it.
SOLE_REVIEWER_APPROVES = envbool("SOLE_REVIEWER_APPROVES", not ON_A_SERVER)
# Labels of younger accounts wait.
MIN_ACCOUNT_AGE_DAYS = envint("MIN_ACCOUNT_AGE_DAYS", 1 if ON_A_SERVER else 0)
# One person supplies at most this share of what is learned from, or so many drawings.
BATCH_PERSON_SHARE = envfloat("BATCH_PERSON_SHARE", 0.05)
BATCH_PERSON_DRAWINGS = envint("BATCH_PERSON_DRAWINGS", 20, least=1)

# Reviewing labels ---------------------------------------------------------------------------------

REVIEW_RANDOM_SHARE = envfloat("REVIEW_RANDOM_SHARE", 0.2)  # of what reviewers are shown
REVIEW_BLIND = envbool("REVIEW_BLIND", True)  # label and answer are shown after the reviewer's own
# Approved labels of this quality or less are reviewed again.
REVIEW_LABEL_QUALITY = envfloat("REVIEW_LABEL_QUALITY", 0.5)
