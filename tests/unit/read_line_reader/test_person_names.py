"""Names of persons: which lines are one, and what may be preferred in them."""

from __future__ import annotations

import pytest

from stages.read.line_reader.person_names import choose, family_at


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("Nguyễn Tuẩn Anh", 0),
        ("Lò Ưng", 0),
        ("ThS. Trân Văn Thử", 1),
        ("Nguyễn Văn An và các thành viên", None),
        ("NGUYỄN VĂN AN", None),
        ("Quyết Định", None),
        ("Nguyễn", None),
        ("Số 15/QĐ-UBND", None),
        ("", None),
    ],
)
def test_a_line_that_is_a_name_is_told(line: str, at: int | None) -> None:
    assert family_at(line.split()) == at


def test_a_part_of_names_wins_where_the_eye_doubts() -> None:
    text, share = choose([("Tuẩn", 0.6), ("Tuấn", 0.3)], is_family=False)
    assert text == "Tuấn"
    assert 0.5 < share < 1.0


@pytest.mark.parametrize(("bare", "marked"), [("Thi", "Thị"), ("Ba", "Bá")])
def test_the_middle_of_a_name_has_its_mark(bare: str, marked: str) -> None:
    readings = [(bare, 0.6), (marked, 0.3)]
    assert choose(readings, is_family=False)[0] == bare
    assert choose(readings, is_family=False, is_middle=True)[0] == marked


@pytest.mark.parametrize(
    "readings",
    [
        [("Tuẩn", 0.95), ("Tuấn", 0.04)],  # the eye is sure
        [("Ưng", 0.5), ("Ứng", 0.3)],  # both are names
        [("Khuẻo", 0.5), ("Khuểo", 0.3)],  # neither is
        [("Tuẩn", 0.4), ("Toàn", 0.35)],  # other letters are never compared
    ],
)
def test_else_the_eye_decides(readings: list[tuple[str, float]]) -> None:
    assert choose(readings, is_family=False)[0] == readings[0][0]


def test_a_family_name_is_settled_among_family_names() -> None:
    assert choose([("Vủ", 0.5), ("Vũ", 0.3)], is_family=True)[0] == "Vũ"
    assert choose([("Vủ", 0.5), ("Vũ", 0.01)], is_family=True)[0] == "Vủ"
