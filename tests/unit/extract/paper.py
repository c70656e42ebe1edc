"""Draws pages of words for tests: lines at millimetres, words as wide as print is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.model.records import POINTS_PER_MM, Box, Field, Page, Quality, Verdict, Word
from stages.extract.fields import extract_fields
from stages.extract.rules import Rules, load_rules

RULES_DIR = Path(__file__).parents[3] / "config" / "rules"
TODAY = dt.date(2026, 11, 22)
LEFT_AXIS, RIGHT_AXIS, MIDDLE = 62.0, 146.0, 112.0
"""Axes of the issuer's column, the nation's column and the type area, millimetres."""

_RULES: list[Rules] = []


def rules() -> Rules:
    """The shipped tables, read once."""
    if not _RULES:
        _RULES.append(load_rules(RULES_DIR))
    return _RULES[0]


def width_mm(text: str, size_pt: float) -> float:
    """About the width of a word in print."""
    wide = sum(0.66 if letter.isupper() else 0.47 for letter in text)
    return wide * size_pt / POINTS_PER_MM


class Paper:
    """One A4 page that lines are set on."""

    def __init__(self, number: int = 1) -> None:
        """Start with an empty page."""
        self._number = number
        self._words: list[Word] = []
        self._line = 0

    def centred(self, axis_mm: float, y_mm: float, text: str, **style: float) -> Paper:
        """Set a line around an axis."""
        size = style.get("size_pt", 13.0)
        space = 0.3 * size / POINTS_PER_MM
        whole = sum(width_mm(word, size) + space for word in text.split()) - space
        return self.at(axis_mm - whole / 2, y_mm, text, **style)

    def at(self, x_mm: float, y_mm: float, text: str, **style: float) -> Paper:
        """Set a line from a point; `|` in the text leaves a gap of 12 mm."""
        size = style.get("size_pt", 13.0)
        confidence = style.get("confidence", 0.95)
        for part in text.split():
            if part == "|":
                x_mm += 12.0
                continue
            is_hand = part.startswith("~")
            word = part.lstrip("~")
            wide = width_mm(word, size)
            box = Box(
                x0=x_mm * POINTS_PER_MM,
                y0=y_mm * POINTS_PER_MM,
                x1=(x_mm + wide) * POINTS_PER_MM,
                y1=(y_mm + size * 0.9 / POINTS_PER_MM) * POINTS_PER_MM,
            )
            self._words.append(
                Word(
                    text=word, box=box, confidence=confidence, line=self._line,
                    is_handwritten=is_hand,
                )
            )  # fmt: skip
            x_mm += wide + 0.3 * size / POINTS_PER_MM
        self._line += 1
        return self

    def head(self, *issuer: str, code: str, place_date: str) -> Paper:
        """Set the head of NĐ 30/2020: issuer's lines, nation, number, place and date."""
        y = 20.0
        for line in issuer:
            self.centred(LEFT_AXIS, y, line)
            y += 5.2
        self.centred(RIGHT_AXIS, 20.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        self.centred(RIGHT_AXIS, 25.6, "Độc lập - Tự do - Hạnh phúc", size_pt=14)
        y = max(y, 31.0) + 3
        self.centred(LEFT_AXIS, y, code)
        if place_date:
            self.centred(RIGHT_AXIS, y, place_date)
        return self

    def titled(self, kind: str, *subject: str, y_mm: float = 52.0) -> Paper:
        """Set the type's line and the subject below it."""
        self.centred(MIDDLE, y_mm, kind, size_pt=14)
        for line in subject:
            y_mm += 5.9
            self.centred(MIDDLE, y_mm, line, size_pt=14)
        return self

    def body(self, y_mm: float = 90.0, lines: int = 4) -> Paper:
        """Set lines of prose over the whole width."""
        text = "các cơ quan đơn vị có liên quan chịu trách nhiệm thi hành văn bản này kể từ"
        for _ in range(lines):
            self.at(32.0, y_mm, text)
            y_mm += 6.4
        return self

    def signed(self, *titles: str, name: str, y_mm: float = 180.0) -> Paper:
        """Set `Nơi nhận` with two receivers and, to its right, posts and name."""
        self.at(30.0, y_mm, "Nơi nhận:", size_pt=12)
        self.at(30.0, y_mm + 6, "- Như trên;", size_pt=11)
        self.at(30.0, y_mm + 11, "- Lưu: VT, TH.", size_pt=11)
        y = y_mm
        for line in titles:
            self.centred(150.0, y, line, size_pt=13)
            y += 5.6
        if name:
            self.centred(150.0, y + 26, name, size_pt=13)
        return self

    def page(self) -> Page:
        """The page as read."""
        return Page(
            number=self._number,
            width_mm=210.0,
            height_mm=297.0,
            dpi=300.0,
            skew_deg=0.0,
            rotation_deg=0,
            is_blank=not self._words,
            quality=Quality(verdict=Verdict.GOOD),
            words=tuple(self._words),
            reader="test",
        )


def fields_of(*papers: Paper, today: dt.date = TODAY) -> dict[str, Field]:
    """The fields of a document by name."""
    pages = [paper.page() for paper in papers]
    return {item.name: item for item in extract_fields(pages, rules(), today=today)}


def values_of(*papers: Paper) -> dict[str, str]:
    """The values of a document by name."""
    return {name: item.value for name, item in fields_of(*papers).items()}
