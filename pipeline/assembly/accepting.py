"""Acceptance of a batch: drawing the units of a round, and what goes back to the scanner."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.acceptance.plans import Plans, load_plans
from pipeline.acceptance.sampling import CRITERIA, Unit, drawn
from pipeline.assembly.house import House
from pipeline.backlog.progress import unended
from pipeline.ledger.batch_rows import BatchRow
from pipeline.ledger.lot_rows import LotDraft, LotRow, UnitRow
from pipeline.model.errors import InputError
from pipeline.structure.records import Place

EVERYTHING, SAMPLE = 1, 2
UNITS = ("document", "page")
GOOD = "good"
_SEED_BYTES = 16
RESCAN_HEADINGS = ("Đường dẫn file", "Hộp số", "Hồ sơ", "Trang cần quét lại", "Lý do / Reason")
"""The first is what `batch add --rescan` knows a paper by."""
REASONS = {
    "legible": "không đọc được / not legible",
    "straight": "nghiêng, lệch / not straight",
    "complete": "thiếu, bị cắt / not complete",
    "order": "sai thứ tự / wrong order",
    "colour": "sai màu / wrong colour",
    "fields": "sai thông tin / wrong fields",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person asks to be drawn."""

    round: int = SAMPLE
    """1: everything once; 2: a sample."""
    unit: str = "document"
    level: str = "II"
    aql: str = "1.0"
    severity: str = "normal"


def plans_of(house: House) -> Plans:
    """Return the sampling plans of `config/sampling`; see `load_plans` for errors."""
    return load_plans(house.layout.config_dir / "sampling")


def draw(
    house: House, row: BatchRow, choice: Choice, *, person: str, seed: str | None = None
) -> LotRow:
    """Draw the units of a round of acceptance and enter them.

    Args:
        house: has the batch.
        row: the batch; every finished document is the lot.
        choice: which round, of what, by which plan.
        person: who draws.
        seed: of a sample that is to be drawn again; a new one when None.

    Raises:
        InputError: INPUT-BATCH-OPEN, papers or stacks are unfinished; INPUT-BATCH-EMPTY;
            INPUT-ACCEPT-PLAN; INPUT-ACCEPT-OPEN, the round before is not closed.
        OperatorError: SYS-CONFIG.
    """
    if choice.unit not in UNITS or choice.round not in {EVERYTHING, SAMPLE}:
        raise InputError("INPUT-ACCEPT-PLAN", detail=f"{choice.unit} {choice.round}")
    if count := unended(house.batches, row.name):
        raise InputError("INPUT-BATCH-OPEN", detail=str(count))
    lot_size = sum(1 for _ in _units(house, row, choice.unit))
    if not lot_size:
        raise InputError("INPUT-BATCH-EMPTY", detail=row.name)
    units = _units(house, row, choice.unit)
    if choice.round == EVERYTHING:
        draft = LotDraft(
            round=EVERYTHING, unit=choice.unit, seed="", level="", aql="", severity="", letter="",
            lot_size=lot_size, sample_size=lot_size, accept_max=0,
        )  # fmt: skip
        return house.lots.draw(row.name, draft, units, person=person)
    plan = plans_of(house).plan(
        lot_size, level=choice.level, aql=choice.aql, severity=choice.severity
    )
    draft = LotDraft(
        round=SAMPLE,
        unit=choice.unit,
        seed=seed or secrets.token_hex(_SEED_BYTES),
        level=choice.level,
        aql=choice.aql,
        severity=choice.severity,
        letter=plan.letter,
        lot_size=lot_size,
        sample_size=plan.sample_size,
        accept_max=plan.accept_max,
    )
    sample = drawn(units, seed=draft.seed, size=plan.sample_size)
    return house.lots.draw(row.name, draft, sample, person=person)


def _units(house: House, row: BatchRow, unit: str) -> Iterator[Unit]:
    for item in house.batches.items(row.name):
        if item.is_done and item.document_id is not None:
            pages = range(1, item.page_count + 1) if unit == "page" else (0,)
            for page in pages:
                yield item.id, item.document_id, page


def faults_of(text: str) -> Sequence[str]:
    """Return the faults that a verdict names (`good`, or criteria parted by commas).

    Raises:
        InputError: INPUT-ACCEPT-VERDICT.
    """
    if text == GOOD:
        return ()
    faults = text.split(",")
    if not set(faults) <= set(CRITERIA):
        raise InputError("INPUT-ACCEPT-VERDICT", detail=text)
    return faults


def rescan_rows(house: House, lot: LotRow) -> Iterator[Sequence[object]]:
    """Yield the heading, then each paper of a lot that must be scanned again, with its pages."""
    yield RESCAN_HEADINGS
    together: list[UnitRow] = []
    for unit in house.lots.units(lot.id, only_bad=True):
        if together and together[-1].item != unit.item:
            yield _rescan_row(together)
            together = []
        together.append(unit)
    if together:
        yield _rescan_row(together)


def _rescan_row(units: Sequence[UnitRow]) -> Sequence[object]:
    place = Place.of_key(units[0].place)
    pages = ", ".join(str(unit.page) for unit in units if unit.page) or "tất cả / all"
    found = {fault for unit in units for fault in unit.faults or ()}
    return (units[0].path, place.box, place.notation, pages, reasons(found))


def reasons(faults: set[str]) -> str:
    """Return faults in words, in the order of their keys."""
    return "; ".join(REASONS[one] for one in CRITERIA if one in faults)
