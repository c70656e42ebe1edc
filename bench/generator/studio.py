"""From a letter to scanned pages with their truth: printer, then scanner.

One call makes one document. Must never write files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from bench.generator.files import PageImage
from bench.generator.model import DocumentTruth, Letter, PageTruth, State
from bench.generator.press import Typewriter
from bench.generator.printer import Printed, PrintWishes, blank_sheet, print_letter
from bench.generator.scanner import ScanSettings, scan
from bench.generator.sheet import MM, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The images of a document and what is true of it."""

    pages: tuple[PageImage, ...]
    truth: DocumentTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioWishes:
    """How a document is scanned beyond its settings."""

    look: PrintWishes | None = None
    blank_backs: bool = False
    """Every sheet is followed by its empty back side."""
    per_page: Mapping[int, ScanSettings] | None = None
    """Other settings for single pages, counted from 1 in the scan."""


def make_scan(
    letter: Letter,
    settings: ScanSettings,
    *,
    seed: int,
    preset: str = "",
    wishes: StudioWishes | None = None,
) -> Scan:
    """Print and scan one letter; the same arguments give the same pixels."""
    wishes = wishes or StudioWishes()
    printed = print_letter(letter, seed=seed, dpi=settings.dpi, wishes=wishes.look)
    sheets = _with_backs(printed, settings.dpi) if wishes.blank_backs else list(printed.sheets)
    pages: list[PageImage] = []
    truths: list[PageTruth] = []
    for number, sheet in enumerate(sheets, 1):
        mine = (wishes.per_page or {}).get(number, settings)
        mine = replace(mine, skew_deg=round(mine.skew_deg + _wander(seed, number), 3))
        back = sheets[number % len(sheets)]
        pixels = scan(sheet, mine, seed=seed * 1000 + number, back=back)
        pages.append(
            PageImage(pixels=pixels, dpi=mine.dpi, is_bitonal=mine.mode == "bitonal",
                      jpeg_quality=mine.jpeg_quality)
        )  # fmt: skip
        truths.append(_page_truth(number, sheet, mine))
    truth = _document_truth(letter, printed, settings, seed, preset)
    typewriter = None if wishes.look is None else wishes.look.typewriter
    if typewriter is not None:
        truth = replace(truth, fields=_as_typed(truth.fields, typewriter))
    if wishes.blank_backs:
        truth = replace(truth, signature_page=printed.signature_page * 2 - 1)
    return Scan(pages=tuple(pages), truth=replace(truth, pages=tuple(truths)))


def _wander(seed: int, number: int) -> float:
    """The feeder holds the first page as told and the others a little differently, in degrees."""
    if number == 1:
        return 0.0
    return ((seed * 31 + number * 17) % 7 - 3) * 0.05


def _with_backs(printed: Printed, dpi: int) -> list[Sheet]:
    sheets: list[Sheet] = []
    for sheet in printed.sheets:
        sheets += [sheet, blank_sheet(dpi)]
    return sheets


def _page_truth(number: int, sheet: Sheet, settings: ScanSettings) -> PageTruth:
    lines = sheet.truths()
    return PageTruth(
        number=number,
        width_mm=round(sheet.size_pt[0] / MM, 1),
        height_mm=round(sheet.size_pt[1] / MM, 1),
        dpi=settings.dpi,
        mode=settings.mode,
        rotation_deg=settings.rotation_deg,
        skew_deg=settings.skew_deg,
        is_blank=not lines,
        lines=lines,
    )


def _document_truth(
    letter: Letter, printed: Printed, settings: ScanSettings, seed: int, preset: str
) -> DocumentTruth:
    state: State = "quarantined" if letter.secrecy else "registered"
    allowed: tuple[State, ...] = (state,) if letter.secrecy else ("registered", "review")
    return DocumentTruth(
        file="",
        note="",
        expected_state=state,
        allowed_states=allowed,
        duplicate_of=None,
        preset=preset,
        seed=seed,
        scan=asdict(settings),
        fields=fields_of(letter),
        number_style=letter.number_style,
        day_style=letter.day_style,
        month_style=letter.month_style,
        number_box=printed.number_box,
        day_box=printed.day_box,
        signature_page=printed.signature_page,
    )


def _as_typed(fields: dict[str, str], typewriter: Typewriter) -> dict[str, str]:
    """What the paper says where the machine knows no tones; names and codes get theirs back."""
    kept = {"issued_date", "type", "notation", "code", "place", "issuer", "issuer_parent",
            "urgency"}  # fmt: skip
    return {
        name: value if name in kept else typewriter.spelled(value) for name, value in fields.items()
    }


def fields_of(letter: Letter) -> dict[str, str]:
    """The document's fields by their contract names; lists are joined by `; `."""
    return {
        "number": letter.number,
        "notation": letter.notation,
        "code": letter.code,
        "issued_date": letter.date.isoformat(),
        "place": letter.place,
        "issuer_parent": " ".join(letter.parent_lines),
        "issuer": " ".join(letter.issuer_lines),
        "type": letter.type_name,
        "subject": letter.subject,
        "signer_name": letter.signer,
        "signer_title": " | ".join(letter.title_lines),
        "urgency": letter.urgency,
        "secrecy": letter.secrecy,
        "addressee": "; ".join(letter.addressees),
        "recipients": "; ".join(line[2:].rstrip(";.") for line in letter.recipients),
    }
