"""Single sampling plans of ISO 2859-1, from a table in `config/sampling`.

A lot's size and an inspection level give a code letter (table 1); letter, AQL and severity give
the sample's size and Ac, the most bad units with which the lot is accepted (tables 2-A to 2-C). An
arrow leads to the first plan below or above, with that plan's own sample size (10.3).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.model.errors import InputError, OperatorError

SEVERITIES = ("normal", "tightened", "reduced")
"""Which one holds for a lot is said by people: switching between them (9.3) is not done here."""
TABLE = "iso2859-1"
_DOWN, _UP, _NO_PLAN = "↓", "↑", "-"
_STEPS = {_DOWN: 1, _UP: -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many units are looked at, and how many of them may be bad."""

    letter: str
    """Code letter of the plan, after arrows."""
    sample_size: int
    accept_max: int
    """Ac; one more rejects the lot (Re = Ac + 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    letter: str
    size: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The tables of one standard."""

    title: str
    levels: Sequence[str]
    aqls: Sequence[str]
    lots: Sequence[tuple[float, str]]
    """Largest lot of a row, and the letters of the levels."""
    tables: Mapping[str, Sequence[_Row]]

    def plan(self, lot_size: int, *, level: str, aql: str, severity: str) -> Plan:
        """Return the plan of a lot; of one not larger than its sample every unit is looked at.

        Args:
            lot_size: units, from 1.
            level: `I`, `II`, `III` or `S-1` to `S-4`.
            aql: as the table writes it, percent of bad units.
            severity: one of SEVERITIES.

        Raises:
            InputError: INPUT-ACCEPT-PLAN; the detail says what there is.
        """
        for given, known in ((level, self.levels), (aql, self.aqls), (severity, SEVERITIES)):
            if given not in known:
                raise InputError("INPUT-ACCEPT-PLAN", detail=f"{given!r}: {', '.join(known)}")
        letters = next(letters for up_to, letters in self.lots if lot_size <= up_to)
        found = _resolved(
            self.tables[severity], letters[self.levels.index(level)], self.aqls.index(aql)
        )
        return Plan(
            letter=found.letter,
            sample_size=min(found.sample_size, lot_size),
            accept_max=found.accept_max,
        )


def load_plans(folder: Path) -> Plans:
    """Read and check the tables.

    Raises:
        OperatorError: SYS-CONFIG, the file is missing or contradicts itself.
    """
    path = folder / f"{TABLE}.toml"
    try:
        with path.open("rb") as file:
            return _checked(tomllib.load(file))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        detail = f"{path.name}: {type(error).__name__}: {error}"
        raise OperatorError("SYS-CONFIG", detail=detail) from error


def _checked(read: Mapping[str, Any]) -> Plans:
    plans = Plans(
        title=read["title"],
        levels=read["levels"],
        aqls=read["aql"],
        lots=[(one.get("up_to", float("inf")), one["letters"]) for one in read["lots"]],
        tables={name: _rows(read["tables"][name]) for name in SEVERITIES},
    )
    sizes = [up_to for up_to, _ in plans.lots]
    if sizes[-1] != float("inf") or sizes != sorted(set(sizes)):
        raise ValueError("lots: not in order, or the largest has an end")
    if [float(one) for one in plans.aqls] != sorted({float(one) for one in plans.aqls}):
        raise ValueError("aql: not in order")
    for name, rows in plans.tables.items():
        _check_table(name, rows, plans)
    return plans


def _rows(read: Mapping[str, Mapping[str, Any]]) -> Sequence[_Row]:
    return [
        _Row(letter=letter, size=int(one["n"]), cells=one["ac"].split())
        for letter, one in read.items()
    ]


def _check_table(name: str, rows: Sequence[_Row], plans: Plans) -> None:
    if any(one.size > other.size for one, other in pairwise(rows)):
        raise ValueError(f"{name}: sample sizes fall")
    letters = {row.letter for row in rows}
    for _, wanted in plans.lots:
        if len(wanted) != len(plans.levels) or not set(wanted) <= letters:
            raise ValueError(f"{name}: letters {wanted!r}")
    asked = {letter for _, wanted in plans.lots for letter in wanted}
    for row in rows:
        if len(row.cells) != len(plans.aqls):
            raise ValueError(f"{name}.{row.letter}: {len(row.cells)} cells")
        if row.letter in asked:
            found = [_resolved(rows, row.letter, at).accept_max for at in range(len(row.cells))]
            numbers = [int(cell) for cell in row.cells if cell.isdigit()]
            if numbers != sorted(set(numbers)) or found[0] > found[-1]:
                raise ValueError(f"{name}.{row.letter}: Ac does not grow with the AQL")


def _resolved(rows: Sequence[_Row], letter: str, column: int) -> Plan:
    """Return the plan of a letter, following arrows.

    Raises:
        ValueError: arrows lead nowhere, or there is no plan.
    """
    at = next(index for index, row in enumerate(rows) if row.letter == letter)
    step = 0
    while (cell := rows[at].cells[column]) in _STEPS:
        turn = _STEPS[cell]
        if step and turn != step:
            raise ValueError(f"{letter}, column {column + 1}: arrows meet")
        step = turn
        at += step
        if not 0 <= at < len(rows):
            raise ValueError(f"{letter}, column {column + 1}: an arrow leads out of the table")
    if cell == _NO_PLAN:
        raise ValueError(f"{letter}, column {column + 1}: no plan")
    return Plan(letter=rows[at].letter, sample_size=rows[at].size, accept_max=int(cell))
