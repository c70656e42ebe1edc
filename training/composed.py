"""Pages composed in free fonts: headings with handwriting in their gaps, and prose.

Faces: Tinos, TeX Gyre Termes, and Liberation Serif where it has Vietnamese letters (Debian 12's
has not), all drawn after Times New Roman; Arimo and others for stamps and a little prose. The
real face comes from born-digital pages; these bring headings, every font style and the rare
characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stages.read.line_reader.records import Box
from training import heading_texts
from training.heading_texts import Token
from training.pages import KnownPage, PageWord
from training.pen_digits import DigitArtist, stamped
from training.typefaces import Fonts, characters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
STYLES = ("regular", "bold", "italic", "bold_italic", "sans")
STYLE_SHARES = (0.52, 0.16, 0.18, 0.07, 0.07)
ASCENT_EM, DESCENT_EM = 0.83, 0.22
CLIMBING = 0.5
"""Share of headings whose number may climb over the print on its sides."""
STAMPED = 0.15
"""Share of numbers that a numbering stamp printed."""
TALL = 0.2
"""Share of handwriting up to twice as tall as the print's capitals."""
RARE = [
    *("{n} m²", "{n} m³", "{n} °C", "≥ {n} %", "≤ {n} %", "± {n}", "{n} × {n}", "[{n}]", "a = {n}"),
    *("thế nào?", "ở đâu?", "hay không?", "kính mời!", "– {n}", "§ {n}", "…", "v.v…", '"{n}"'),
    *("quý I", "quý II", "quý III", "quý IV năm {n}", "khóa XIII", "lần thứ XVIII", "Chương VII"),
    *("phụ lục III", "mục VI", "giai đoạn 20{n} - 20{n}", "20{n} - 20{n}", "kỳ họp thứ XXI"),
    *("~ {n}", "{n} – {n}", "• {n}", "{n} ÷ {n}", "‘{n}’", "«{n}»", "[{n}, {n}]", "½", "□", "{n}!"),
]
"""Pieces strewn into prose, so that the new rows of the head are learned."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A page in the making."""

    image: Image.Image
    """Gray, white at first."""
    dpi: float
    """Dots per inch."""
    words: list[PageWord] = field(default_factory=list)
    """Words drawn so far."""
    headings: int = 0
    """Headings drawn so far."""

    @classmethod
    def blank(cls, dpi: float) -> Sheet:
        """Return an empty A4 page."""
        size = (round(210 / 25.4 * dpi), round(297 / 25.4 * dpi))
        return cls(image=Image.new("L", size, 255), dpi=dpi)

    def finish(self) -> KnownPage:
        """Return the page."""
        gray = np.array(self.image, np.uint8)
        return KnownPage(gray=gray, words=self.words, dpi=self.dpi)

    def put(self, patch: NDArray[np.uint8], left: int, top: int) -> None:
        """Darken the page by a patch of ink."""
        height, width = patch.shape
        spot = (max(0, left), max(0, top), left + width, top + height)
        under = np.array(self.image.crop(spot))
        over = patch[spot[1] - top :, spot[0] - left :][: under.shape[0], : under.shape[1]]
        self.image.paste(Image.fromarray(np.minimum(under, over)), spot[:2])


class Composer:
    """Draws pages of headings and of prose."""

    def __init__(self, fonts: Fonts, artist: DigitArtist, sentences: Sequence[str]) -> None:
        """Keep what pages are made of.

        Args:
            fonts: free fonts.
            artist: draws handwritten digits.
            sentences: prose, one paragraph each.
        """
        self._fonts, self._artist, self._sentences = fonts, artist, sentences

    @property
    def faces(self) -> tuple[Path, ...]:
        """The bold faces, for the letters of seals."""
        return self._fonts.bold or self._fonts.regular

    def prose(self, rng: np.random.Generator, dpi: float) -> KnownPage:
        """Draw a page of prose."""
        sheet = Sheet.blank(dpi)
        margin = dpi * rng.uniform(0.6, 1.2)
        y = dpi * 0.9
        while y < sheet.image.height - dpi * 0.8:
            style = str(rng.choice(STYLES, p=STYLE_SHARES))
            font = self.font(style, float(rng.uniform(10.5, 15)), dpi, rng)
            words = self.paragraph(rng)
            if rng.random() < 0.12:
                words = [word.upper() for word in words]
            step = font.size * rng.uniform(1.15, 1.6)
            for _ in range(int(rng.integers(1, 6))):
                if not words or y > sheet.image.height - dpi * 0.8:
                    break
                words = self._prose_line(sheet, words, margin, y, font, rng)
                y += step
        return sheet.finish()

    def headings(self, rng: np.random.Generator, dpi: float) -> KnownPage:
        """Draw a page of heads of letters, one below the other, with stamps between."""
        sheet = Sheet.blank(dpi)
        y = dpi * rng.uniform(0.5, 0.9)
        while y < sheet.image.height - dpi * 1.4:
            y = self._head(sheet, y, rng) + dpi * rng.uniform(0.1, 0.3)
            if rng.random() < 0.35 and y < sheet.image.height - dpi * 2:
                y = self._arrival(sheet, y, rng) + dpi * 0.2
        return sheet.finish()

    def arrival(self, rng: np.random.Generator, dpi: float) -> NDArray[np.uint8]:
        """Draw a stamp of arrival with its handwriting; return its ink, 255 at full."""
        sheet = Sheet.blank(dpi)
        self._arrival(sheet, dpi, rng)
        ink = 255 - np.array(sheet.image, np.uint8)
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    def paragraph(self, rng: np.random.Generator) -> list[str]:
        """Return some sixty words of prose, rare pieces strewn in."""
        words = self._sentences[int(rng.integers(len(self._sentences)))].split()
        start = int(rng.integers(0, max(1, len(words) - 8)))
        words = words[start : start + 70]
        for _ in range(int(rng.integers(0, 3))):
            piece = RARE[int(rng.integers(len(RARE)))]
            while "{n}" in piece:
                piece = piece.replace("{n}", str(int(rng.integers(1, 300))), 1)
            spot = int(rng.integers(0, len(words) + 1))
            words[spot:spot] = piece.split()
        return words

    def font(
        self, style: str, size_pt: float, dpi: float, rng: np.random.Generator
    ) -> ImageFont.FreeTypeFont:
        """Open a font of a style of `STYLES` in some family."""
        paths = getattr(self._fonts, style) or self._fonts.regular
        return ImageFont.truetype(
            str(paths[int(rng.integers(len(paths)))]), round(size_pt * dpi / 72)
        )

    def _prose_line(
        self,
        sheet: Sheet,
        words: list[str],
        left: float,
        baseline: float,
        font: ImageFont.FreeTypeFont,
        rng: np.random.Generator,
    ) -> list[str]:
        """Draw as many words as fit and return the rest."""
        space = font.getlength(" ") * rng.uniform(0.8, 1.5)
        right = sheet.image.width - left
        x, used = left + (font.size * 1.5 if rng.random() < 0.2 else 0), 0
        for word in words:
            width = font.getlength(word)
            if x + width > right and used:
                break
            self._print(sheet, word, x, baseline, font)
            x, used = x + width + space, used + 1
        return words[used:]

    def _print(
        self,
        sheet: Sheet,
        word: str,
        x: float,
        baseline: float,
        font: ImageFont.FreeTypeFont,
        *,
        line: int = -1,
        is_glued: bool = False,
    ) -> float:
        """Print a word and return where it ends; unknown characters are left out."""
        known = characters_of(Path(str(font.path)))
        text = "".join(char for char in word if char in known)
        if not text:
            return x
        ImageDraw.Draw(sheet.image).text((x, baseline), text, font=font, fill=0, anchor="ls")
        end = x + font.getlength(text)
        place = _place(x, end, baseline, font.size)
        sheet.words.append(PageWord(text=text, box=place, line=line, is_glued=is_glued))
        return end

    def _tokens(
        self,
        sheet: Sheet,
        tokens: Sequence[Token],
        x: float,
        baseline: float,
        font: ImageFont.FreeTypeFont,
        rng: np.random.Generator,
    ) -> float:
        """Draw one heading and return where it ends."""
        line, sheet.headings = sheet.headings, sheet.headings + 1
        em, space = font.size, font.getlength(" ")
        has_dots = rng.random() < 0.25
        # Print was there first: a wide number climbs over what follows its gap.
        most_over = 1.1 if rng.random() < CLIMBING else 0.2
        for token in tokens:
            if token.is_hand:
                end = x + token.gap_em * em
                if has_dots:
                    _dots(sheet, x, end, baseline, em, rng)
                drawn = self._write(sheet, token, x, end, baseline, em, line, rng)
                x = max(end, drawn - em * rng.uniform(0.0, most_over))
            elif not token.text:
                end = x + token.gap_em * em
                if has_dots:
                    _dots(sheet, x, end, baseline, em * 0.6, rng)
                x = end
            else:
                x = self._print(
                    sheet, token.text, x, baseline, font, line=line, is_glued=token.is_glued
                )
                x += space * (1.0 if token.text[-1] not in ":." else rng.uniform(0.3, 1.2))
        return x

    def _write(
        self,
        sheet: Sheet,
        token: Token,
        left: float,
        right: float,
        baseline: float,
        em: float,
        line: int,
        rng: np.random.Generator,
    ) -> float:
        """Write by hand or stamp into a gap; return where the ink ends."""
        height = em * float(np.clip(rng.lognormal(-0.22, 0.28), 0.5, 1.7))
        if rng.random() < TALL:
            height = em * float(rng.uniform(1.0, 1.7))
        if rng.random() < STAMPED:
            patch = stamped(token.text, height * 0.9, list(self._fonts.sans), rng)
        else:
            patch = self._artist.number(token.text, height, rng)
        room = right - left
        wide = patch.shape[1]
        # A wide number lies on the colon, and on the letter before it.
        before = em * float(rng.uniform(0.0, 0.8 if rng.random() < CLIMBING else 0.15))
        start = left + (room - wide) * rng.uniform(0.1, 0.9) if wide < room else left - before
        lift = em * float(rng.normal(0.0, 0.1))
        if rng.random() < 0.2:
            lift -= em * float(rng.uniform(0.1, 0.5))
        sheet.put(patch, round(start), round(baseline + lift - 0.75 * patch.shape[0]))
        place = _place(start, start + wide, baseline, em)
        word = PageWord(text=token.text, box=place, line=line, is_glued=token.is_glued)
        sheet.words.append(word)
        return start + wide

    def _head(self, sheet: Sheet, y: float, rng: np.random.Generator) -> float:
        size = float(rng.uniform(11, 14.5))
        dpi = sheet.dpi
        bold = self.font("bold", size, dpi, rng)
        plain = self.font("regular", size, dpi, rng)
        italic = self.font("italic", size, dpi, rng)
        step = bold.size * rng.uniform(1.2, 1.5)
        left, middle = dpi * rng.uniform(0.5, 1.0), sheet.image.width * rng.uniform(0.4, 0.47)
        y += step
        if rng.random() < 0.7:
            caps = [word.upper() for word in self.paragraph(rng)[:4]]
            self.centred(sheet, caps, left, middle - bold.size, y, plain)
            self.centred(sheet, MOTTO[0].split(), middle, sheet.image.width - left / 2, y, bold)
            y += step
        if rng.random() < 0.7:
            caps = [word.upper() for word in self.paragraph(rng)[:4]]
            self.centred(sheet, caps, left, middle - bold.size, y, bold)
            self.centred(sheet, MOTTO[1].split(), middle, sheet.image.width - left / 2, y, bold)
            y += step
        y += step * rng.uniform(0, 0.6)
        x = left + rng.uniform(0, 0.6) * dpi
        end = self._tokens(sheet, heading_texts.number_heading(rng), x, y, plain, rng)
        start = max(middle + rng.uniform(0, 0.8) * dpi, end + bold.size)
        self._tokens(
            sheet, heading_texts.date_heading(rng), start, y + rng.normal(0, 2), italic, rng
        )
        y += step
        if rng.random() < 0.6:
            words = ["V/v", *self.paragraph(rng)[:5]]
            self.centred(
                sheet, words, left, middle - bold.size, y, self.font("regular", size - 1, dpi, rng)
            )
            y += step
        return y

    def centred(
        self,
        sheet: Sheet,
        words: Sequence[str],
        left: float,
        right: float,
        baseline: float,
        font: ImageFont.FreeTypeFont,
    ) -> None:
        """Print as many of the words as fit between two columns, centred on a baseline."""
        space = font.getlength(" ")
        kept = list(words)
        while kept and sum(font.getlength(w) + space for w in kept) > right - left:
            kept.pop()
        x = (left + right - sum(font.getlength(w) + space for w in kept)) / 2
        for word in kept:
            x = self._print(sheet, word, x, baseline, font) + space

    def _arrival(self, sheet: Sheet, y: float, rng: np.random.Generator) -> float:
        size = float(rng.uniform(9, 14))
        font = self.font("sans", size, sheet.dpi, rng)
        x = sheet.dpi * rng.uniform(0.4, 4.0)
        step = font.size * rng.uniform(1.4, 2.0)
        top, y = y, y + step
        right = x + font.size * 12
        self.centred(
            sheet, ["ĐẾN"] if rng.random() < 0.5 else ["CÔNG", "VĂN", "ĐẾN"], x, right, y, font
        )
        for tokens in heading_texts.arrival_lines(rng):
            y += step
            end = self._tokens(sheet, tokens, x + font.size * 0.4, y, font, rng)
            right = max(right, end + font.size * 0.3)
        if rng.random() < 0.7:
            frame = (x, top + 0.1 * step, right, y + 0.5 * step)
            ImageDraw.Draw(sheet.image).rectangle(
                frame, outline=0, width=max(1, round(sheet.dpi / 90))
            )
        return y + step * 0.6


def _place(x0: float, x1: float, baseline: float, em: float) -> Box:
    return Box(x0=x0, y0=baseline - ASCENT_EM * em, x1=x1, y1=baseline + DESCENT_EM * em)


def _dots(
    sheet: Sheet, left: float, right: float, baseline: float, em: float, rng: np.random.Generator
) -> None:
    """Draw a dotted guide line."""
    pen = ImageDraw.Draw(sheet.image)
    radius, pitch = em * float(rng.uniform(0.02, 0.045)), em * float(rng.uniform(0.13, 0.3))
    shade = int(rng.integers(0, 130))
    x = left
    while x < right:
        spot = (x - radius, baseline - 2 * radius, x + radius, baseline)
        pen.ellipse(spot, fill=shade)
        x += pitch
