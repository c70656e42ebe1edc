"""The visible text of ô 14 (NĐ 30/2020, PL I): kind of copy, agency, time of signing.

10 pt, upright, black, no seal image. Drawn as the appearance stream of the signature's widget (ISO
32000-1, 12.5.5) with its own embedded font, so that the page's content is never touched.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from stages.sign.code import Code
from stages.sign.font import SealFont
from stages.sign.font_objects import embed_font

DEVELOPMENT_LINE = "CHỮ KÝ THỬ NGHIỆM"
"""Extra line of a signature made with the development identity."""
CONVERSION_SIGN = "BẢN CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY"
"""The sign of conversion (NĐ 137/2024, Đ4)."""
CONVERSION_LAW = "NĐ 137/2024/NĐ-CP"
CONVERTER_WORD = "Người chuyển đổi:"
CONVERTED_WORD = "Thời điểm chuyển đổi:"
TIME_LETTERS = "0123456789/;:+ "
"""All letters that a time can hold."""

_VIET_NAM = dt.timezone(dt.timedelta(hours=7))
"""Indochina time; no summer time since 1975."""
_LEADING = 1.15
_PADDING_PT = 2.0
_FONT = "/F0"


def seal_time(now: dt.datetime) -> str:
    """Return the time of signing as `22/11/2026; 14:03:27 +07:00`."""
    local = now.astimezone(_VIET_NAM)
    return f"{local:%d/%m/%Y; %H:%M:%S} +07:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Lines of text ready to be drawn."""

    lines: tuple[str, ...]
    font: SealFont
    size_pt: float
    code: Code | None = None
    """Stands right of the text, or below it."""
    is_code_below: bool = False

    @property
    def width_pt(self) -> float:
        """Width of the box around text and code."""
        text, side = self._text_width_pt, self._side_pt
        return max(text, side) if self.is_code_below else text + side

    @property
    def height_pt(self) -> float:
        """Height of the box around text and code."""
        text, side = self._text_height_pt, self._side_pt
        return text + side if self.is_code_below else max(text, side)

    @property
    def _text_width_pt(self) -> float:
        widest = max(self.font.width(line) for line in self.lines)
        return math.ceil(widest * self.size_pt + 2 * _PADDING_PT)

    @property
    def _text_height_pt(self) -> float:
        return math.ceil(len(self.lines) * self.size_pt * _LEADING + 2 * _PADDING_PT)

    @property
    def _side_pt(self) -> float:
        return 0.0 if self.code is None else self.code.side_pt

    def operators(self) -> bytes:
        """Return what draws lines from the top, flush left, black, and the code."""
        if self.code is None:
            return self._text_operators()
        left = 0.0 if self.is_code_below else self._text_width_pt
        top = self._side_pt if self.is_code_below else self.height_pt
        return self._text_operators() + b" " + self.code.operators(left, top)

    def _text_operators(self) -> bytes:
        size, leading = self.size_pt, self.size_pt * _LEADING
        top = self.height_pt - _PADDING_PT - size * self.font.ascent / 1000
        shown = b" T* ".join(self.font.encode(line) + b" Tj" for line in self.lines)
        head = f"q 0 g BT {_FONT} {size:g} Tf {leading:g} TL {_PADDING_PT:g} {top:.2f} Td "
        return head.encode() + shown + b" ET Q"


def lay_out(
    texts: tuple[str, ...],
    font: SealFont,
    *,
    size_pt: float,
    width_max_pt: float,
    room_pt: float,
    code: Code | None = None,
) -> Appearance:
    """Return the texts as lines, broken between words where they are too wide.

    Args:
        texts: what is said, a line each.
        font: holds all their letters.
        size_pt: of the letters.
        width_max_pt: longer lines are broken.
        room_pt: width that text and code may take side by side; else the code stands below.
        code: drawn too.
    """
    lines = [line for text in texts for line in _broken(text, font, width_max_pt / size_pt)]
    beside = Appearance(lines=tuple(lines), font=font, size_pt=size_pt, code=code)
    return beside if beside.width_pt <= room_pt else replace(beside, is_code_below=True)


def _broken(text: str, font: SealFont, width_max_em: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.width(longer) > width_max_em:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


@dataclass(frozen=True)
class AppearanceStyle(BaseStampStyle):
    """pyHanko's way to ask for an appearance."""

    appearance: Appearance | None = None
    """What is drawn."""
    rotation_deg: int = 0
    """Clockwise quarter turn of the page when shown; the text is turned the other way."""

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        text_params: dict[str, object],  # noqa: ARG002
    ) -> _Stamp:
        """Return the drawn appearance."""
        if self.appearance is None:
            raise ValueError("a style without an appearance")
        return _Stamp(writer, box, self, self.appearance)


class _Stamp(BaseStamp):
    def __init__(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        style: AppearanceStyle,
        appearance: Appearance,
    ) -> None:
        super().__init__(writer=writer, style=style, box=box)
        self._appearance = appearance
        self._rotation_deg = style.rotation_deg
        self.set_resource(ResourceType.FONT, pdf_name(_FONT), embed_font(writer, appearance.font))

    def render(self) -> bytes:
        return self._appearance.operators()

    def as_form_xobject(self) -> generic.StreamObject:
        turn = math.radians(self._rotation_deg)
        cosine, sine = round(math.cos(turn)), round(math.sin(turn))
        form = generic.StreamObject(stream_data=self.render())
        form[pdf_name("/Type")] = pdf_name("/XObject")
        form[pdf_name("/Subtype")] = pdf_name("/Form")
        form[pdf_name("/BBox")] = _numbers(
            0, 0, self._appearance.width_pt, self._appearance.height_pt
        )
        form[pdf_name("/Matrix")] = _numbers(cosine, sine, -sine, cosine, 0, 0)
        form[pdf_name("/Resources")] = self.resources.as_pdf_object()
        form.compress()
        return form


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(value) for value in values])
