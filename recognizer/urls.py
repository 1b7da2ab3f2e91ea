from django.urls import path

from recognizer.pages import account, drawings, health, history, jobs, studio, versions

app_name = "recognizer"
urlpatterns = [
    path("", studio.studio, name="studio"),
    path("drawings/", history.history, name="history"),
    path("drawings/<int:pk>/", drawings.drawing, name="drawing"),
    path("drawings/<int:pk>/delete/", drawings.delete, name="drawing-delete"),
    path("drawings/<int:pk>/label/", drawings.label, name="drawing-label"),
    path("drawings/<int:pk>/field.png", drawings.field, name="drawing-field"),
    path("drawings/<int:pk>/picture.png", drawings.picture, name="drawing-picture"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/train/", jobs.train, name="jobs-train"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("versions/", versions.versions, name="versions"),
    path("versions/roll-back/", versions.roll_back, name="roll-back"),
    path("versions/<int:number>/", versions.version, name="version"),
    path("versions/<int:number>/promote/", versions.promote, name="version-promote"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", account.revoke, name="token-revoke"),
    path("healthz", health.healthz, name="healthz"),
]
