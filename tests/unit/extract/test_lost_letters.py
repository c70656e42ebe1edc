"""What stamps, seals and neighbours take from a field is put back or told as doubt."""

from __future__ import annotations

import pytest

from stages.extract.capitals import mend_capitals, whole_body
from stages.extract.echoes import named_as_in_head
from stages.extract.notation import repair_notation
from stages.extract.posts import read_post
from stages.review.doubt import DEFAULT_THRESHOLDS
from tests.unit.extract.paper import RIGHT_AXIS, Paper, fields_of, rules, values_of

DAY = "Sơn La, ngày 05 tháng 3 năm 2024"


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("SNV-TTr", "SNV-TTr"),
        ("QĐ-TTg", "QĐ-TTg"),
        ("QĐ-UBNO", "QĐ-UBND"),
        ("TTr-UBND", "TTr-UBND"),
    ],
)
def test_a_unit_called_as_a_type_is_keeps_its_letters(raw: str, meant: str) -> None:
    assert repair_notation(raw, rules())[0] == meant


@pytest.mark.parametrize(
    ("title", "read", "meant"),
    [
        ("KẾ HOẠCH", "KII-SNV", "KH-SNV"),
        ("KẾ HOẠCH", "KHT-UBND", "KH-UBND"),
        ("TỜ TRÌNH", "TTT-UBND", "TTr-UBND"),
        ("BÁO CÁO", "UBND-TH", "UBND-TH"),
        ("TỜ TRÌNH", "TB-UBND", "TB-UBND"),
    ],
)
def test_a_notation_begins_as_the_printed_type_does(title: str, read: str, meant: str) -> None:
    paper = Paper().head("SỞ NỘI VỤ", code=f"Số: 45/{read}", place_date=DAY)
    assert values_of(paper.titled(title, "Về việc thử"))["notation"] == meant


def test_letters_of_no_type_before_the_body_are_in_doubt() -> None:
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 45/XYZ-SNV", place_date=DAY)
    notation = fields_of(paper.titled("GIẤY MỜI", "Dự họp"))["notation"]
    assert notation.confidence < DEFAULT_THRESHOLDS["notation"]


def test_a_body_of_one_letter_has_lost_the_others() -> None:
    def doubt(code: str) -> float:
        return fields_of(Paper().head("SỞ Y TẾ", code=code, place_date=DAY))["notation"].confidence

    assert doubt("Số: 45/TB-T") < DEFAULT_THRESHOLDS["notation"] < doubt("Số: 45/TB-SYT")


@pytest.mark.parametrize(
    ("read", "post"),
    [
        ("CHỦ TỊ", "CHỦ TỊCH"),
        ("CHỦ TRÌ", "CHỦ TRÌ"),
        ("GIÁM ĐỐ", "GIÁM ĐỐC"),
        ("CHỦ TỊCH", "CHỦ TỊCH"),
    ],
)
def test_a_post_whose_end_is_lost_is_the_one_that_begins_so(read: str, post: str) -> None:
    assert read_post(read, rules()).name == post


@pytest.mark.parametrize(
    ("line", "whole"),
    [("UBND TỈNH ĐIỆN", "UBND TỈNH ĐIỆN BIÊN"), ("UBND TỈNH QUẢNG", "UBND TỈNH QUẢNG"),
     ("UBND TỈNH SƠN LA", "UBND TỈNH SƠN LA")],
)  # fmt: skip
def test_half_of_a_provinces_name_is_made_whole_where_only_one_begins_so(
    line: str, whole: str
) -> None:
    mended = mend_capitals(line, rules(), confidence=0.99)
    assert mended.text == whole
    if line != whole:
        assert mended.known == 0.0


@pytest.mark.parametrize(
    ("read", "whole"),
    [
        ("CỤC VĂN THƯ VÀ LƯ TRỮ NHÀ NƯỚC", "CỤC VĂN THƯ VÀ LƯU TRỮ NHÀ NƯỚC"),
        ("BỘ TÀI CHÍN", "BỘ TÀI CHÍNH"),
        ("BỘ KHOA HỌC VÀ CÔNG", "BỘ KHOA HỌC VÀ CÔNG NGHỆ"),
        ("BỘ GIÁO DỤC", "BỘ GIÁO DỤC"),
        ("BỘ NÔNG NGHIỆP", "BỘ NÔNG NGHIỆP"),
        ("ỦY BAN NHÂN DÂN", "ỦY BAN NHÂN DÂN"),
        ("SỞ NỘI VỤ", "SỞ NỘI VỤ"),
    ],
)
def test_a_listed_body_is_whole_but_for_a_letter_or_its_end(read: str, whole: str) -> None:
    """`BỘ GIÁO DỤC` and `BỘ NÔNG NGHIỆP` were bodies of their own."""
    assert whole_body(read, rules()) == whole


def test_a_committee_that_goes_on_as_a_department_has_lost_a_line() -> None:
    lost = Paper().head(
        "ỦY BAN NHÂN DÂN", "TỈNH ĐẮK LẮK", "VÀ CÔNG NGHỆ", code="Số: 1/CT-SKHCN", place_date=DAY
    )
    assert fields_of(lost)["issuer"].confidence < DEFAULT_THRESHOLDS["issuer"]


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("V/v thu gom rác trên địa bàn xã Cấm Thạch năm 2025", "xã Cẩm Thạch năm"),
        ("V/v thu gom rác trên địa bàn xã Cẩm Thạch, xã Cẩm Lệ", "xã Cẩm Thạch, xã Cẩm Lệ"),
        ("V/v cấm thạch cao", "cấm thạch cao"),
    ],
)
def test_a_subject_names_its_unit_as_issuer_and_place_do(subject: str, said: str) -> None:
    assert said in named_as_in_head(subject, "ỦY BAN NHÂN DÂN XÃ CẨM THẠCH", "Cẩm Thạch")
    assert named_as_in_head(subject, "ỦY BAN NHÂN DÂN XÃ CẤM THẠCH", "Cẩm Thạch") == subject


def test_a_ward_before_hoa_is_not_parted() -> None:
    """`PHƯỜNG HÒA …` is no `…CỘNG HÒA XÃ HỘI`."""
    paper = Paper().head("ỦY BAN NHÂN DÂN", "PHƯỜNG HÒA BÌNH", code="Số: 1/TB-UBND", place_date=DAY)
    assert values_of(paper)["issuer"] == "ỦY BAN NHÂN DÂN PHƯỜNG HÒA BÌNH"


def test_a_place_begins_behind_the_number_that_stands_close_to_it() -> None:
    paper = Paper().head("SỞ Y TẾ", code="Số: 45/TB-SYT", place_date="")
    paper.centred(RIGHT_AXIS, 34.0, f"46/TB-SYT {DAY}")
    assert values_of(paper)["place"] == "Sơn La"


def test_a_committee_of_no_unit_has_lost_a_line() -> None:
    def sure(*issuer: str) -> float:
        code = "Số: 45/TB-UBND"
        return fields_of(Paper().head(*issuer, code=code, place_date=DAY))["issuer"].confidence

    assert sure("ỦY BAN NHÂN DÂN", "KHOA HỌC VÀ CÔNG NGHỆ") < 0.8
    assert sure("ỦY BAN NHÂN DÂN", "TỈNH SƠN LA") > 0.8


@pytest.mark.parametrize("glued", ["5/7125cán", "Ngy2cán"])
def test_a_word_that_a_stamp_wrote_into_keeps_its_end(glued: str) -> None:
    paper = Paper().head("SỞ Y TẾ", code="Số: 45/TB-SYT", place_date=DAY)
    paper.titled("THÔNG BÁO", "Kết quả bồi dưỡng công chức và đánh giá")
    words = "bộ, công chức giai đoạn mới của ngành"
    paper.at(62.0, 64.0, glued, confidence=0.1).at(78.0, 64.0, words)
    subject = fields_of(paper)["subject"]
    assert "đánh giá cán bộ, công chức" in subject.value
    assert subject.confidence < 0.9
