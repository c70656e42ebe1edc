"""An issuer's own name, settled by the place and the body."""

from __future__ import annotations

import pytest

from stages.extract.named import settle_name
from tests.unit.extract.paper import Paper


def settled(read: str, *said: str, confidence: float = 0.8) -> tuple[str, float]:
    """An issuer beside a page that says this elsewhere."""
    paper = Paper()
    for row, text in enumerate(said):
        paper.at(30, 60 + 8 * row, text, confidence=0.99)
    return settle_name(read, confidence, [paper.page()])


@pytest.mark.parametrize(
    ("read", "said", "meant"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN VĂN CHẨN", "Văn Chấn, ngày 05 tháng 3 năm 2024",
         "ỦY BAN NHÂN DÂN HUYỆN VĂN CHẤN"),
        ("TRƯỜNG THPT LƯƠNG THỂ VINH", "học sinh Trường THPT Lương Thế Vinh năm học",
         "TRƯỜNG THPT LƯƠNG THẾ VINH"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUỆ", "Huế, ngày 05 tháng 3 năm 2024",
         "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ"),
        ("ỦY BAN NHÂN DÂN HUYỆN VĂN CHẤN", "đồng chí Trần Văn Chân", None),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ", "bà Nguyễn Thị Huệ; chị Huệ", None),
        ("ỦY BAN NHÂN DÂN HUYỆN PHÙ CÁT", "tại xã Phú Cát", None),
        ("SỞ NỘI VỤ", "Sở Nội vu", None),
        ("ỦY BAN NHÂN DÂN XÃ KIM ĐÍNH", "xã Kim Bình", None),
    ],
)  # fmt: skip
def test_a_name_is_as_the_document_spells_it_elsewhere(
    read: str, said: str, meant: str | None
) -> None:
    assert settled(read, said)[0] == (meant or read)


def test_an_echo_takes_doubt_away_but_not_of_a_torn_line() -> None:
    said = "Văn Chấn, ngày 05 tháng 3 năm 2024"
    assert settled("ỦY BAN NHÂN DÂN HUYỆN VĂN CHẤN", said)[1] == pytest.approx(0.92)
    assert settled("ỦY N NHÂN DÂN HUYỆN VĂN CHẤN", said)[1] == 0.8


def test_one_echo_does_not_outweigh_a_sure_reading() -> None:
    read = "ỦY BAN NHÂN DÂN HUYỆN TAM NÔNG"
    assert settled(read, "Tạm Nông, ngày 05", confidence=0.999)[0] == read
    twice = ("Tạm Nông, ngày 05", "huyện Tạm Nông")
    assert settled(read, *twice, confidence=0.999)[0] == "ỦY BAN NHÂN DÂN HUYỆN TẠM NÔNG"
