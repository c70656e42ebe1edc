"""How numbers and days of headings are scored."""

from __future__ import annotations

from training.headings_check import DAY, NUMBER, digits_in, made_headings


def test_digits_are_found_between_the_anchors() -> None:
    """Leading zeros and strewn spaces do not count."""
    assert digits_in(NUMBER, "Số: 0 5 /CT-UBND") == "5"
    assert digits_in(DAY, "Hà Nội, ngày06 tháng 01 năm 2025") == "6"
    assert digits_in(NUMBER, "Nơi nhận:") == ""


def test_inventing_a_number_is_an_error() -> None:
    """An empty gap read as a number is wrong, read as empty it is right."""
    pairs = [("Số: /QĐ-UBND", "Số: 1/QĐ-UBND"), ("Số: /QĐ-UBND", "Số: /QĐ-UBND")]
    found = made_headings(pairs)
    assert [reading.name for reading in found] == ["made number left empty"] * 2
    assert [reading.is_right for reading in found] == [False, True]
