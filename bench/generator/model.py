"""Records of the generator: what a letter says, and what is true of its pages.

Boxes are (x0, y0, x1, y1) as fractions of the page as printed: upright, before the scanner turned
or tilted it. `PageTruth.rotation_deg` and `skew_deg` say what the scanner did afterwards.
Must never hold pixels.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Box = tuple[float, float, float, float]
HandStyle = Literal["printed", "handwritten", "stamped"]
LineKind = Literal["text", "stamp"]
State = Literal["registered", "review", "duplicate", "rejected", "quarantined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text in one style."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of the body."""

    spans: tuple[Span, ...]
    align: Literal["justify", "center", "left"] = "justify"
    indent_mm: float = 10.0
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table; the first row is the heading."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the text width, one for each column, summing to 1."""


Block = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The ĐẾN stamp of the receiving body (Nghị định 30/2020, annex IV.V)."""

    agency: str
    number: str
    date: dt.date
    over_header: bool = False
    is_small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The content of one document, cell by cell (numbers of cells: Nghị định 30/2020, annex I)."""

    parent_lines: tuple[str, ...]
    issuer_lines: tuple[str, ...]
    is_party: bool
    nation: str
    """Title of the head: Quốc hiệu, or the name of the Party."""
    number: str
    number_style: HandStyle
    notation: str
    place: str
    date: dt.date
    day_style: HandStyle
    month_style: HandStyle
    type_name: str
    subject: str
    addressees: tuple[str, ...]
    body: tuple[Block, ...]
    title_lines: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]
    """Lines as printed, with their dash and semicolon."""
    seal_ring: str
    seal_heart: tuple[str, ...]
    urgency: str = ""
    secrecy: str = ""
    motto: str = "Độc lập - Tự do - Hạnh phúc"
    joint: str = "/"
    """What stands between number and notation outside the Party; old bodies left a space."""
    arrival: Arrival | None = None
    footer: str = ""
    is_sealed: bool = True
    is_signed: bool = True

    @property
    def is_plain_letter(self) -> bool:
        """Whether it is a công văn: no type name, `V/v` under the number."""
        return self.type_name == "Công văn"

    @property
    def code(self) -> str:
        """Number and notation as printed on paper (party: `210-CV/BTGTU`)."""
        return f"{self.number}{'-' if self.is_party else self.joint}{self.notation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTruth:
    """One word with the box of its ink."""

    text: str
    box: Box
    is_handwritten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTruth:
    """One printed line; `kind` stamp marks words of rubber stamps, which no score counts."""

    text: str
    box: Box
    kind: LineKind
    words: tuple[WordTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTruth:
    """What is true of one scanned page."""

    number: int
    width_mm: float
    height_mm: float
    dpi: int
    mode: str
    """colour, gray or bitonal."""
    rotation_deg: int
    """By how much the scan is turned clockwise against the upright page: 0, 90, 180 or 270."""
    skew_deg: float
    """Tilt of the upright page in the scan, clockwise positive, before the turn."""
    is_blank: bool
    lines: tuple[LineTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTruth:
    """One line of truth.jsonl."""

    file: str
    """Path of the scan, relative to the folder of truth.jsonl; a folder for page images."""
    note: str
    expected_state: State
    allowed_states: tuple[State, ...]
    duplicate_of: str | None
    preset: str
    seed: int
    scan: dict[str, Any]
    fields: dict[str, str]
    number_style: HandStyle
    day_style: HandStyle
    month_style: HandStyle
    number_box: Box | None
    day_box: Box | None
    signature_page: int
    pages: tuple[PageTruth, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values, with boxes rounded to 1/100,000 of the page."""
        record = asdict(self)
        record["number_handwritten"] = self.number_style != "printed"
        record["day_handwritten"] = self.day_style != "printed"
        rounded = _rounded(record)
        assert isinstance(rounded, dict)
        return rounded


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
