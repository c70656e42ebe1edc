"""The number's cell: what is read, what is mended, what is refused."""

from __future__ import annotations

import pytest

from pipeline.model.records import Field, FieldSource
from stages.review.doubt import DEFAULT_THRESHOLDS
from tests.unit.extract.paper import LEFT_AXIS, Paper, fields_of

DAY = "Quảng Ngãi, ngày 05 tháng 3 năm 2024"


def code_fields(line: str, *, confidence: float = 0.95) -> dict[str, Field]:
    """Fields of a head whose number line reads so."""
    paper = Paper().head("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", code="", place_date=DAY)
    paper.centred(LEFT_AXIS, 34, line, confidence=confidence)
    return fields_of(paper.titled("QUYẾT ĐỊNH", "Về việc thử"))


@pytest.mark.parametrize(
    ("line", "number", "notation"),
    [
        ("Số: 01/TTr-UBND", "01", "TTr-UBND"),
        ("Số: 01 /TTr -UBND", "01", "TTr-UBND"),
        ("Số:15/QĐ-BNV", "15", "QĐ-BNV"),
        ("Số 77/QĐ–UBND", "77", "QĐ-UBND"),
        ("Số: 12/QÐ-UBND", "12", "QĐ-UBND"),
        ("Số: 12/QD-UBND", "12", "QĐ-UBND"),
        ("Số: 12/QĐĐ-UBND", "12", "QĐ-UBND"),
        ("Số: 12/Đ-UBND", "12", "QĐ-UBND"),
        ("Sô: 299/UBND-TTHC", "299", "UBND-TTHC"),
        ("S6: 299/UBND-TTHC", "299", "UBND-TTHC"),
        ("Số: 18a/KH-UBND", "18a", "KH-UBND"),
        ("Số: | /QĐ-UBND", "", "QĐ-UBND"),
        ("Số: 15 57/BTC-PTHT", "1557", "BTC-PTHT"),
        ("Số: 05/2025/TT-BKHCN", "05", "TT-BKHCN"),
        ("Số: 1022/QĐ-NĐ-UB", "1022", "QĐ-NĐ-UB"),
        ("Số: 08/TTLT-BNV-BTC", "08", "TTLT-BNV-BTC"),
    ],
)
def test_number_and_notation_are_parted(line: str, number: str, notation: str) -> None:
    fields = code_fields(line)
    assert (fields["number"].value, fields["notation"].value) == (number, notation)


@pytest.mark.parametrize(("title", "notation"), [("HƯỚNG DẪN", "HD-UBND"), ("HỢP ĐỒNG", "HĐ-UBND")])
@pytest.mark.parametrize("read", ["HD", "HĐ"])
def test_the_printed_type_settles_the_stroke_of_its_abbreviation(
    title: str, notation: str, read: str
) -> None:
    paper = Paper().head("ỦY BAN NHÂN DÂN", code=f"Số: 804/{read}-UBND", place_date=DAY)
    assert fields_of(paper.titled(title, "Về việc thử"))["notation"].value == notation


def test_a_pen_over_the_stroke_leaves_the_number_and_a_doubtful_notation() -> None:
    fields = code_fields("Số: 122Đ-THPT")
    assert (fields["number"].value, fields["notation"].value) == ("122", "QĐ-THPT")
    assert fields["notation"].confidence < DEFAULT_THRESHOLDS["notation"]
    assert fields["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"


def test_letters_in_a_number_give_a_doubtful_reading() -> None:
    field = code_fields("Số: lO2/QĐ-UBND")["number"]
    assert field.value == "102"
    assert field.confidence < 0.5
    assert field.source is FieldSource.HANDWRITTEN


def test_what_no_digit_can_be_is_not_made_into_a_number() -> None:
    field = code_fields("Số: #&% /QĐ-UBND")["number"]
    assert field.value == ""
    assert field.confidence == 0.0


def test_an_empty_cell_keeps_its_place_for_the_person() -> None:
    field = code_fields("Số: | | /QĐ-UBND")["number"]
    assert field.value == ""
    assert field.box is not None


def test_handwriting_is_named_as_source() -> None:
    assert code_fields("Số: ~47 /QĐ-UBND")["number"].source is FieldSource.HANDWRITTEN


def test_an_unsure_reading_stays_unsure() -> None:
    number = code_fields("Số: 47/QĐ-UBND", confidence=0.1)["number"]
    assert number.confidence < DEFAULT_THRESHOLDS["number"] - 0.2


def test_an_arrival_stamp_is_not_the_number() -> None:
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 47/QĐ-SNV", place_date=DAY)
    paper.at(20, 44, "ĐẾN Số: 2352", size_pt=10)
    fields = fields_of(paper.titled("QUYẾT ĐỊNH", "Về việc thử", y_mm=60))
    assert fields["number"].value == "47"
