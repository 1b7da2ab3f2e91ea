"""The permissions that the site asks about, by name, and the two roles that hold them."""

REVIEW = "recognizer.review_correction"
MARK_GOLD = "recognizer.mark_gold"
START_TRAINING = "recognizer.start_training"
DEPLOY_VERSION = "recognizer.deploy_version"

# Django's own, where more than its admin asks about them.
VIEW_DRAWING = "recognizer.view_drawing"
CHANGE_DRAWING = "recognizer.change_drawing"
DELETE_DRAWING = "recognizer.delete_drawing"
DELETE_TOKEN = "recognizer.delete_apitoken"  # noqa: S105  # no secret
VIEW_CORRECTION = "recognizer.view_correction"
VIEW_ANSWER = "recognizer.view_answer"
VIEW_JOB = "recognizer.view_job"
VIEW_AUDIT = "recognizer.view_auditevent"
VIEW_VERSION = "recognizer.view_modelversion"

ROLES = {
    "Reviewers": [REVIEW, VIEW_CORRECTION, VIEW_DRAWING, VIEW_ANSWER],
    "Trainers": [START_TRAINING, DEPLOY_VERSION, VIEW_JOB, VIEW_VERSION],
}


def codename(permission: str) -> str:
    """ "recognizer.mark_gold" -> "mark_gold", as the database keeps it."""
    return permission.rpartition(".")[2]
