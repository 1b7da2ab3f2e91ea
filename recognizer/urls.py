from django.urls import path

from recognizer.pages import dashboard, health, manifest, theme
from recognizer.pages.accounts import account, kept, tokens
from recognizer.pages.audit import audit
from recognizer.pages.drawings import (
    deleted,
    drawing,
    exchange,
    history,
    home,
    selected,
    teach,
)
from recognizer.pages.jobs import jobs, labels, reproduce
from recognizer.pages.labels import agreement, label_actions, my_labels, review, withdrawal
from recognizer.pages.reading import batches, endings, pages
from recognizer.pages.versions import answers, compare, evaluation_set_pictures, version, versions

app_name = "recognizer"
urlpatterns = [
    path("", home.home, name="studio"),
    path("teach/", teach.teach, name="teach"),
    path("drawings/", history.history, name="history"),
    path("drawings/export/", exchange.export, name="export"),
    path("drawings/import/", exchange.import_, name="import"),
    path("drawings/delete/", history.delete, name="drawings-delete"),
    path("drawings/deleted/", deleted.deleted, name="drawings-deleted"),
    path("drawings/deleted/restore/", deleted.restore, name="drawings-restore"),
    path("drawings/deleted/forget/", deleted.forget, name="drawings-forget"),
    path("drawings/selected/label/", selected.label, name="selected-label"),
    path("drawings/selected/approve/", selected.approve, name="selected-approve"),
    path("drawings/selected/reject/", selected.reject, name="selected-reject"),
    path("drawings/selected/gold/", selected.gold, name="selected-gold"),
    path("drawings/selected/not-gold/", selected.not_gold, name="selected-not-gold"),
    path("drawings/<int:pk>/", drawing.drawing, name="drawing"),
    path("drawings/<int:pk>/delete/", drawing.delete, name="drawing-delete"),
    path("drawings/<int:pk>/label/", drawing.label, name="drawing-label"),
    path("drawings/<int:pk>/gold/", label_actions.gold, name="drawing-gold"),
    path("corrections/<int:pk>/withdraw/", withdrawal.withdraw, name="correction-withdraw"),
    path(
        "drawings/<int:pk>/network-input.png", drawing.network_input, name="drawing-network-input"
    ),
    path("drawings/<int:pk>/picture.png", drawing.picture, name="drawing-picture"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/results.csv", batches.results, {"kind": "csv"}, name="batch-csv"),
    path(
        "batches/<int:pk>/results.ndjson", batches.results, {"kind": "ndjson"}, name="batch-ndjson"
    ),
    path("batches/<int:pk>/cancel/", endings.cancel, {"kind": "batch"}, name="batch-cancel"),
    path("batches/<int:pk>/delete/", endings.delete, {"kind": "batch"}, name="batch-delete"),
    path("pages/", pages.pages, name="pages"),
    path("pages/<int:pk>/", pages.page, name="page"),
    path("pages/<int:pk>/picture.png", pages.picture, name="page-picture"),
    path("pages/<int:pk>/table.csv", pages.table, {"kind": "csv"}, name="page-csv"),
    path("pages/<int:pk>/table.xlsx", pages.table, {"kind": "xlsx"}, name="page-xlsx"),
    path("pages/<int:pk>/cancel/", endings.cancel, {"kind": "page"}, name="page-cancel"),
    path("pages/<int:pk>/delete/", endings.delete, {"kind": "page"}, name="page-delete"),
    path("labels/", my_labels.my_labels, name="my-labels"),
    path("review/agreement/", agreement.review_agreement, name="review-agreement"),
    path("review/", review.review, name="review"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/train/", jobs.train, name="jobs-train"),
    path("jobs/rescore/", jobs.rescore, name="jobs-rescore"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/labels/", labels.labels, name="job-labels"),
    path("jobs/<int:pk>/inputs.zip", reproduce.inputs, name="job-inputs"),
    path("jobs/<int:pk>/manifest.json", reproduce.manifest, name="job-manifest"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("versions/", versions.versions, name="versions"),
    path("versions/roll-back/", versions.roll_back, name="roll-back"),
    path("versions/compare/", compare.compare, name="compare"),
    path(
        "versions/compare/<int:before>/<int:after>/drawings/",
        compare.drawings,
        name="compared-drawings",
    ),
    path(
        "versions/compare/<int:before>/<int:after>/sets/<slug:key>/",
        evaluation_set_pictures.compared,
        name="compared-set",
    ),
    path("versions/<int:number>/", version.version, name="version"),
    path("versions/<int:number>/describe/", version.describe, name="version-describe"),
    path("versions/<int:number>/files.zip", version.download, name="version-files"),
    path("versions/<int:number>/drawings/", version.drawings, name="version-drawings"),
    path(
        "versions/<int:number>/sets/<slug:key>/",
        evaluation_set_pictures.of_version,
        name="version-set",
    ),
    path("versions/<int:number>/promote/", versions.promote, name="version-promote"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("answers/", answers.answers, name="answers"),
    path("account/", account.account, name="account"),
    path("account/export.zip", account.export, name="account-export"),
    path("account/delete/", account.delete, name="account-delete"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("audit/", audit.audit, name="audit"),
    path("audit/events.csv", audit.export, name="audit-csv"),
    path("site.webmanifest", manifest.manifest, name="manifest"),
    path("theme/", theme.choose, name="theme"),
    path("what-is-kept/", kept.kept, name="kept"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.readyz, name="healthz"),
    path("metrics", health.show_metrics, name="metrics"),
]
