"""A line drawn across two columns is split where its neighbours show the gutter."""

from __future__ import annotations

from stages.read.line_reader.columns import split_columns
from stages.read.line_reader.records import ReadLine, ReadWord


def line(y0: float, *words: tuple[str, float, float]) -> ReadLine:
    """Return a line 30 px high of words with their edges."""
    read = tuple(
        ReadWord(text=text, x0=x0, y0=y0, x1=x1, y1=y0 + 30, confidence=0.9)
        for text, x0, x1 in words
    )
    return ReadLine(
        words=read,
        x0=words[0][1],
        y0=y0,
        x1=words[-1][2],
        y1=y0 + 30,
        confidence=0.9,
        alternatives=("x",),
    )


def test_line_over_both_columns_is_split_at_the_gutter() -> None:
    """Issuer and quốc hiệu on one row, with the next row in two columns."""
    merged = line(
        100, ("THỦ", 100, 160), ("TƯỚNG", 170, 300), ("CỘNG", 340, 450), ("HÒA", 460, 540)
    )
    lines = [merged, line(140, ("Số:", 150, 220)), line(140, ("Độc", 380, 500))]
    parts = split_columns(lines)
    assert [part.text for part in parts] == ["THỦ TƯỚNG", "CỘNG HÒA", "Số:", "Độc"]
    assert (parts[0].x1, parts[1].x0) == (300, 340)


def test_gap_for_a_number_is_not_split() -> None:
    """The line above crosses the gap, so the heading stays one."""
    lines = [line(60, ("SỞ", 100, 400)), line(100, ("Số:", 100, 150), ("/QĐ-UBND", 240, 380))]
    assert split_columns(lines) == lines


def test_wide_spaces_of_prose_are_not_split() -> None:
    """Justified lines have no gutter."""
    lines = [line(100 + 40 * k, ("một", 100, 300), ("hai", 330, 600)) for k in range(3)]
    assert split_columns(lines) == lines
