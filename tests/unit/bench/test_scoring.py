"""The scorer counts what a person would count."""

from __future__ import annotations

import unicodedata

import pytest

from bench.fields import fold_field, is_same, modern_tones
from bench.scoring import Tally, cer, find_line, folded, plain, score_page


@pytest.mark.parametrize(
    ("truth", "read", "rate"),
    [
        ("số hóa", "số hóa", 0.0),
        ("số hóa", "sốhóa", 0.0),
        ("số hóa", unicodedata.normalize("NFD", "số hóa"), 0.0),
        ("2021 - 2026", "2021–2026", 0.0),
        ("“Điều 1”", '"Điều 1"', 0.0),
        ("abcd", "abxd", 0.25),
        ("abcd", "", 1.0),
    ],
)
def test_folded_rate(truth: str, read: str, rate: float) -> None:
    assert cer(truth, read) == rate


def test_plain_rate_counts_spaces() -> None:
    assert cer("số hóa", "sốhóa", keep_spaces=True) == pytest.approx(1 / 6)
    assert plain(" a\n b ") == "a b"
    assert folded(" a\n b ") == "ab"


@pytest.mark.parametrize(
    ("line", "page", "start", "end", "distance"),
    [
        ("abc", "xxabcxx", 2, 5, 0),
        ("abcde", "zzabXdezz", 2, 7, 1),
        ("abcde", "zzabdezz", 2, 6, 1),
        ("abc", "", 0, 0, 3),
    ],
)
def test_line_is_found_at_its_nearest_place(
    line: str, page: str, start: int, end: int, distance: int
) -> None:
    found = find_line(line, page)
    assert (found.start, found.end, found.distance) == (start, end, distance)


def test_order_of_lines_does_not_matter() -> None:
    lines = ["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/QĐ-UBND"]
    score = score_page(lines, "\n".join(reversed(lines)))
    assert score.cer == 0
    assert score.exact_lines == Tally(errors=0, letters=3)


def test_stray_letters_count_as_inserted_but_stamps_do_not() -> None:
    lines = ["Kính gửi: Sở Nội vụ"]
    read = "ĐẾN\nKính gửi: Sở Nội vụ\n~;x"
    assert score_page(lines, read).inserted == 6
    assert score_page(lines, read, optional=["ĐẾN"]).inserted == 3
    assert score_page(lines, read, count_inserted=False).cer == 0


def test_a_lost_line_costs_all_its_letters() -> None:
    score = score_page(["abcdefghij", "klmnopqrst"], "abcdefghij")
    assert score.lines == Tally(errors=10, letters=20)


def test_numbers_dates_and_codes_are_counted_apart() -> None:
    score = score_page(
        ["Số: 12/QĐ-UBND ngày 05/7/2025, và thêm"], "Số: 17/QĐ-UBND ngày 05/7/2025, va thêm"
    )
    assert score.numeral_words == Tally(errors=1, letters=2)
    assert score.numerals.errors == 1
    assert score.lines.errors == 2


@pytest.mark.parametrize(
    ("name", "expected", "got"),
    [
        ("issuer", "UỶ BAN NHÂN DÂN TỈNH", "Ủy ban nhân dân tỉnh"),
        ("code", "24/TTr-UBND", "24 / TTr -UBND"),
        ("notation", "2025/NĐ-CP", "NĐ-CP"),
        ("subject", "V/v cử cán bộ", "cử cán bộ"),
        ("signer_title", "KT. CHỦ TỊCH | PHÓ CHỦ TỊCH", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),
        ("recipients", "Như trên; Lưu: VT, NC (3b)", "- Như trên;\n- Lưu: VT, NC (3b)."),
        ("subject", "giai đoạn 2021 - 2026", "giai đoạn  2021 – 2026"),
    ],
)
def test_same_field_in_another_form_is_right(name: str, expected: str, got: str) -> None:
    assert is_same(name, expected, got), (fold_field(name, expected), fold_field(name, got))


@pytest.mark.parametrize(
    ("name", "expected", "got"),
    [
        ("number", "012", "12"),
        ("subject", "Về cử cán bộ", "về cử cán bộ"),
        ("signer_name", "Lê Văn Quế", "Lê Văn Quê"),
        ("issued_date", "2025-07-05", ""),
    ],
)
def test_another_value_is_wrong(name: str, expected: str, got: str) -> None:
    assert not is_same(name, expected, got)


def test_old_tone_places_become_modern() -> None:
    assert modern_tones("Uỷ hoà THUỶ khoẻ quý toàn") == "Ủy hòa THỦY khỏe quý toàn"
