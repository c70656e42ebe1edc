"""Covers of dossiers: what they say, and what is no cover."""

from __future__ import annotations

import json

import pytest

from stages.extract.cover import cover_to_json, read_cover
from tests.unit.extract.paper import MIDDLE, Paper


def cover(*foot: str) -> Paper:
    """A cover with these lines below its title."""
    paper = Paper().centred(MIDDLE, 30, "TY GIÁO DỤC THANH HÓA")
    paper.centred(MIDDLE, 80, "HỒ SƠ", size_pt=26)
    paper.centred(MIDDLE, 100, "Hồ sơ số hóa lớp vỡ lòng")
    paper.centred(MIDDLE, 108, "ở các huyện miền núi")
    for at, line in enumerate(foot):
        paper.centred(MIDDLE, 130 + 10 * at, line)
    return paper


WHOLE = (
    "Từ ngày 05 tháng 3 năm 1961 đến ngày 12/1962",
    "Gồm: 45 tờ",
    "Phông: Ty Giáo dục Thanh Hóa",
    "Mục lục số: 02 Hồ sơ số: 117",
    "Thời hạn bảo quản: Vĩnh viễn ......",
)


def test_a_cover_tells_all_that_stands_on_it() -> None:
    facts = {fact.name: fact.value for fact in read_cover(cover(*WHOLE).page())}
    assert facts == {
        "title": "Hồ sơ số hóa lớp vỡ lòng ở các huyện miền núi",
        "start_date": "1961-03-05",
        "end_date": "1962-12",
        "sheet_total": "45",
        "fonds": "Ty Giáo dục Thanh Hóa",
        "catalogue": "02",
        "notation": "117",
        "retention": "Vĩnh viễn",
    }


def test_a_fact_is_as_sure_as_its_least_sure_word() -> None:
    paper = cover(*WHOLE[:3])
    paper.centred(MIDDLE, 200, "Thời hạn bảo quản: Lâu dài", confidence=0.4)
    told = json.loads(cover_to_json(read_cover(paper.page())))
    assert told["retention"] == ["Lâu dài", 0.4]
    assert told["sheet_total"] == ["45", 0.95]


@pytest.mark.parametrize("foot", [(), ("Gồm: 45 tờ",), ("Kính gửi các Ty", "Phông chữ to")])
def test_less_than_two_labels_make_no_cover(foot: tuple[str, ...]) -> None:
    assert read_cover(cover(*foot).page()) == ()


def test_a_letter_about_dossiers_is_no_cover() -> None:
    paper = Paper().head(
        "BỘ NỘI VỤ", code="Số: 5/BNV", place_date="Hà Nội, ngày 1 tháng 2 năm 2024"
    )
    paper.titled("QUYẾT ĐỊNH", "Về thời hạn bảo quản: hồ sơ số 12, mục lục số 3 từ ngày 1/2/2024")
    assert read_cover(paper.page()) == ()
