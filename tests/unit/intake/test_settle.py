"""The settle gate, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.intake.settle import SettleGate, Verdict


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now_s


def never() -> str | None:
    """Must not be asked."""
    raise AssertionError("asked too early")


def lacking(part: str | None) -> Callable[[], str | None]:
    """A file that lacks a part."""
    return lambda: part


def gate_and_clock() -> tuple[SettleGate, Clock]:
    """A gate of two seconds' quiet that gives up after thirty."""
    clock = Clock()
    return SettleGate(quiet_s=2.0, give_up_s=30.0, clock=clock), clock


def test_the_first_look_never_lets_through() -> None:
    """However old the file is: it may be growing with its time preserved."""
    gate, clock = gate_and_clock()
    assert gate.look("a", 1, never) is Verdict.WAIT
    clock.now_s += 1.9
    assert gate.look("a", 1, never) is Verdict.WAIT
    clock.now_s += 0.1
    assert gate.look("a", 1, lacking(None)) is Verdict.READY


def test_a_change_starts_the_wait_anew() -> None:
    """Size, time or inode: the fingerprint differs."""
    gate, clock = gate_and_clock()
    gate.look("a", 1, never)
    clock.now_s += 2.0
    assert gate.look("a", 2, never) is Verdict.WAIT
    clock.now_s += 1.0
    assert gate.look("a", 2, never) is Verdict.WAIT
    clock.now_s += 1.0
    assert gate.look("a", 2, lacking(None)) is Verdict.READY


def test_an_incomplete_file_is_waited_for_and_taken_in_the_end() -> None:
    """Its end is looked for once, not at every look."""
    gate, clock = gate_and_clock()
    gate.look("a", 1, never)
    clock.now_s += 2.0
    assert gate.look("a", 1, lacking("trailer")) is Verdict.WAIT
    assert gate.missing() == {"a": "trailer"}
    clock.now_s += 27.9
    assert gate.look("a", 1, never) is Verdict.WAIT
    clock.now_s += 0.1
    assert gate.look("a", 1, never) is Verdict.READY


def test_growing_after_incompleteness_is_looked_at_anew() -> None:
    """The end arrived meanwhile."""
    gate, clock = gate_and_clock()
    gate.look("a", 1, never)
    clock.now_s += 2.0
    gate.look("a", 1, lacking("trailer"))
    assert gate.look("a", 2, never) is Verdict.WAIT
    clock.now_s += 2.0
    assert gate.look("a", 2, lacking(None)) is Verdict.READY


def test_names_are_forgotten_when_claimed_or_gone() -> None:
    """A file of the same name later is another file."""
    gate, clock = gate_and_clock()
    gate.look("a", 1, never)
    gate.look("b", 1, never)
    clock.now_s += 2.0
    gate.forget("a")
    gate.forget("nothing")
    gate.keep_only(["a"])
    assert gate.look("a", 1, never) is Verdict.WAIT
    assert gate.look("b", 1, never) is Verdict.WAIT


def test_the_gate_knows_when_to_look_again() -> None:
    """So that nobody looks every moment, and nobody waits too long."""
    gate, clock = gate_and_clock()
    assert gate.next_due_s() is None
    gate.look("a", 1, never)
    assert gate.next_due_s() == 2.0
    clock.now_s += 0.5
    gate.look("b", 1, never)
    assert gate.next_due_s() == 1.5
    clock.now_s += 1.5
    gate.look("a", 1, lacking("trailer"))
    assert gate.next_due_s() == 0.5
    gate.keep_only(["a"])
    assert gate.next_due_s() == 28.0
    clock.now_s += 40.0
    assert gate.next_due_s() == 0.0


def test_giving_up_never_comes_before_quiet() -> None:
    """A contradiction in the settings is no reason to take a growing file."""
    clock = Clock()
    gate = SettleGate(quiet_s=5.0, give_up_s=1.0, clock=clock)
    gate.look("a", 1, never)
    clock.now_s += 4.0
    assert gate.look("a", 1, never) is Verdict.WAIT
    clock.now_s += 1.0
    assert gate.look("a", 1, lacking("trailer")) is Verdict.READY
