"""Failures of a training process: message, and whether it counts as a crash."""

import pytest

from mlcore import codes
from recognizer.actions.jobs.child_failures import ERROR_LINES, ChildCrashed, failure


def test_the_detail_is_the_last_lines():
    said = "\n".join(f"line {number}" for number in range(100))
    ended = failure(said, 1)
    lines = ended.message["detail"].splitlines()
    assert lines == [f"line {number}" for number in range(100 - ERROR_LINES, 100)]


def test_what_people_read_is_a_sentence_of_ours():
    ended = failure("E0000 oneDNN: 0x7f\nTraceback\nKeyError: 4", 1)
    assert str(ended) == "The training process ended with exit status 1."


def test_a_long_line_is_cut():
    assert len(failure("x" * 10_000, 1).message["detail"]) < 500


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-11, "was killed by signal 11 (Segmentation fault)."),
        (139, "was killed by signal 11 (Segmentation fault)."),  # as reported by a shell
        (-9, "was killed from outside (signal 9)."),
    ],
)
def test_a_signal_is_a_crash_and_is_named(code, words):
    ended = failure("", code)
    assert isinstance(ended, ChildCrashed)
    assert str(ended) == f"The training process {words}"


@pytest.mark.parametrize(
    "said",
    [
        "Traceback (most recent call last):\nMemoryError",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 1.0 GiB",
        "ResourceExhaustedError: OOM when allocating tensor",
    ],
)
def test_out_of_memory_is_a_crash_and_names_the_limit(settings, said):
    settings.JOB_MEMORY_LIMIT_MB = 2048
    ended = failure(said, 1)
    assert isinstance(ended, ChildCrashed)
    assert str(ended).splitlines()[-1] == (
        "It ran out of memory. JOB_MEMORY_LIMIT_MB allows it 2,048 MB."
    )


@pytest.mark.parametrize(
    "said",
    [
        "InternalError: could not create a primitive descriptor for the matmul\ncould not create a "
        "primitive",
        "RuntimeError: can't start new thread",
    ],
)
def test_what_fails_at_a_limit_of_memory_is_out_of_memory(settings, said):
    settings.JOB_MEMORY_LIMIT_MB = 900
    assert str(failure(said, 1)).splitlines()[-1] == (
        "It ran out of memory. JOB_MEMORY_LIMIT_MB allows it 900 MB."
    )
    settings.JOB_MEMORY_LIMIT_MB = 0
    assert "memory" not in str(failure(said, 1))


def test_only_what_the_system_killed_for_memory_is_out_of_memory():
    assert str(failure("", -9, starved=True)).splitlines()[-1] == "It ran out of memory."
    assert "memory" not in str(failure("", -9))
    assert "memory" not in str(failure("", -15, starved=True))


def test_a_crash_at_the_limit_is_out_of_memory(settings):
    settings.JOB_MEMORY_LIMIT_MB = 900
    for code in (-11, -6, 139):
        last = str(failure("", code, at_limit=True)).splitlines()[-1]
        assert last == "It ran out of memory. JOB_MEMORY_LIMIT_MB allows it 900 MB."
    for code in (-9, -15, 1):
        assert "memory" not in str(failure("", code, at_limit=True))


def test_a_full_disk_is_named():
    said = "OSError: [Errno 28] No space left on device: '/home/digits/var/jobs/3-1/candidate'"
    reason = {"code": "other_line", "text": said}
    assert str(failure(said, 1, reason)).splitlines() == [
        "The training process ended with exit status 1.",
        "The disk has no space left.",
    ]


def test_a_reported_reason_replaces_the_last_line():
    reason = {"code": "files_missing", "names": "card.json"}
    ended = failure("a warning\nMissing: card.json.", 1, reason)
    assert ended.message == {
        "code": "child_ended",
        "status": 1,
        "detail": "a warning",
        "cause": reason,
    }
    assert str(ended).splitlines()[1:] == ["Missing: card.json."]


@pytest.mark.parametrize("code", [1, 2, 255])
def test_a_refusal_is_not_a_crash(code):
    said = "corrections: labels must be 0 to 10"
    ended = failure(said, code, {"code": "other_line", "text": said})
    assert not isinstance(ended, ChildCrashed)
    assert str(ended).splitlines()[-1] == said


def test_nothing_to_learn_is_said_without_a_word_about_the_process():
    reason = codes.ALL_ANSWERED_CORRECTLY(count=3)
    ended = failure("a warning\nNothing to learn", 1, reason)
    assert not isinstance(ended, ChildCrashed)
    assert ended.message == reason
