import io
import sqlite3

import pytest
from django.db import OperationalError

from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_process import (
    KEPT_LINES,
    AttemptMonitor,
    ErrorTail,
    advanced,
    log_lines,
    parse_progress,
    time_limit,
)
from recognizer.models import Job
from recognizer.presentation.messages import in_english
from tests.pages.rows import make_job


def test_it_reads_a_line_of_progress():
    assert parse_progress('{"epoch": 2, "loss": 0.5}\n') == {"epoch": 2, "loss": 0.5}


@pytest.mark.parametrize("line", ["Epoch 1/3", "", "[1]", '{"loss": NaN}', '{"loss": Infinity}'])
def test_other_output_is_ignored(line):
    assert parse_progress(line) == {}


def test_epochs_are_appended_to_the_history():
    progress = {"phase": "prepare", "fraction": 0.0}
    lines = [
        {"phase": "train", "epoch": 1, "loss": 0.5, "seconds": 9},
        {"phase": "train", "epoch": 2, "loss": 0.25, "holdout_accuracy": 0.9, "seconds": 9},
        {"phase": "evaluate", "fraction": 0.97},
    ]
    for line in lines:
        progress = advanced(progress, line)
    assert (progress["phase"], progress["fraction"], progress["epoch"]) == ("evaluate", 0.97, 2)
    assert progress["history"] == [
        {"epoch": 1, "loss": 0.5},
        {"epoch": 2, "loss": 0.25, "holdout_accuracy": 0.9},
    ]


def test_a_training_from_scratch_may_take_longer_than_a_retraining(settings):
    settings.JOB_TIME_LIMIT_SECONDS, settings.TRAIN_TIME_LIMIT_SECONDS = 600, 7200
    assert time_limit(Job()) == 600
    assert time_limit(Job(kind=Job.Kind.TRAIN)) == 7200


def test_messages_and_epoch_figures_are_logged():
    assert log_lines({"phase": "train", "fraction": 0.5}) == []
    read = {"code": "reading_mnist"}
    assert log_lines({"phase": "prepare", "message": read}) == [read]
    step = {"epoch": 3, "epochs": 10, "loss": 0.12345, "accuracy": 0.9821}
    assert list(map(in_english, log_lines(step))) == ["Step 3 of 10: loss 0.123, accuracy 98.21%."]
    assert log_lines(step | {"loss": None}) == log_lines(step | {"accuracy": "much"}) == []
    assert list(map(in_english, log_lines(step | {"holdout_accuracy": 0.5}))) == [
        "Epoch 3 of 10: loss 0.123, accuracy 98.21%, hold-out accuracy 50.00%."
    ]


@pytest.mark.django_db
def test_log_lines_are_stored_later_if_the_database_fails(monkeypatch):
    job = lifecycle.claim(make_job().pk)
    monitor, renew = AttemptMonitor(job), lifecycle.renew
    monkeypatch.setattr(lifecycle, "renew", away)
    monitor.record({"message": {"code": "reading_mnist"}})
    monitor.renew()
    monkeypatch.setattr(lifecycle, "renew", renew)
    monitor.record({"message": "measured in words of another program"})
    monitor.renew()
    monitor.renew()

    assert [line.message for line in job.lines.all()] == [
        {"code": "attempt_started", "number": 1},
        {"code": "reading_mnist"},
        {"code": "other_line", "text": "measured in words of another program"},
    ]


@pytest.mark.parametrize(
    "message", [7, ["a"], {"code": ["a"]}, {"code": "nobody knows it"}, {"text": "a"}]
)
def test_free_text_is_shown_unchanged(message):
    (line,) = log_lines({"message": message})
    assert in_english(line) == str(message)


@pytest.mark.django_db
def test_a_full_database_is_tolerated_for_half_a_lease(monkeypatch, settings):
    settings.JOB_LEASE_SECONDS = 30
    monitor = AttemptMonitor(lifecycle.claim(make_job().pk))
    error = OperationalError("database or disk is full")
    error.__cause__ = Full()

    def renew(*_):
        raise error

    monkeypatch.setattr(lifecycle, "renew", renew)
    monitor.renewed_at -= 10
    monitor.renew()
    monitor.renewed_at -= 6
    with pytest.raises(OperationalError, match="full"):
        monitor.renew()


class Full(Exception):
    sqlite_errorcode = sqlite3.SQLITE_FULL


def test_the_error_tail_has_the_last_lines():
    errors = ErrorTail(io.StringIO("".join(f"line {n}\n" for n in range(2_000))))
    lines = errors.read().splitlines()
    assert (len(lines), lines[-1]) == (KEPT_LINES, "line 1999")


def away(*_):
    raise OperationalError("database is locked")
