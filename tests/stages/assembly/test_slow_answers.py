"""Answers that are slow to make: the one before at once, with its time, and a new one behind it."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest

from pipeline.assembly import slow_answers
from pipeline.assembly.slow_answers import SlowAnswers
from pipeline.model.errors import TransientError


class Counter:
    """Counts how often it was asked; slow when told so."""

    def __init__(self, *, is_slow: bool) -> None:
        self.count = 0
        self.may_go = threading.Event()
        self.may_go.set()
        self._is_slow = is_slow

    def __call__(self) -> int:
        """Return how often it was asked."""
        self.count += 1
        number = self.count
        if self._is_slow:
            time.sleep(slow_answers.QUICK_S * 1.2)
        assert self.may_go.wait(10)
        return number


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something holds, 10 s at most."""
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_is_quick_is_made_each_time() -> None:
    """A small register's figures are never out of date."""
    answers, make = SlowAnswers[int](), Counter(is_slow=False)
    assert [answers.answer("year", make).answer for _ in range(3)] == [1, 2, 3]


def test_what_is_slow_is_made_behind_whoever_asks() -> None:
    """The second asks in vain for a new one, and does not wait; only one is in the making."""
    answers, make = SlowAnswers[int](), Counter(is_slow=True)
    first = answers.answer("year", make)
    make.may_go.clear()
    started = time.perf_counter()
    again = [answers.answer("year", make) for _ in range(5)]
    assert time.perf_counter() - started < slow_answers.QUICK_S
    assert again == [first] * 5
    make.may_go.set()
    wait_for(lambda: answers.answer("year", make).answer >= 2)
    assert answers.answer("year", make).at > first.at
    assert answers.answer("month", Counter(is_slow=False)).answer == 1


def test_what_was_slow_once_is_never_waited_for_again() -> None:
    """Counted again while nothing has changed it is quick, and slow after the next entry."""
    answers, slow, quick = SlowAnswers[int](), Counter(is_slow=True), Counter(is_slow=False)
    first = answers.answer("year", slow)
    wait_for(lambda: answers.answer("year", quick).at > first.at)
    started = time.perf_counter()
    answers.answer("year", slow)
    assert time.perf_counter() - started < slow_answers.QUICK_S


def test_what_is_old_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets figures of the day before."""
    answers, make = SlowAnswers[int](), Counter(is_slow=True)
    answers.answer("year", make)
    monkeypatch.setattr(slow_answers, "AGE_MAX", dt.timedelta(0))
    assert answers.answer("year", make).answer == 2


def test_a_failure_behind_leaves_the_old_and_the_next_asks_again() -> None:
    """A busy database for once."""
    answers, make = SlowAnswers[int](), Counter(is_slow=True)
    answers.answer("year", make)
    asked = threading.Event()

    def fail() -> int:
        asked.set()
        raise TransientError("IO-BUSY")

    assert answers.answer("year", fail).answer == 1
    assert asked.wait(10)
    wait_for(lambda: answers.answer("year", make).answer == 2)
