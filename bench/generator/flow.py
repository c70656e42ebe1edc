"""Runs the body over pages: justified paragraphs, tables, the signer's block, Nơi nhận.

Must never place a signer's block alone on a page: the last paragraph goes with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.generator.fonts import FontBook, Style
from bench.generator.handwriting import BLACKS, BLUES, sign
from bench.generator.letterhead import Frame, set_line, set_words, wrap
from bench.generator.model import Block, Letter, Paragraph, Table
from bench.generator.sheet import MM, Sheet
from bench.generator.stamps import REDS, seal


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    style: Style
    width: float


class Flow:
    """Sets blocks one after another, opening pages as they fill."""

    def __init__(
        self,
        *,
        frame: Frame,
        book: FontBook,
        new_sheet: Callable[[], Sheet],
        rng: random.Random,
        is_numbered: bool = True,
    ) -> None:
        self._is_numbered = is_numbered
        self._frame = frame
        self._book = book
        self._new_sheet = new_sheet
        self._rng = rng
        self.sheets: list[Sheet] = [new_sheet()]
        self.y = frame.top
        self._end_x = frame.left

    @property
    def sheet(self) -> Sheet:
        """The page being filled."""
        return self.sheets[-1]

    @property
    def _leading(self) -> float:
        return self._frame.size_pt * 1.15 * self._frame.spacing

    def break_page(self) -> None:
        """Open the next page and print its number in the upper margin, where pages have any."""
        self.sheets.append(self._new_sheet())
        self.y = self._frame.top
        if not self._is_numbered:
            return
        axis = (self._frame.left + self._frame.right) / 2
        set_line(self.sheet, str(len(self.sheets)), axis_pt=axis, base_pt=self._frame.top - 18,
                 style=Style(size_pt=13))  # fmt: skip

    def body(self, blocks: tuple[Block, ...], *, keep_pt: float) -> None:
        """Set all blocks; the last one stays on a page with `keep_pt` points of room after it."""
        for index, block in enumerate(blocks):
            is_last = index == len(blocks) - 1
            if isinstance(block, Table):
                self._table(block)
                continue
            lines = self._lines(block)
            need = self._leading * (3.2 if block.keep_with_next else 1)
            if is_last:
                need = self._leading * min(len(lines), 4) + keep_pt
            if self.y + need > self._frame.bottom and self.y > self._frame.top + 1:
                self.break_page()
            self._paragraph(block, lines)

    def _lines(self, block: Paragraph) -> list[list[_Token]]:
        size = self._frame.size_pt
        tokens: list[_Token] = []
        for span in block.spans:
            style = Style(size_pt=size, is_bold=span.is_bold, is_italic=span.is_italic)
            tokens += [
                _Token(word, style, self._book.width_pt(word, style)) for word in span.text.split()
            ]
        space = self._book.width_pt(" ", Style(size_pt=size))
        room = self._frame.width - block.indent_mm * MM
        lines: list[list[_Token]] = [[]]
        used = 0.0
        for token in tokens:
            if lines[-1] and used + space + token.width > room:
                lines.append([])
                used, room = 0.0, self._frame.width
            used += token.width + (space if lines[-1] else 0)
            lines[-1].append(token)
        return lines

    def _paragraph(self, block: Paragraph, lines: list[list[_Token]]) -> None:
        self.y += self._frame.gap_pt
        for index, line in enumerate(lines):
            if self.y + self._leading > self._frame.bottom:
                self.break_page()
            self.y += self._leading
            indent = block.indent_mm * MM if index == 0 else 0.0
            self._set(line, block.align, indent, is_last=index == len(lines) - 1)

    def _set(self, line: list[_Token], align: str, indent: float, *, is_last: bool) -> None:
        space = self._book.width_pt(" ", Style(size_pt=self._frame.size_pt))
        words = sum(token.width for token in line)
        x = self._frame.left + indent
        if align == "center":
            x = self._frame.left + (self._frame.width - words - space * (len(line) - 1)) / 2
        elif align == "justify" and not is_last and len(line) > 1:
            space = (self._frame.width - indent - words) / (len(line) - 1)
        record = self.sheet.line()
        for token in line:
            self.sheet.word(record, token.text, x_pt=x, base_pt=self.y - 3, style=token.style)
            x += token.width + space
        self._end_x = x - space

    def _table(self, table: Table) -> None:
        style = Style(size_pt=self._frame.size_pt - 1)
        height = style.size_pt * 1.5
        need = height * 4
        if self.y + need > self._frame.bottom:
            self.break_page()
        self.y += self._frame.gap_pt + style.size_pt
        axis = (self._frame.left + self._frame.right) / 2
        set_line(self.sheet, table.title, axis_pt=axis, base_pt=self.y,
                 style=replace(style, is_bold=True))  # fmt: skip
        self.y += 8
        top = self.y
        for index, row in enumerate(table.rows):
            if self.y + height > self._frame.bottom:
                self._grid(table, top)
                self.break_page()
                top = self.y
            self._row(row, table, replace(style, is_bold=index == 0), height)
        self._grid(table, top)

    def _row(self, row: tuple[str, ...], table: Table, style: Style, height: float) -> None:
        self.sheet.rule(self._frame.left, self._frame.right, self.y, width_pt=0.6)
        x = self._frame.left
        base = self.y + height * 0.7
        for index, (cell, share) in enumerate(zip(row, table.widths, strict=True)):
            width = share * self._frame.width
            if cell and index == 1 and not style.is_bold:
                set_words(
                    self.sheet, self.sheet.line(), cell, x_pt=x + 4, base_pt=base, style=style
                )
            elif cell:
                set_line(self.sheet, cell, axis_pt=x + width / 2, base_pt=base, style=style)
            x += width
        self.y += height

    def _grid(self, table: Table, top: float) -> None:
        if self.y <= top:
            return
        self.sheet.rule(self._frame.left, self._frame.right, self.y, width_pt=0.6)
        x = self._frame.left
        for share in (0.0, *table.widths):
            x += share * self._frame.width
            self.sheet.upright(x, top, self.y)

    def sign_off_height(self, letter: Letter) -> float:
        """Room in points that the signer's block and Nơi nhận need."""
        sizes = 11 * 1.2 * (len(letter.recipients) + 2)
        return max(16.5 * len(letter.title_lines) + 100.0, sizes + 20)

    def sign_off(self, letter: Letter) -> None:
        """Title, signature, seal, name; to their left Nơi nhận."""
        if self.y + self.sign_off_height(letter) > self._frame.bottom + 4:
            self.break_page()
        if letter.is_signed and self._rng.random() < 0.35:
            self._initial(self._end_x + 2)
        self.y += 14
        self._recipients(letter)
        axis = self._frame.left + self._frame.width * 0.76
        style = Style(size_pt=self._rng.choice((13.0, 13.5, 14.0)), is_bold=True)
        y = self.y
        for line in letter.title_lines:
            y += style.size_pt * 1.18
            set_line(self.sheet, line, axis_pt=axis, base_pt=y, style=style)
        name_y = y + self._rng.uniform(68, 84)
        if letter.is_signed:
            self._signature(letter, axis, y + 4, name_y - 10)
        set_line(self.sheet, letter.signer, axis_pt=axis, base_pt=name_y, style=style)
        self.y = name_y

    def _initial(self, x_pt: float) -> None:
        """The small mark by which a drafter vouches for the last line."""
        scale = self.sheet.scale
        size = self._rng.uniform(14, 22)
        alpha = sign(self._rng, width_px=size * 1.2 * scale, height_px=size * scale,
                     dpi=self.sheet.dpi)  # fmt: skip
        ink = self._rng.choice(BLUES + BLACKS)
        self.sheet.stamp(alpha, x_pt=x_pt, y_pt=self.y - size, ink=ink)

    def _signature(self, letter: Letter, axis: float, top: float, bottom: float) -> None:
        rng, sheet = self._rng, self.sheet
        width, height = rng.uniform(80, 125), (bottom - top) * rng.uniform(0.75, 1.15)
        alpha = sign(
            rng, width_px=width * sheet.scale, height_px=height * sheet.scale, dpi=sheet.dpi
        )
        left = axis - width / 2 + rng.uniform(-8, 12)
        sheet.stamp(alpha, x_pt=left, y_pt=top + rng.uniform(-8, 4),
                    ink=rng.choice(BLUES if rng.random() < 0.75 else BLACKS))  # fmt: skip
        if letter.is_sealed:
            mark = seal(rng, letter.seal_ring, letter.seal_heart, dpi=sheet.dpi)
            size = mark.shape[1] / sheet.scale
            x = left + width * 0.36 - size * 0.94
            y = (top + bottom) / 2 - size / 2 + rng.uniform(-8, 8)
            box = sheet.stamp(mark, x_pt=x, y_pt=y, ink=rng.choice(REDS))
            for text in (letter.seal_ring, *letter.seal_heart):
                if text != "emblem":
                    sheet.note_stamp(text, box)

    def _recipients(self, letter: Letter) -> None:
        style = Style(size_pt=11)
        y = self.y + 12
        set_words(self.sheet, self.sheet.line(), "Nơi nhận:", x_pt=self._frame.left, base_pt=y,
                  style=Style(size_pt=12, is_bold=True, is_italic=True))  # fmt: skip
        for line in letter.recipients:
            for part in wrap(self._book, line, style, self._frame.width * 0.4):
                y += 11 * 1.18
                set_words(self.sheet, self.sheet.line(), part, x_pt=self._frame.left, base_pt=y,
                          style=style)  # fmt: skip
