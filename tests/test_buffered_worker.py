"""What the web processes accept of a request, and when it is late."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.task import WSGITask

from digitsite.buffered_worker import (
    BODY_SECONDS,
    BYTES_PER_SECOND,
    HEADER_SECONDS,
    LARGE_AT_ONCE,
    LARGE_BYTES,
    Answer,
    Request,
)

LIMITS = Adjustments()
LARGE = LARGE_BYTES + 1


@pytest.fixture(autouse=True)
def no_others() -> Iterator[None]:
    Request.large.clear()
    yield
    Request.large.clear()


def begun(path: str, length: int) -> Request:
    """Return a request whose headers have arrived."""
    request = Request(LIMITS)
    request.received(f"POST {path} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
    return request


def test_a_body_is_kept() -> None:
    request = begun("/api/v1/recognize/", 3)
    request.received(b"ink")
    assert request.completed
    assert request.get_body_stream().read() == b"ink"


def test_nothing_is_kept_of_a_body_that_is_too_large() -> None:
    request = begun("/api/v1/recognize/", LARGE)
    request.received(b"x" * 1000)
    assert not request.completed
    request.received(b"x" * LARGE)
    assert request.completed
    assert request.get_body_stream().read() == b""
    assert request.headers["CONTENT_LENGTH"] == str(LARGE)  # the site refuses it by this


def test_few_large_uploads_are_received_at_once() -> None:
    uploads = [begun("/api/v1/batches/", LARGE) for _ in range(LARGE_AT_ONCE)]
    assert {upload.completed for upload in uploads} == {False}

    refused = begun("/api/v1/batches/", LARGE)
    assert refused.completed
    assert (refused.error.code, refused.error.reason) == (503, "Service Unavailable")
    assert begun("/api/v1/batches/", 1000).error is None

    del uploads[0]
    assert begun("/api/v1/batches/", LARGE).error is None


def test_a_request_has_a_time_for_its_headers_and_more_for_a_large_body() -> None:
    unfinished = Request(LIMITS)
    unfinished.received(b"GET / HTTP/1.1\r\n")
    assert not unfinished.late(unfinished.began + HEADER_SECONDS - 1)
    assert unfinished.late(unfinished.began + HEADER_SECONDS + 1)

    small, large = begun("/", 10), begun("/", 100 * BYTES_PER_SECOND)
    assert small.late(small.began + BODY_SECONDS + 1)
    assert not large.late(large.began + BODY_SECONDS + 99)
    assert large.late(large.began + BODY_SECONDS + 101)


def test_an_answer_that_fails_is_in_the_access_log_as_it_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(task: WSGITask) -> None:
        raise RuntimeError

    monkeypatch.setattr(WSGITask, "execute", fails)
    logged: list[str] = []
    server = SimpleNamespace(log_access=lambda answer, seconds: logged.append(answer.status))
    answer = Answer(SimpleNamespace(server=server), begun("/", 0))
    with pytest.raises(RuntimeError):
        answer.execute()
    assert logged == ["500 Internal Server Error"]
