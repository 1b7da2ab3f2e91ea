from django.urls import include, path, re_path

from recognizer.api.batches import (
    Batches,
    CancelBatch,
    OneBatch,
    Results,
    ResultsCsv,
    ResultsNdjson,
)
from recognizer.api.drawings import (
    DeleteDrawings,
    DrawingLabel,
    Drawings,
    OneDrawing,
    RestoreDrawings,
)
from recognizer.api.exchange import Export, Import
from recognizer.api.explanation import Explain
from recognizer.api.jobs import CancelJob, JobLog, Jobs, OneJob
from recognizer.api.labels import Gold, LabelHistory, WithdrawApproval
from recognizer.api.pages import CancelPage, OnePage, PageCsv, Pages, PageXlsx
from recognizer.api.recognition import OpenPicture, Recognize
from recognizer.api.review import Decisions, NextReviewItems, Skip, UndoDecision
from recognizer.api.schema import Docs, Schema
from recognizer.api.tokens import OneToken, Tokens
from recognizer.api.unknown import Unknown
from recognizer.api.versions import Promote, RollBack, Versions

app_name = "api"

v1 = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("recognize/", Recognize.as_view(), name="recognize"),
    path("pictures/", OpenPicture.as_view(), name="open-picture"),
    path("explain/", Explain.as_view(), name="explain"),
    path("drawings/", Drawings.as_view(), name="drawings"),
    path("drawings/delete/", DeleteDrawings.as_view(), name="drawings-delete"),
    path("drawings/restore/", RestoreDrawings.as_view(), name="drawings-restore"),
    path("drawings/export/", Export.as_view(), name="export"),
    path("import/", Import.as_view(), name="import"),
    path("drawings/<int:pk>/", OneDrawing.as_view(), name="drawing"),
    path("drawings/<int:pk>/label/", DrawingLabel.as_view(), name="drawing-label"),
    path("drawings/<int:pk>/labels/", LabelHistory.as_view(), name="drawing-labels"),
    path("drawings/<int:pk>/gold/", Gold.as_view(), name="drawing-gold"),
    path("batches/", Batches.as_view(), name="batches"),
    path("batches/<int:pk>/", OneBatch.as_view(), name="batch"),
    path("batches/<int:pk>/cancel/", CancelBatch.as_view(), name="batch-cancel"),
    path("batches/<int:pk>/results/", Results.as_view(), name="batch-results"),
    path("batches/<int:pk>/results.csv", ResultsCsv.as_view(), name="batch-csv"),
    path("batches/<int:pk>/results.ndjson", ResultsNdjson.as_view(), name="batch-ndjson"),
    path("pages/", Pages.as_view(), name="pages"),
    path("pages/<int:pk>/", OnePage.as_view(), name="page"),
    path("pages/<int:pk>/cancel/", CancelPage.as_view(), name="page-cancel"),
    path("pages/<int:pk>/table.csv", PageCsv.as_view(), name="page-csv"),
    path("pages/<int:pk>/table.xlsx", PageXlsx.as_view(), name="page-xlsx"),
    path("corrections/<int:pk>/withdraw/", WithdrawApproval.as_view(), name="withdraw"),
    path("versions/", Versions.as_view(), name="versions"),
    path("versions/<int:number>/promote/", Promote.as_view(), name="version-promote"),
    path("versions/roll-back/", RollBack.as_view(), name="roll-back"),
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/<int:pk>/", OneJob.as_view(), name="job"),
    path("jobs/<int:pk>/log/", JobLog.as_view(), name="job-log"),
    path("jobs/<int:pk>/cancel/", CancelJob.as_view(), name="job-cancel"),
    path("review/next/", NextReviewItems.as_view(), name="review-next"),
    path("review/decisions/", Decisions.as_view(), name="review-decisions"),
    path("review/decisions/<uuid:key>/undo/", UndoDecision.as_view(), name="review-undo"),
    path("review/skip/", Skip.as_view(), name="review-skip"),
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/<int:pk>/", OneToken.as_view(), name="token"),
]
urlpatterns = [path("v1/", include(v1)), re_path("", Unknown.as_view())]
