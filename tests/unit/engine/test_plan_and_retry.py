"""The plan's proof and the backoff."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

import pytest

from pipeline.engine.plan import Plan
from pipeline.engine.retry import Backoff
from pipeline.model.errors import ContractError
from pipeline.model.stage import Done, Effect, StageResult, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage that does nothing."""

    name: str
    needs: frozenset[str] = frozenset()
    makes: frozenset[str] = frozenset()
    revision: int = 1
    options_digest: str = ""
    effect: Effect = Effect.PURE

    def run(self, work: Work) -> StageResult:
        """Do nothing."""
        del work
        return Done()


GUARD = Step(name="guard")


def test_a_plan_whose_needs_are_met_is_a_plan() -> None:
    """Archive before sign is an order that works."""
    archive = Step(name="archive", needs=frozenset({"layers"}), makes=frozenset({"pdfa"}))
    sign = Step(name="sign", needs=frozenset({"pdfa"}), makes=frozenset({"sealed"}))
    assert Plan(GUARD, (archive, sign)).stages[1].name == "sign"


@pytest.mark.parametrize(
    "stages",
    [
        (Step(name="sign", needs=frozenset({"pdfa"})),),
        (Step(name="a", makes=frozenset({"x"})), Step(name="b", makes=frozenset({"x"}))),
        (Step(name="a"), Step(name="a")),
    ],
    ids=["need not made", "made twice", "same name"],
)
def test_a_plan_that_cannot_work_is_refused_at_start(stages: tuple[Step, ...]) -> None:
    """Faults in the order show before a document is touched."""
    with pytest.raises(ContractError, match="BUG-STAGE"):
        Plan(GUARD, stages)


def test_waiting_grows_to_its_cap_and_jitters() -> None:
    """Each failure doubles the ceiling until the cap; the wait lies in the upper half below it."""
    backoff = Backoff(base_s=2.0, cap_s=60.0)
    chance = random.Random(5)
    for tries in range(1, 40):
        ceiling = min(60.0, 2.0 * 2 ** (tries - 1))
        delay_s = backoff.delay_s(tries, chance=chance)
        assert ceiling / 2 <= delay_s <= ceiling
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert backoff.next_try_at(1, now=now, chance=chance) > now
