"""The site's state. Every row that matters is here; nothing is kept in files."""

from recognizer.models.corrections import Correction, Review
from recognizer.models.drawings import Answer, Drawing, LabelState
from recognizer.models.jobs import Job, JobEvent
from recognizer.models.labels import LABEL_CHOICES, label_text
from recognizer.models.reviewing import Chore, ReviewDecision, ReviewLease, Why
from recognizer.models.tokens import ApiToken
from recognizer.models.users import User
from recognizer.models.versions import Deployment, ModelVersion, VersionFile
from recognizer.models.webhooks import WebhookDelivery
from recognizer.models.workers import Worker

__all__ = [
    "LABEL_CHOICES",
    "ApiToken",
    "Chore",
    "Correction",
    "Deployment",
    "Drawing",
    "JobEvent",
    "LabelState",
    "ModelVersion",
    "Answer",
    "Review",
    "ReviewDecision",
    "ReviewLease",
    "Job",
    "User",
    "VersionFile",
    "WebhookDelivery",
    "Why",
    "Worker",
    "label_text",
]
