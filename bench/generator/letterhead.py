"""Sets the head of page 1: cells 1 to 5 and 9a, with number and day printed or by hand.

Measures of Nghị định 30/2020, annex I (sizes in points, rules, columns).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.generator.fonts import FontBook, Style
from bench.generator.handwriting import Hand, write
from bench.generator.model import Box, HandStyle, Letter
from bench.generator.sheet import MM, LineRecord, Sheet
from bench.generator.stamps import REDS, STAMP_BLUES, numbering


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The type area of a document and its sizes, in points."""

    left: float
    right: float
    top: float
    bottom: float
    size_pt: float
    spacing: float
    """Line spacing as a multiple of single."""
    gap_pt: float
    """Space between paragraphs."""

    @property
    def width(self) -> float:
        """Width of the type area in points."""
        return self.right - self.left

    @property
    def left_axis(self) -> float:
        """Centre of the issuer's column."""
        return self.left + self.width * 0.215

    @property
    def right_axis(self) -> float:
        """Centre of the column of Quốc hiệu."""
        return self.left + self.width * 0.715


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPlaces:
    """Where the head ended and where its hand entries lie."""

    bottom_pt: float
    left_bottom_pt: float
    number_y_pt: float
    number_box: Box
    day_box: Box


def wrap(book: FontBook, text: str, style: Style, width_pt: float) -> list[str]:
    """Lines broken greedily at spaces."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and book.width_pt(longer, style) <= width_pt:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balance(book: FontBook, text: str, style: Style, width_pt: float) -> list[str]:
    """As many lines as `wrap` needs, but of nearly equal length, as typists break a heading."""
    lines = wrap(book, text, style, width_pt)
    if len(lines) < 2:
        return lines
    narrow = width_pt
    while len(wrap(book, text, style, narrow - 6)) == len(lines) and narrow > width_pt / 2:
        narrow -= 6
    return wrap(book, text, style, narrow)


def set_line(
    sheet: Sheet, text: str, *, axis_pt: float, base_pt: float, style: Style
) -> tuple[float, float]:
    """Print a line centred on an axis; returns its left and right end in points."""
    start = axis_pt - sheet.book.width_pt(text, style) / 2
    record = sheet.line()
    end = set_words(sheet, record, text, x_pt=start, base_pt=base_pt, style=style)
    return start, end


def set_words(
    sheet: Sheet, record: LineRecord, text: str, *, x_pt: float, base_pt: float, style: Style
) -> float:
    """Print words one after another with the face's own space; returns the end in points."""
    space = sheet.book.width_pt(" ", style)
    for word in text.split():
        x_pt = sheet.word(record, word, x_pt=x_pt, base_pt=base_pt, style=style) + space
    return x_pt - space


class Letterhead:
    """Sets one head; a clerk's hand fills what the typist left open."""

    def __init__(
        self, *, sheet: Sheet, frame: Frame, letter: Letter, hand: Hand, rng: random.Random
    ) -> None:
        self._sheet = sheet
        self._frame = frame
        self._letter = letter
        self._hand = hand
        self._rng = rng
        self._small = rng.choice((12.0, 12.5, 13.0))
        self._stamp_ink = rng.choice(STAMP_BLUES + REDS[:1])

    def set(self) -> HeadPlaces:
        """Print the whole head."""
        left_y = self._issuer()
        right_y = self._nation()
        base = max(left_y, right_y) + self._rng.uniform(15, 20)
        number_box = self._number(base)
        code_end = self._sheet.records[-1].words[-1].box[2] * self._sheet.size_pt[0]
        day_box = self._place_and_date(base, code_end=code_end)
        left_bottom = base + 5
        if self._letter.is_plain_letter:
            left_bottom = self._subject_of_letter(base)
            bottom = left_bottom + 12
        else:
            bottom = self._type_and_subject(base + self._rng.uniform(30, 40))
        bottom = self._addressees(bottom)
        return HeadPlaces(
            bottom_pt=bottom,
            left_bottom_pt=left_bottom,
            number_y_pt=base,
            number_box=number_box,
            day_box=day_box,
        )

    def _issuer(self) -> float:
        frame, letter = self._frame, self._letter
        y = frame.top + self._small
        for line in letter.parent_lines:
            y = self._head_line(line, y, is_bold=False)
        widest = 0.0
        for line in letter.issuer_lines:
            style = Style(size_pt=self._small, is_bold=True)
            widest = self._sheet.book.width_pt(line, style)
            y = self._head_line(line, y, is_bold=True)
        if letter.is_party:
            set_line(self._sheet, "*", axis_pt=frame.left_axis, base_pt=y, style=Style(size_pt=14))
            return y
        half = widest * self._rng.uniform(0.17, 0.25)
        rule_y = y - self._small * 1.15 + 5
        self._sheet.rule(frame.left_axis - half, frame.left_axis + half, rule_y)
        return rule_y + 2

    def _head_line(self, text: str, y: float, *, is_bold: bool) -> float:
        style = Style(size_pt=self._small, is_bold=is_bold)
        for line in balance(self._sheet.book, text, style, self._room_for_issuer()):
            set_line(self._sheet, line, axis_pt=self._frame.left_axis, base_pt=y, style=style)
            y += self._small * 1.15
        return y

    def _room_for_issuer(self) -> float:
        """Width of the left column that keeps clear of Quốc hiệu, in points."""
        style = Style(size_pt=self._small, is_bold=True)
        nation = self._sheet.book.width_pt(self._letter.nation, style)
        return 2 * (self._frame.right_axis - nation / 2 - 8 - self._frame.left_axis)

    def _nation(self) -> float:
        frame, sheet = self._frame, self._sheet
        style = Style(size_pt=self._small, is_bold=True)
        y = frame.top + self._small
        if self._letter.is_party:
            style = Style(size_pt=15, is_bold=True)
            start, end = set_line(sheet, self._letter.nation, axis_pt=frame.right_axis,
                                  base_pt=y, style=style)  # fmt: skip
            sheet.rule(start, end, y + 5)
            return y + 18
        set_line(sheet, self._letter.nation, axis_pt=frame.right_axis, base_pt=y, style=style)
        style = Style(size_pt=min(14.0, self._small + 1), is_bold=True)
        y += style.size_pt * 1.18
        start, end = set_line(sheet, self._letter.motto, axis_pt=frame.right_axis,
                              base_pt=y, style=style)  # fmt: skip
        sheet.rule(start, end, y + 5)
        return y + 6

    def _number(self, base: float) -> Box:
        letter, sheet = self._letter, self._sheet
        style = Style(size_pt=13)
        lead = "Số" if letter.is_party else "Số:"
        rest = letter.code[len(letter.number) :]
        book = sheet.book
        gap = self._gap(letter.number, letter.number_style, style)
        space = book.width_pt(" ", style)
        whole = book.width_pt(lead, style) + space + gap + book.width_pt(rest, style)
        record = sheet.line()
        x = self._frame.left_axis - whole / 2
        x = sheet.word(record, lead, x_pt=x, base_pt=base, style=style) + space
        if letter.number_style == "printed":
            sheet.word(record, letter.code, x_pt=x, base_pt=base, style=style)
            box = record.words[-1].box
            share = book.width_pt(letter.number, style) / book.width_pt(letter.code, style)
            return (box[0], box[1], box[0] + (box[2] - box[0]) * share, box[3])
        box = self._by_hand(record, letter.number, letter.number_style, x, base, gap)
        sheet.word(record, rest, x_pt=x + gap, base_pt=base, style=style, is_glued=True)
        return box

    def _place_and_date(self, base: float, *, code_end: float) -> Box:
        letter, sheet = self._letter, self._sheet
        style = Style(size_pt=self._rng.choice((13.0, 13.5, 14.0)), is_italic=True)
        day = f"{letter.date.day:02d}"
        month = f"{letter.date.month:02d}" if letter.date.month < 3 else str(letter.date.month)
        parts: list[tuple[str, HandStyle]] = [(f"{letter.place}, ngày", "printed")]
        parts += [(day, letter.day_style), ("tháng", "printed"), (month, letter.month_style)]
        parts.append((f"năm {letter.date.year}", "printed"))
        widths = [
            sheet.book.width_pt(text, style) if how == "printed" else self._gap(text, how, style)
            for text, how in parts
        ]
        space = sheet.book.width_pt(" ", style)
        room = sum(widths) + space * (len(parts) - 1)
        x = min(self._frame.right_axis - room / 2, self._frame.right - room)
        if sheet.book.fixed_pt and x < code_end + 8:
            base += sheet.book.fixed_pt * 1.15  # a typist begins the next line
        record = sheet.line()
        box: Box | None = None
        for index, ((text, how), width) in enumerate(zip(parts, widths, strict=True)):
            if how == "printed":
                set_words(sheet, record, text, x_pt=x, base_pt=base, style=style)
                found = record.words[-1].box
            else:
                found = self._by_hand(record, text, how, x, base, width, is_glued=False)
            box = found if index == 1 else box
            x += width + space
        assert box is not None
        return box

    def _gap(self, text: str, how: HandStyle, style: Style) -> float:
        """Room the typist left for a hand entry; often too much, sometimes too little."""
        printed = self._sheet.book.width_pt(text, style)
        if how == "printed":
            return printed
        # Spaces of a printed face, a quarter of its size; a typewriter's would leave too much.
        typed = 0.25 * style.size_pt * self._rng.randrange(5, 11)
        return max(typed, printed * self._rng.uniform(0.95, 1.7))

    def _by_hand(
        self,
        record: LineRecord,
        text: str,
        how: HandStyle,
        x: float,
        base: float,
        gap: float,
        *,
        is_glued: bool = False,
    ) -> Box:
        rng, sheet = self._rng, self._sheet
        if how == "stamped":
            height = rng.uniform(9.5, 13)
            alpha, foot = numbering(rng, text, height_px=height * sheet.scale)
            ink, lift = self._stamp_ink, rng.uniform(-1, 2.5)
        else:
            height = rng.triangular(8.5, 18, 11.5)
            alpha, foot = write(
                rng, self._hand, text, height_px=height * sheet.scale, dpi=sheet.dpi
            )
            ink, lift = self._hand.ink, rng.triangular(-2, 6, 0.5)
        width = alpha.shape[1] / sheet.scale
        slack = gap - width
        x += slack * rng.uniform(0.1, 0.9) if slack > 0 else slack * rng.uniform(0.3, 0.6)
        box = sheet.stamp(alpha, x_pt=x, y_pt=base - lift - foot / sheet.scale, ink=ink)
        pixels = (box[0] * sheet.width_px, box[1] * sheet.height_px, box[2] * sheet.width_px,
                  box[3] * sheet.height_px)  # fmt: skip
        return sheet.record(record, text, pixels, is_glued=is_glued, is_handwritten=True)

    def _subject_of_letter(self, base: float) -> float:
        style = Style(size_pt=self._rng.choice((12.0, 12.5, 13.0)))
        y = base + 6 + style.size_pt
        for line in wrap(self._sheet.book, self._letter.subject, style, self._frame.width * 0.4):
            set_line(self._sheet, line, axis_pt=self._frame.left_axis, base_pt=y, style=style)
            y += style.size_pt * 1.15
        return y

    def _type_and_subject(self, y: float) -> float:
        axis = (self._frame.left + self._frame.right) / 2
        style = Style(size_pt=14, is_bold=True)
        set_line(self._sheet, self._letter.type_name.upper(), axis_pt=axis, base_pt=y, style=style)
        lines = balance(self._sheet.book, self._letter.subject, style,
                        self._frame.width * self._rng.uniform(0.68, 0.86))  # fmt: skip
        for line in lines:
            y += 14 * 1.18
            set_line(self._sheet, line, axis_pt=axis, base_pt=y, style=style)
        half = self._sheet.book.width_pt(lines[-1], style) * self._rng.uniform(0.17, 0.25)
        half = max(half, 25.0)
        self._sheet.rule(axis - half, axis + half, y + 5)
        return y + 16

    def _addressees(self, y: float) -> float:
        names = self._letter.addressees
        if not names:
            return y
        style = Style(size_pt=self._frame.size_pt)
        y += 14 + style.size_pt
        if len(names) == 1:
            axis = (self._frame.left + self._frame.right) / 2
            width = self._frame.width * 0.78
            for line in wrap(self._sheet.book, f"Kính gửi: {names[0]}", style, width):
                set_line(self._sheet, line, axis_pt=axis, base_pt=y, style=style)
                y += style.size_pt * 1.2
            return y
        indent = self._frame.left + 26 * MM
        set_words(self._sheet, self._sheet.line(), "Kính gửi:", x_pt=indent, base_pt=y, style=style)
        for index, name in enumerate(names):
            y += style.size_pt * 1.2
            end = "." if index == len(names) - 1 else ";"
            for line in wrap(self._sheet.book, f"- {name}{end}", style, self._frame.width * 0.62):
                set_words(self._sheet, self._sheet.line(), line, x_pt=indent + 14 * MM, base_pt=y,
                          style=style)  # fmt: skip
                y += style.size_pt * 1.2
            y -= style.size_pt * 1.2
        return y + style.size_pt
