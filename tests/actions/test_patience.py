"""A database that hangs holds up nobody who asks with patience."""

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from recognizer.actions import patience
from recognizer.actions.patience import Patience


@pytest.fixture(autouse=True)
def a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(patience, "close_old_connections", lambda: None)


def test_the_result_or_the_error_of_the_action_is_passed_on() -> None:
    def fail() -> None:
        raise OperationalError("no route to host")

    asked = Patience()
    assert asked.ask(lambda: 7, seconds=60) == 7
    with pytest.raises(OperationalError, match="no route"):
        asked.ask(fail, seconds=60)
    assert asked.ask(lambda: 7, seconds=60) == 7


def test_an_action_that_hangs_is_given_up_and_no_second_one_is_started() -> None:
    asked, answer, started = Patience(), threading.Event(), []

    def hang() -> bool:
        started.append(1)
        return answer.wait(60)

    for _ in range(3):
        with pytest.raises(OperationalError, match="answer"):
            asked.ask(hang, seconds=0.01)
    assert len(started) == 1

    answer.set()
    assert asked.ask(lambda: 7, seconds=60) == 7
