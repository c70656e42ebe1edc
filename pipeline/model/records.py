"""The records every part speaks of: documents, pages, words, fields, artifacts, jobs, receipts.

Standard library only. Everything is frozen, slotted and keyword-only. Pages count from 1. Boxes are
PDF points (1/72 inch) on the straightened page, origin at the TOP left, y downwards, as a reader
sees the page; the archive stage turns them into PDF space. Time is aware.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field

from pipeline.model.trust import doubt_of, is_trusted

POINTS_PER_MM = 72.0 / 25.4
"""PDF points in a millimetre (ISO 32000-1, 8.3.2.3)."""

FIELD_NAMES: tuple[str, ...] = (
    "number",
    "notation",
    "code",
    "issued_date",
    "place",
    "issuer_parent",
    "issuer",
    "type",
    "subject",
    "signer_name",
    "signer_title",
    "urgency",
    "secrecy",
    "addressee",
    "recipients",
)
"""Names of the fields of a document, in the order people read them (NĐ 30/2020, PL I; glossary)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in PDF points, origin top left, y down; x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width_pt(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height_pt(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            x0=min(self.x0, other.x0),
            y0=min(self.y0, other.y0),
            x1=max(self.x1, other.x1),
            y1=max(self.y1, other.y1),
        )

    def meets(self, other: Box) -> bool:
        """Tell whether the boxes share ground."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
        )

    def fractions(self, *, width_pt: float, height_pt: float) -> tuple[float, float, float, float]:
        """Return (x0, y0, x1, y1) as fractions of a page of that size, clipped to 0–1."""
        return (
            min(1.0, max(0.0, self.x0 / width_pt)),
            min(1.0, max(0.0, self.y0 / height_pt)),
            min(1.0, max(0.0, self.x1 / width_pt)),
            min(1.0, max(0.0, self.y1 / height_pt)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as read."""

    text: str
    """NFC, no spaces."""
    box: Box
    confidence: float
    """0–1, the reader's own estimate."""
    line: int
    """Ordinal of the line on the page in reading order, from 0."""
    block: int = 0
    """Ordinal of the block (column, cell) on the page in reading order, from 0."""
    is_handwritten: bool = False


class Verdict(enum.Enum):
    """What a page's picture is worth; `GOOD` needs no action of the clerk."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Quality verdict of a scanned page, given while the paper is still on the desk."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    """Codes of the error catalogue with the prefix QUALITY-, e.g. QUALITY-LOW-DPI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stamped mark of secrecy or urgency (NĐ 30/2020, PL I, ô 10a and 10b)."""

    text: str
    """`MẬT`, `TỐI MẬT`, `TUYỆT MẬT`, `HỎA TỐC`, `THƯỢNG KHẨN` or `KHẨN`."""
    box: Box
    confidence: float
    """0–1."""
    colour: str
    """`red` or `black`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Facts and words of one straightened page."""

    number: int
    """From 1."""
    width_mm: float
    height_mm: float
    dpi: float
    """Resolution of the picture as received, dots per inch."""
    skew_deg: float
    """Tilt that was taken out, degrees clockwise of the scan (+ = the scan leans clockwise)."""
    rotation_deg: int
    """Quarter turn applied to make the page upright: 0, 90, 180 or 270 degrees clockwise."""
    is_blank: bool
    quality: Quality
    words: tuple[Word, ...] = ()
    """In reading order."""
    marks: tuple[Mark, ...] = ()
    """Stamps of secrecy and urgency found in the picture."""
    text_confidence: float = 0.0
    """Mean confidence of the words, weighted by their letters; 0 on a blank page."""
    reader: str = ""
    """Who read it: `tesseract`, `line_reader`, `text_layer`, or empty on a blank page."""
    unread: str | None = None
    """Error code of the reason why the page could not be read, else None."""

    @property
    def width_pt(self) -> float:
        """Width in PDF points."""
        return self.width_mm * POINTS_PER_MM

    @property
    def height_pt(self) -> float:
        """Height in PDF points."""
        return self.height_mm * POINTS_PER_MM

    def lines(self) -> list[list[Word]]:
        """Return the words grouped by line, in reading order."""
        grouped: dict[int, list[Word]] = {}
        for word in self.words:
            grouped.setdefault(word.line, []).append(word)
        return list(grouped.values())

    def trusted_lines(self) -> list[list[Word]]:
        """Return the lines that the reader did not make up, in reading order."""
        return [line for line in self.lines() if is_trusted(line)]

    def text(self) -> str:
        """Return the page's trusted text, one line a line, words parted by one space."""
        return "\n".join(" ".join(word.text for word in line) for line in self.trusted_lines())

    def reasons(self) -> tuple[str, ...]:
        """Return the codes of all that a person should know of the page, each once."""
        return tuple(dict.fromkeys(filter(None, (*self.quality.reasons, self.unread, self.doubt))))

    @property
    def doubt(self) -> str | None:
        """Code of why its text is not all that stands on it, None where it is."""
        return None if self.is_blank or self.unread else doubt_of(self.lines())


class FieldSource(enum.Enum):
    """How a value got onto the paper, or who gave it."""

    PRINTED = "printed"
    HANDWRITTEN = "handwritten"
    STAMPED = "stamped"
    DERIVED = "derived"
    """Follows from other facts (type `Công văn` from the absence of a type name)."""
    PERSON = "person"
    MESSAGE = "message"
    """Said by the message (edXML) that carried the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value found on the paper, with its evidence."""

    name: str
    """One of FIELD_NAMES."""
    value: str
    """NFC; dates are ISO 8601 (`2026-11-22`); lists are joined by "; "."""
    confidence: float
    """0–1."""
    source: FieldSource
    page: int | None = None
    """Page of the evidence, from 1; None when derived or given by a person."""
    box: Box | None = None
    """Place of the evidence on that page."""
    alternatives: tuple[str, ...] = ()
    """Further readings, best first."""


class Route(enum.Enum):
    """Which way a document goes through `archive`."""

    SCAN = "scan"
    """Pictures of pages: PDF/A is written from the layers."""
    DIGITAL = "digital"
    """A PDF with its own text (or some pages of it): converted by OCRmyPDF."""
    EVIDENCE = "evidence"
    """Already bears a digital signature: bytes never changed, a derivative is made beside it."""


class MediaType(enum.Enum):
    """What the received bytes are, told by their content and never by their name."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"
    IMAGE_FOLDER = "application/vnd.sohoa.image-folder+zip"
    """A folder of page images, kept as a ZIP (stored, natural order of names, times zeroed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A received document; the same bytes are the same document."""

    id: str
    """sha-256 of the received bytes, 64 hex digits."""
    media_type: MediaType
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """What `inspect` says of one page before it is decoded."""

    number: int
    has_text_layer: bool = False
    """True where the page carries its own visible, usable text: it is not read by OCR."""
    fault: str | None = None
    """Error code where the page cannot be worked on (too large, no picture); it stays unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a received file is."""

    route: Route
    pages: tuple[PageEntry, ...]
    signatures: int = 0
    """Digital signatures found in it."""
    remarks: tuple[str, ...] = ()
    """Catalogue codes worth telling (repaired structure, owner password, wrong extension)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLayer:
    """One image of a page's picture, painted in order, bottom first."""

    encoding: str
    """`jpeg`, `g4` (CCITT, black is 1, no header), `jbig2` (generic, embedded) or `flate`."""
    data: bytes
    width_px: int
    height_px: int
    colour: str
    """`rgb`, `gray` or `bitonal`."""
    box: Box
    """Where the image lies on the page."""
    stencil_rgb: tuple[int, int, int] | None = None
    """A `bitonal` image painted as a stencil (1 bits in this colour, 0 bits transparent)."""
    mask: bytes | None = None
    """G4 stencil of the same box: only where its bits are 1 is the image painted."""
    mask_width_px: int = 0
    mask_height_px: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayers:
    """The compressed picture of one straightened page."""

    number: int
    width_mm: float
    height_mm: float
    profile: str
    """`archival` or `compact`: what was asked for and passed its check."""
    fallback: str | None = None
    """Catalogue code saying why a lesser profile was used, else None."""
    images: tuple[ImageLayer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A durable file made for a document."""

    kind: str
    """`original`, `pages`, `layers`, `text`, `pdfa`, `sealed`, `report`, `receipt` …"""
    digest: str
    """sha-256 of its bytes."""
    size_bytes: int
    made_by: str
    """`stage/revision/options-digest`."""


class JobState(enum.Enum):
    """Where a job stands; legal moves stand in `pipeline.model.moves`."""

    RECEIVED = "received"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    HALTED = "halted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that the outside world did what was asked."""

    port: str
    """`register`, `index`, …"""
    key: str
    """Idempotency key under which it was asked."""
    external_id: str
    at: dt.datetime
    answer_digest: str
    """sha-256 of the answer's canonical JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """One entry of the register of incoming documents (NĐ 30/2020, Phụ lục VI, fields 1–18)."""

    book: str
    type_name: str
    code_number: str
    code_notation: str
    issued_date: str
    """ISO 8601 or empty."""
    organ_name: str
    subject: str
    page_amount: int
    signer_position: str
    signer_name: str
    priority: str
    """Urgency as on paper, empty when none."""
    to_places: str
    description: str
    document_id: str
    arrival_at: dt.datetime
    """Time of arrival; the register uses the Vietnamese calendar day."""
    organ_id: str = ""
    """Agency that keeps the dossier list (1.1)."""
    file_catalog: str = ""
    """Year of the dossier (1.2)."""
    file_notation: str = ""
    """Number and notation of the dossier (1.3)."""
    doc_ordinal: int = 0
    """Place of the document in its dossier, from 1; 0 while it lies in none (2)."""
    language: str = "Tiếng Việt"
    due_date: str = ""
    """Day by which it must be answered, ISO 8601, or empty (18)."""
    folder: str = ""
    """Watched folder that it came by; for statistics, no field of the annex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An entry with its arrival number."""

    book: str
    year: int
    arrival_number: int
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something a person should know of a result that is less than whole, or of the paper."""

    code: str
    """Code of the error catalogue."""
    page: int | None = None
    facts: dict[str, str] = field(default_factory=dict)
