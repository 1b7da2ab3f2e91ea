"""Settings of recognition, training examples, promotion gates and reviewing."""

from digitsite.environment import env, envbool, envfloat, envint
from digitsite.settings.base import DATABASES

# Recognition and retraining -----------------------------------------------------------------------

LOW_CONFIDENCE = envfloat("LOW_CONFIDENCE", 0.8)
# Test-time augmentation for saved drawings, at thirteen times the cost (docs/family.md).
STORED_ANSWERS_AUGMENTED = envbool("STORED_ANSWERS_AUGMENTED", False)
SERVING_CHECK_SECONDS = 1.0  # how often a web process looks for a new serving version

MNIST_PATH = env.str("MNIST_PATH", "")
MNIST_URL = env.str(
    "MNIST_URL", "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
)
MNIST_SHA256 = env.str(
    "MNIST_SHA256", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
PEN_PATH = env.str("PEN_PATH", "")

# Gates that a candidate has to pass before it serves (docs/architecture.md, "When a version is
# promoted"). Falls and rises are from the serving version to the candidate.
AUTO_PROMOTE = envbool("AUTO_PROMOTE", True)  # False: a person promotes it
PROMOTION_MAX_FALL = envfloat("PROMOTION_MAX_FALL", 0.002)
PROMOTION_MAX_FALL_PER_DIGIT = envfloat("PROMOTION_MAX_FALL_PER_DIGIT", 0.01)
PROMOTION_MAX_FALL_GOLD = envfloat("PROMOTION_MAX_FALL_GOLD", 0.02)  # of any digit
PROMOTION_HOLDOUT_LEVEL = envfloat("PROMOTION_HOLDOUT_LEVEL", 0.8, least=0.5, most=0.999)
PROMOTION_MAX_FALL_REFUSALS = envfloat("PROMOTION_MAX_FALL_REFUSALS", 0.02)
PROMOTION_MAX_RISE_NLL = envfloat("PROMOTION_MAX_RISE_NLL", 0.01)  # nats per drawing
PROMOTION_MAX_RISE_ECE = envfloat("PROMOTION_MAX_RISE_ECE", 0.01)
PROMOTION_MAX_LOGIT_DIFFERENCE = envfloat("PROMOTION_MAX_LOGIT_DIFFERENCE", 0.001)
PROMOTION_MAX_CONTRADICTIONS = envfloat("PROMOTION_MAX_CONTRADICTIONS", 0.4)
PROMOTION_SURE = envfloat("PROMOTION_SURE", 0.99, least=0.5)  # confidence of a sure answer
PROMOTION_FEW_CONTRADICTIONS = envint("PROMOTION_FEW_CONTRADICTIONS", 5)  # fewer always pass

# Re-scoring ---------------------------------------------------------------------------------------

# Start a re-scoring by a version when it is promoted.
RESCORE_AFTER_PROMOTION = envbool("RESCORE_AFTER_PROMOTION", True)

# Labels and training examples ---------------------------------------------------------------------

# A reviewer's label of somebody else's drawing counts without a second reviewer.
STAFF_LABELS_COUNT_AT_ONCE = envbool("STAFF_LABELS_COUNT_AT_ONCE", True)
# The users of a laptop know each other; a public server has unknown users.
ON_A_SERVER = DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3"
# A reviewer's own label counts if nobody else can approve it.
SOLE_REVIEWER_APPROVES = envbool("SOLE_REVIEWER_APPROVES", not ON_A_SERVER)
# Labels from younger accounts wait.
MIN_ACCOUNT_AGE_DAYS = envint("MIN_ACCOUNT_AGE_DAYS", 1 if ON_A_SERVER else 0)
# One person supplies at most this share of the training examples, or this number if it is more.
BATCH_PERSON_SHARE = envfloat("BATCH_PERSON_SHARE", 0.05)
BATCH_PERSON_DRAWINGS = envint("BATCH_PERSON_DRAWINGS", 20, least=1)

# Reviewing labels ---------------------------------------------------------------------------------

REVIEW_RANDOM_SHARE = envfloat("REVIEW_RANDOM_SHARE", 0.2)  # of the review items
REVIEW_BLIND = envbool("REVIEW_BLIND", True)  # label and answer are shown after the reviewer's own
# Approved labels of this quality or less are reviewed again.
REVIEW_LABEL_QUALITY = envfloat("REVIEW_LABEL_QUALITY", 0.5)
