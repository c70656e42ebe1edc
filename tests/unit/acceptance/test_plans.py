"""Sampling plans against well-known points of ISO 2859-1; tables that contradict themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.acceptance.plans import Plans, load_plans
from pipeline.acceptance.sampling import Unit, drawn
from pipeline.model.errors import InputError, OperatorError

SAMPLING = Path(__file__).parents[3] / "config" / "sampling"


@pytest.fixture(scope="module")
def plans() -> Plans:
    """The shipped tables."""
    return load_plans(SAMPLING)


@pytest.mark.parametrize(
    ("lot_size", "level", "aql", "severity", "letter", "size", "accept_max"),
    [
        (1200, "II", "1.0", "normal", "J", 80, 2),
        (1200, "II", "1.0", "tightened", "J", 80, 1),
        (1200, "II", "1.0", "reduced", "J", 32, 1),
        (1200, "II", "0.65", "normal", "J", 80, 1),
        (1200, "II", "0.40", "normal", "K", 125, 1),
        (1200, "II", "0.25", "normal", "H", 50, 0),
        (1200, "II", "0.15", "normal", "J", 80, 0),
        (1200, "II", "4.0", "normal", "J", 80, 7),
        (1200, "II", "2.5", "tightened", "J", 80, 3),
        (1200, "II", "6.5", "reduced", "J", 32, 6),
        (1201, "II", "1.0", "normal", "K", 125, 3),
        (500, "II", "2.5", "normal", "H", 50, 3),
        (500, "I", "2.5", "normal", "F", 20, 1),
        (500, "III", "2.5", "normal", "J", 80, 5),
        (3200, "II", "1.5", "normal", "K", 125, 5),
        (10_000, "II", "1.0", "normal", "L", 200, 5),
        (35_000, "II", "1.0", "normal", "M", 315, 7),
        (100_000, "II", "1.0", "normal", "N", 500, 10),
        (100_000, "S-4", "1.0", "normal", "J", 80, 2),
        (100_000, "S-1", "1.0", "normal", "E", 13, 0),
        (600_000, "III", "0.015", "normal", "P", 800, 0),
        (600_000, "III", "0.025", "tightened", "S", 3150, 1),
        (600_000, "III", "0.025", "reduced", "N", 200, 0),
        (600_000, "III", "10", "normal", "K", 125, 21),
        (20, "II", "10", "normal", "C", 5, 1),
        (50, "II", "6.5", "tightened", "E", 13, 1),
    ],
)
def test_known_points(
    plans: Plans,
    lot_size: int,
    level: str,
    aql: str,
    severity: str,
    letter: str,
    size: int,
    accept_max: int,
) -> None:
    """Letters, sizes and acceptance numbers, arrows followed both ways."""
    plan = plans.plan(lot_size, level=level, aql=aql, severity=severity)
    assert (plan.letter, plan.sample_size, plan.accept_max) == (letter, size, accept_max)


def test_a_small_lot_is_looked_at_whole(plans: Plans) -> None:
    """The sample is never larger than the lot (ISO 2859-1, tables 2: 100 percent inspection)."""
    assert plans.plan(40, level="II", aql="0.10", severity="normal").sample_size == 40
    assert plans.plan(1, level="II", aql="1.0", severity="normal").sample_size == 1


def test_every_cell_leads_to_a_plan_and_severity_orders_them(plans: Plans) -> None:
    """Tightened never accepts more bad units of the same sample than normal does."""
    for up_to, _ in plans.lots[:-1]:
        for level in plans.levels:
            for aql in plans.aqls:
                normal, tightened = (
                    plans.plan(int(up_to), level=level, aql=aql, severity=one)
                    for one in ("normal", "tightened")
                )
                if normal.sample_size == tightened.sample_size:
                    assert tightened.accept_max <= normal.accept_max
                assert normal.accept_max < normal.sample_size


@pytest.mark.parametrize(
    ("level", "aql", "severity"),
    [("IV", "1.0", "normal"), ("II", "1", "normal"), ("II", "1.0", "strict")],
)
def test_a_plan_that_is_not_there(plans: Plans, level: str, aql: str, severity: str) -> None:
    """The answer names those there are."""
    with pytest.raises(InputError) as caught:
        plans.plan(100, level=level, aql=aql, severity=severity)
    assert caught.value.code == "INPUT-ACCEPT-PLAN"
    assert "," in caught.value.detail


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("up_to = 15,", "up_to = 8,", "lots"),
        ('letters = "AAAAAAB"', 'letters = "AAAAAAZ"', "letters"),
        ('letters = "AAAAAAB"', 'letters = "AAAAAA"', "letters"),
        ('aql = ["0.010", "0.015"', 'aql = ["0.015", "0.010"', "aql"),
        ("J = { n = 80", "J = { n = 8", "sizes fall"),
        ("    0      ↑      ↓      1 ", "    ↓      ↑      ↓      1 ", "arrows meet"),
        ("    ↑      ↑      1      2 ", "    ↑      ↓      1      2 ", "leads out"),
        ("1     2    3    5    7   10   14", "1     2    3    5    5   10   14", "Ac"),
        ("    ↑      ↑      1      2 ", "    -      ↑      1      2 ", "no plan"),
        ("    ↑      ↑      1      2 ", "    ↑      1      2 ", "cells"),
        ("[tables.reduced]", "[tables.other]", "reduced"),
        ("title", "titel", "title"),
    ],
)
def test_a_table_that_contradicts_itself_is_not_used(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Nothing of it is used, and what is wrong is said."""
    text = (SAMPLING / "iso2859-1.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "iso2859-1.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OperatorError) as caught:
        load_plans(tmp_path)
    assert caught.value.code == "SYS-CONFIG"
    assert said in caught.value.detail


def units(count: int) -> list[Unit]:
    """Return units of documents."""
    return [(number, f"{number:064x}", 0) for number in range(count)]


def test_a_sample_can_be_drawn_again() -> None:
    """The same seed, the same sample, in the order of the units; another seed, another one."""
    first = drawn(units(1200), seed="a", size=80)
    assert len(set(first)) == 80
    assert first == sorted(first)
    assert drawn(reversed(units(1200)), seed="a", size=80) == first[::-1]
    assert drawn(units(1200), seed="b", size=80) != first


def test_every_unit_has_the_same_chance() -> None:
    """Over 400 seeds each of 20 units is drawn about as often (chi squared, p > 0.001)."""
    counts = dict.fromkeys(range(20), 0)
    for seed in range(400):
        for number, _, _ in drawn(units(20), seed=str(seed), size=5):
            counts[number] += 1
    assert sum((count - 100) ** 2 / 100 for count in counts.values()) < 43.8
