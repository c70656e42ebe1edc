"""Heads of 1945-1990: other titles, other numbers, columns that the title does not part."""

from __future__ import annotations

import pytest

from pipeline.model.records import Field
from tests.unit.extract.paper import LEFT_AXIS, RIGHT_AXIS, Paper, fields_of

DEMOCRATIC, STATE = "VIỆT NAM DÂN CHỦ CỘNG HÒA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
WORKERS = "ĐẢNG LAO ĐỘNG VIỆT NAM"


def head(title: str, *issuer: str, code: str, day: str) -> Paper:
    """A typed head under that title."""
    paper = Paper()
    for ordinal, line in enumerate(issuer):
        paper.centred(LEFT_AXIS, 20 + 5 * ordinal, line)
    paper.centred(RIGHT_AXIS, 20, title)
    if title != WORKERS:
        paper.centred(RIGHT_AXIS, 25, "Độc lập – Tự do – Hạnh phúc")
    paper.centred(LEFT_AXIS, 34, code)
    return paper.centred(RIGHT_AXIS, 34, day)


def old(title: str, *issuer: str, code: str, day: str) -> dict[str, Field]:
    """Fields of a decision with such a head."""
    return fields_of(head(title, *issuer, code=code, day=day).titled("QUYẾT ĐỊNH", "về việc thử"))


@pytest.mark.parametrize(
    ("title", "line", "code", "number", "notation"),
    [
        (DEMOCRATIC, "Số: 45 TC/ĐTPT", "45 TC/ĐTPT", "45", "TC/ĐTPT"),
        (DEMOCRATIC, "Số: 300 BC-KCHC", "300 BC-KCHC", "300", "BC-KCHC"),
        (DEMOCRATIC, "Số: 52/TTr-UBHC", "52/TTr-UBHC", "52", "TTr-UBHC"),
        (STATE, "Số: 14-CT", "14-CT", "14", "CT"),
        (STATE, "Số: 83-HĐBT", "83-HĐBT", "83", "HĐBT"),
        (STATE, "Số: 12 QĐ-UB", "12/QĐ-UB", "12", "QĐ-UB"),
        (WORKERS, "Số 123-NQ/TW", "123-NQ/TW", "123", "NQ/TW"),
    ],
)
def test_numbers_as_they_were_written_then(
    title: str, line: str, code: str, number: str, notation: str
) -> None:
    fields = old(title, "BỘ TÀI CHÍNH", code=line, day="Hà Nội, ngày 5 tháng 3 năm 1961")
    values = [fields[name].value for name in ("code", "number", "notation")]
    assert values == [code, number, notation]
    assert fields["issued_date"].value == "1961-03-05"


def test_place_and_date_left_of_a_short_title_are_no_part_of_the_number() -> None:
    day = "Thị xã Thái Bình, ngày 12 tháng 10 năm 1958"
    fields = old(DEMOCRATIC, "ỦY BAN HÀNH CHÍNH", "TỈNH THÁI BÌNH", code="Số: 81/QĐ-UBHC", day=day)
    assert fields["code"].value == "81/QĐ-UBHC"
    assert fields["issued_date"].value == "1958-10-12"
    assert fields["issuer"].value == "ỦY BAN HÀNH CHÍNH TỈNH THÁI BÌNH"


def test_a_service_of_the_province_has_the_committee_above() -> None:
    day = "Hà Đông, ngày 1 tháng 2 năm 1963"
    fields = old(DEMOCRATIC, "ỦY BAN HÀNH CHÍNH", "TỈNH HÀ ĐÔNG", "TY GIÁO DỤC",
                 code="Số: 9 GD/TC", day=day)  # fmt: skip
    assert fields["issuer"].value == "TY GIÁO DỤC"
    assert fields["issuer_parent"].value == "ỦY BAN HÀNH CHÍNH TỈNH HÀ ĐÔNG"


def test_a_subject_begins_with_a_capital() -> None:
    day = "Hà Nội, ngày 5 tháng 3 năm 1961"
    assert old(STATE, "BỘ TÀI CHÍNH", code="Số: 1/TC", day=day)["subject"].value == "Về việc thử"


def test_v_over_v_alone_makes_a_letter() -> None:
    """No type, no addressee: the subject under the number alone says what it is."""
    day = "Hà Nội, ngày 5 tháng 3 năm 1961"
    paper = head(DEMOCRATIC, "BỘ TÀI CHÍNH", code="Số: 45 TC/ĐTPT", day=day)
    paper.centred(LEFT_AXIS, 40, "V/v cấp vốn thủy lợi")
    fields = fields_of(paper.body())
    assert fields["type"].value == "Công văn"
    assert fields["subject"].value == "V/v cấp vốn thủy lợi"
