"""Jobs. Everybody who is signed in may see them; only trainers may start or cancel them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer import permissions
from recognizer.actions.jobs.job_requests import (
    request_rescore,
    request_retraining,
    request_training,
)
from recognizer.actions.jobs.lifecycle import cancel_job
from recognizer.api.access import person, require
from recognizer.api.idempotency import repeatable
from recognizer.api.pagination import NewestFirst
from recognizer.api.schema import IDEMPOTENCY_KEY, errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.jobs import (
    JOB_REQUEST,
    JobEventSerializer,
    JobRequestSerializer,
    JobSerializer,
    WorkerSerializer,
)
from recognizer.models import Job, JobEvent, Scope, User, Worker
from recognizer.models.jobs import with_verdicts
from recognizer.models.versions import with_versions


def jobs() -> QuerySet[Job]:
    """Return all jobs with the numbers of their versions, without the versions' other fields."""
    return with_versions(with_verdicts(Job.objects.all()), "version", "asked_version")


def worker_state() -> dict[str, Any]:
    """Return whether a worker is running, and when one was last seen."""
    alive = Worker.objects.alive().training().first()
    newest = alive or Worker.objects.training().first()
    state = {"alive": alive is not None, "seen_at": newest.seen_at if newest else None}
    return WorkerSerializer(state).data


class JobPages(NewestFirst):
    """A page of jobs that also says whether a worker is running."""

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["worker"] = worker_state()
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["required"] = [*page["required"], "worker"]
        page["properties"]["worker"] = {
            "type": "object",
            "required": ["alive", "seen_at"],
            "properties": {
                "alive": {"type": "boolean", "description": "a worker is running"},
                "seen_at": {"type": ["string", "null"], "format": "date-time"},
            },
        }
        return page


class Jobs(ListAPIView[Job]):
    scope = Scope.TRAIN
    pagination_class = JobPages
    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return jobs()

    @extend_schema(tags=["jobs"], responses={200: JobSerializer(many=True), **errors(400, 404)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All jobs, newest first, and whether a worker is running."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["jobs"],
        request={"application/json": JOB_REQUEST},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: JobSerializer, **errors(400, 403, 409, 422)},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        """Retrain the serving version, train a new network from scratch, or re-score drawings.

        Needs `start_training`. Training from scratch needs MNIST where training runs, else 409.
        A re-scoring needs drawings that the version has not answered, else 409. 409 as well while a
        job that does the same waits.
        """
        require(request, permissions.START_TRAINING)
        values = checked(JobRequestSerializer, request)
        return Response(JobSerializer(queued(person(request), values)).data, status=201)


def queued(by: User, values: dict[str, Any]) -> Job:
    """Queue the job that a JobRequestSerializer's values describe."""
    if values["kind"] == Job.Kind.RESCORE:
        return request_rescore(by=by, number=values["version"])
    seed, recipe = values["seed"], values["recipe"]
    if values["kind"] == Job.Kind.TRAIN:
        architecture = values["architecture"]
        return request_training(by=by, architecture=architecture, seed=seed, recipe=recipe)
    return request_retraining(by=by, seed=seed, recipe=recipe)


class OneJob(APIView):
    @extend_schema(tags=["jobs"], responses={200: JobSerializer, **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """A job with its progress and result."""
        return Response(JobSerializer(get_object_or_404(jobs(), pk=pk)).data)


class JobLog(ListAPIView[JobEvent]):
    pagination_class = NewestFirst
    serializer_class = JobEventSerializer

    def get_queryset(self) -> QuerySet[JobEvent]:
        return JobEvent.objects.filter(job=get_object_or_404(Job, pk=self.kwargs["pk"]))

    @extend_schema(
        tags=["jobs"], responses={200: JobEventSerializer(many=True), **errors(400, 404)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The log of a job, newest first: codes with parameters, and their texts."""
        return super().get(request, *args, **kwargs)


class CancelJob(APIView):
    scope = Scope.TRAIN

    @extend_schema(
        tags=["jobs"], request=None, responses={200: JobSerializer, **errors(403, 404, 409)}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Cancel a queued job, or ask a running one to stop. Needs `start_training`."""
        require(request, permissions.START_TRAINING)
        cancel_job(job=get_object_or_404(jobs(), pk=pk))
        return Response(JobSerializer(get_object_or_404(jobs(), pk=pk)).data)
