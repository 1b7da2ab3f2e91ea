"""The site's state. All of it is in the database; nothing is stored in files."""

from recognizer.models.audit import AuditEvent
from recognizer.models.corrections import Correction, Review
from recognizer.models.deleted_drawings import DeletedDrawing
from recognizer.models.drawings import Answer, Drawing, LabelState
from recognizer.models.idempotency import IdempotencyKey
from recognizer.models.jobs import Job, JobEvent
from recognizer.models.labels import LABEL_CHOICES, label_name, label_of, label_text
from recognizer.models.pages import PageCell, PagePicture
from recognizer.models.password_mails import PasswordMail
from recognizer.models.reading import BatchPicture, ReadingJob
from recognizer.models.reviewing import Chore, ReviewDecision, ReviewLease, SecondLabel, Why
from recognizer.models.sent_pictures import SentPicture
from recognizer.models.tallies import Tally
from recognizer.models.tokens import ApiToken, Scope
from recognizer.models.users import User
from recognizer.models.versions import Deployment, ModelVersion, VersionFile, VersionTag
from recognizer.models.webhooks import WebhookDelivery
from recognizer.models.workers import Worker

__all__ = [
    "LABEL_CHOICES",
    "Answer",
    "ApiToken",
    "AuditEvent",
    "BatchPicture",
    "Chore",
    "Correction",
    "DeletedDrawing",
    "Deployment",
    "Drawing",
    "IdempotencyKey",
    "Job",
    "JobEvent",
    "LabelState",
    "ModelVersion",
    "PageCell",
    "PagePicture",
    "PasswordMail",
    "ReadingJob",
    "Review",
    "ReviewDecision",
    "ReviewLease",
    "Scope",
    "SecondLabel",
    "SentPicture",
    "Tally",
    "User",
    "VersionFile",
    "VersionTag",
    "WebhookDelivery",
    "Why",
    "Worker",
    "label_name",
    "label_of",
    "label_text",
]
