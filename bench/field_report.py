"""Counts how often fields are right, and how well the machine knows when they are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.cases import Case
from bench.fields import DECIDING, FIELDS, is_same
from bench.scoring import Tally

_BINS = 10
_NONE = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One wrong field."""

    label: str
    field: str
    expected: str
    got: str
    confidence: float
    was_accepted: bool


@dataclass(slots=True, kw_only=True)
class FieldReport:
    """All counts of one set."""

    rows: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """Name of the row → wrong and all."""
    accepted_fields: Tally = _NONE
    """Deciding fields of documents registered without review: wrong and all."""
    accepted_documents: Tally = _NONE
    """Documents registered without review: with a wrong deciding field, and all."""
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    secrecy_missed: Tally = _NONE
    secrecy_false: Tally = _NONE
    failures: list[Failure] = field(default_factory=list)
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    field_seconds: list[float] = field(default_factory=list)
    """Seconds of guard and extract together, for each document."""

    @property
    def documents(self) -> int:
        """Documents that got an answer."""
        return sum(self.states.values())

    @property
    def review_share(self) -> float:
        """Share of documents that wait for a person."""
        return self.states["review"] / max(1, self.documents)

    def calibration_error(self) -> float:
        """Expected calibration error over ten bins of confidence (Naeini and others 2015)."""
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for confidence, is_right in self.confidences:
            bins[min(_BINS - 1, int(confidence * _BINS))].append((confidence, is_right))
        gaps = (
            abs(sum(one for one, _ in group) - sum(right for _, right in group))
            for group in bins.values()
        )
        return sum(gaps) / max(1, len(self.confidences))


def report_fields(cases: list[Case], records: list[dict[str, Any] | None]) -> FieldReport:
    """Compare every case with its record; a document without a record is wrong in every field."""
    report = FieldReport()
    for case, record in zip(cases, records, strict=True):
        _count(report, case, record or {"state": "no answer", "fields": {}})
    return report


def _count(report: FieldReport, case: Case, record: dict[str, Any]) -> None:
    state = record["state"]
    report.states[state] += 1
    timings = record.get("timings_s") or {}
    if "total" in timings:
        report.seconds.append(float(timings["total"]))
        report.field_seconds.append(float(timings.get("guard", 0) + timings.get("extract", 0)))
    is_held = state == "quarantined"
    if case.secrecy:
        report.secrecy_missed += Tally(errors=int(not is_held), letters=1)
        return
    report.secrecy_false += Tally(errors=int(is_held), letters=1)
    is_accepted = state == "registered"
    wrong = 0
    for name, expected, got, confidence in _compared(case, record):
        is_right = is_same(name, expected, got)
        _rows(report, case, name, is_right=is_right, is_empty=not expected)
        if got:
            report.confidences.append((confidence, is_right))
        wrong += int(not is_right and name in DECIDING)
        if not is_right:
            report.failures.append(
                Failure(label=case.label, field=name, expected=expected, got=got,
                        confidence=confidence, was_accepted=is_accepted)
            )  # fmt: skip
    if is_accepted:
        decided = sum(name in DECIDING for name in case.fields)
        report.accepted_fields += Tally(errors=wrong, letters=decided)
        report.accepted_documents += Tally(errors=int(wrong > 0), letters=1)


def _compared(case: Case, record: dict[str, Any]) -> Iterator[tuple[str, str, str, float]]:
    for name in FIELDS:
        if name not in case.fields:
            continue
        found = record["fields"].get(name) or {}
        value = found.get("value")
        got = "; ".join(value) if isinstance(value, list) else str(value or "")
        yield name, case.fields[name], got, float(found.get("confidence") or 0.0)


def _rows(report: FieldReport, case: Case, name: str, *, is_right: bool, is_empty: bool) -> None:
    one = Tally(errors=int(not is_right), letters=1)
    report.rows[name] += one
    if name == "number":
        hand = "by hand or stamped" if case.is_number_by_hand else "printed"
        report.rows[f"number ({hand})"] += one
    if name == "issued_date":
        hand = "by hand" if case.is_day_by_hand else "printed"
        report.rows[f"issued_date (day {hand})"] += one
    if name == "urgency":
        report.rows["urgency (none on paper)" if is_empty else "urgency (marked)"] += one
