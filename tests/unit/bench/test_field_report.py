"""The report of fields counts held, accepted and wrong documents as the goals define them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.cases import Case, generator_cases, letter_cases
from bench.field_report import report_fields
from bench.scoring import Tally


def _case(secrecy: str = "", **fields: str) -> Case:
    return Case(
        path=Path("a.pdf"), fields=fields, is_number_by_hand=True, is_day_by_hand=False,
        secrecy=secrecy, label="a", truth={},
    )  # fmt: skip


def _record(state: str, confidence: float = 0.9, **values: str) -> dict[str, Any]:
    fields = {name: {"value": value, "confidence": confidence} for name, value in values.items()}
    return {"state": state, "fields": fields, "timings_s": {"total": 2.0, "guard": 0.1}}


def test_right_and_wrong_fields_are_counted_by_kind() -> None:
    report = report_fields(
        [_case(number="12", urgency=""), _case(number="13", urgency="KHẨN")],
        [_record("registered", number="12"), _record("review", number="18", urgency="KHẨN")],
    )
    assert report.rows["number (by hand or stamped)"] == Tally(errors=1, letters=2)
    assert report.rows["urgency (none on paper)"] == Tally(errors=0, letters=1)
    assert report.accepted_documents == Tally(errors=0, letters=1)
    assert report.review_share == 0.5


def test_accepted_but_wrong_counts_fields_and_documents() -> None:
    report = report_fields(
        [_case(number="12", type="Công văn")], [_record("registered", number="1")]
    )
    assert report.accepted_fields == Tally(errors=2, letters=2)
    assert report.accepted_documents == Tally(errors=1, letters=1)
    assert {failure.field for failure in report.failures} == {"number", "type"}


def test_secret_documents_count_as_missed_unless_held() -> None:
    report = report_fields(
        [_case("MẬT", number="1"), _case("MẬT", number="1"), _case(number="1")],
        [_record("quarantined"), _record("registered", number="1"), _record("quarantined")],
    )
    assert report.secrecy_missed == Tally(errors=1, letters=2)
    assert report.secrecy_false == Tally(errors=1, letters=1)
    assert report.rows["number"] == Tally(errors=1, letters=1)


def test_document_without_answer_is_wrong_in_every_field() -> None:
    report = report_fields([_case(number="1", subject="x")], [None])
    assert report.rows["subject"].errors == 1
    assert report.states == {"no answer": 1}


def test_calibration_error_compares_confidence_with_truth() -> None:
    report = report_fields(
        [_case(number="1"), _case(number="2")],
        [_record("review", 0.8, number="1"), _record("review", 0.8, number="9")],
    )
    assert report.calibration_error() == pytest.approx(0.3)


def test_absent_letters_give_no_cases(tmp_path: Path) -> None:
    assert letter_cases(tmp_path) == []


def test_generator_cases_point_at_files(tmp_path: Path) -> None:
    truth = {"file": "scans/a.pdf", "fields": {"secrecy": "MẬT"}, "number_handwritten": True,
             "day_handwritten": False}  # fmt: skip
    (case,) = generator_cases(tmp_path, [truth])
    assert case.path == tmp_path / "scans" / "a.pdf"
    assert case.secrecy == "MẬT"
