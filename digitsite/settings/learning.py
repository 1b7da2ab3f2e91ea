"""Settings of recognition, training examples, promotion gates and reviewing."""

from digitsite.environment import envbool, envfloat, envint, envstr
from digitsite.settings.base import DATABASES

# Recognition and retraining -----------------------------------------------------------------------

LOW_CONFIDENCE = envfloat("LOW_CONFIDENCE")
# Test-time augmentation for saved drawings, at thirteen times the cost (docs/family.md).
STORED_ANSWERS_AUGMENTED = envbool("STORED_ANSWERS_AUGMENTED")
SERVING_CHECK_SECONDS = 1.0  # how often a web process looks for a new serving version

MNIST_PATH = envstr("MNIST_PATH")
MNIST_URL = envstr("MNIST_URL")
MNIST_SHA256 = envstr("MNIST_SHA256")
PEN_PATH = envstr("PEN_PATH")

# Gates that a candidate has to pass before it serves (docs/architecture.md, "When a version is
# promoted"). Falls and rises are from the serving version to the candidate.
AUTO_PROMOTE = envbool("AUTO_PROMOTE")  # False: a person promotes it
PROMOTION_MAX_FALL = envfloat("PROMOTION_MAX_FALL")
PROMOTION_MAX_FALL_PER_DIGIT = envfloat("PROMOTION_MAX_FALL_PER_DIGIT")
PROMOTION_MAX_FALL_GOLD = envfloat("PROMOTION_MAX_FALL_GOLD")  # of any digit
PROMOTION_HOLDOUT_LEVEL = envfloat("PROMOTION_HOLDOUT_LEVEL", least=0.5, most=0.999)
PROMOTION_MAX_FALL_REFUSALS = envfloat("PROMOTION_MAX_FALL_REFUSALS")
# Falls from the shipped version to the candidate, so that allowed falls cannot add up.
PROMOTION_MAX_TOTAL_FALL = envfloat("PROMOTION_MAX_TOTAL_FALL")
PROMOTION_MAX_TOTAL_FALL_REFUSALS = envfloat("PROMOTION_MAX_TOTAL_FALL_REFUSALS")
PROMOTION_MAX_RISE_NLL = envfloat("PROMOTION_MAX_RISE_NLL")  # nats per drawing
PROMOTION_MAX_RISE_ECE = envfloat("PROMOTION_MAX_RISE_ECE")
PROMOTION_MAX_LOGIT_DIFFERENCE = envfloat("PROMOTION_MAX_LOGIT_DIFFERENCE")
PROMOTION_MAX_CONTRADICTIONS = envfloat("PROMOTION_MAX_CONTRADICTIONS")
PROMOTION_SURE = envfloat("PROMOTION_SURE", least=0.5)  # confidence of a sure answer
PROMOTION_FEW_CONTRADICTIONS = envint("PROMOTION_FEW_CONTRADICTIONS")  # fewer always pass

# Re-scoring ---------------------------------------------------------------------------------------

# Start a re-scoring by a version when it is promoted.
RESCORE_AFTER_PROMOTION = envbool("RESCORE_AFTER_PROMOTION")

# Labels and training examples ---------------------------------------------------------------------

# A reviewer's label of somebody else's drawing counts without a second reviewer.
STAFF_LABELS_COUNT_AT_ONCE = envbool("STAFF_LABELS_COUNT_AT_ONCE")
# The users of a laptop know each other; a public server has unknown users.
ON_A_SERVER = DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3"
# A reviewer's own label counts if nobody else can approve it.
SOLE_REVIEWER_APPROVES = envbool("SOLE_REVIEWER_APPROVES", not ON_A_SERVER)
# Labels from younger accounts wait.
MIN_ACCOUNT_AGE_DAYS = envint("MIN_ACCOUNT_AGE_DAYS", 1 if ON_A_SERVER else 0)
# One person supplies at most this share of the training examples, or this number if it is more.
BATCH_PERSON_SHARE = envfloat("BATCH_PERSON_SHARE")
BATCH_PERSON_DRAWINGS = envint("BATCH_PERSON_DRAWINGS", least=1)

# Reviewing labels ---------------------------------------------------------------------------------

REVIEW_RANDOM_SHARE = envfloat("REVIEW_RANDOM_SHARE")  # of the review items
REVIEW_BLIND = envbool("REVIEW_BLIND")  # label and answer are shown after the reviewer's own
# Approved labels of this quality or less are reviewed again.
REVIEW_LABEL_QUALITY = envfloat("REVIEW_LABEL_QUALITY")
