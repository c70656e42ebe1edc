"""Prints a letter on sheets: head, body, signer, then the rubber stamps of page 1.

Must never degrade anything: what leaves here is the clean paper.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from bench.generator.flow import Flow
from bench.generator.fonts import FontBook, Style
from bench.generator.handwriting import Hand, make_hand, write
from bench.generator.letterhead import Frame, HeadPlaces, Letterhead, set_line
from bench.generator.model import Arrival, Box, Letter
from bench.generator.press import Typewriter
from bench.generator.sheet import A4_PT, MM, Rgb, Sheet
from bench.generator.stamps import (
    REDS,
    SECRECY_MM,
    URGENCY_MM,
    arrival_frame,
    arrow,
    framed,
    turned,
)

_BLACK: Rgb = (24, 22, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Clean sheets and where the hand entries lie on page 1."""

    sheets: tuple[Sheet, ...]
    number_box: Box
    day_box: Box
    signature_page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintWishes:
    """What a caller fixes of the look; None leaves it to the seed."""

    family: str | None = None
    size_pt: float | None = None
    paper_mm: tuple[float, float] | None = None
    """Width and height of the paper; A4 when None."""
    typewriter: Typewriter | None = None
    """Types the letter in one size (`size_pt`) instead of printing it."""
    mark_tilt_deg: float | None = None
    has_numbers: bool = True
    """Whether pages from the second on bear their number (NĐ 30/2020, PL I: above, centred)."""


def print_letter(
    letter: Letter, *, seed: int, dpi: int, wishes: PrintWishes | None = None
) -> Printed:
    """The letter on paper at that resolution in dots per inch."""
    rng = random.Random(f"print-{seed}")
    wishes = wishes or PrintWishes()
    family = rng.choices(("tinos", "termes"), (7, 3))[0]
    size = A4_PT if wishes.paper_mm is None else (wishes.paper_mm[0] * MM, wishes.paper_mm[1] * MM)
    # Everything on small paper is small: one size, as on a typewriter.
    is_fixed = wishes.typewriter is not None or wishes.paper_mm is not None
    book = FontBook(wishes.family or family, fixed_pt=wishes.size_pt if is_fixed else None)
    frame = make_frame(rng, wishes.size_pt, size)

    def new_sheet() -> Sheet:
        return Sheet(dpi=dpi, book=book, size_pt=size, typewriter=wishes.typewriter)

    flow = Flow(frame=frame, book=book, new_sheet=new_sheet, rng=rng,
                is_numbered=wishes.has_numbers)  # fmt: skip
    hand = make_hand(rng)
    first = flow.sheet
    head = Letterhead(sheet=first, frame=frame, letter=letter, hand=hand, rng=rng).set()
    flow.y = head.bottom_pt + 6
    _marks(rng, letter, first, frame, head, wishes)
    if letter.arrival:
        _arrival(rng, letter.arrival, first, frame, head)
    flow.body(letter.body, keep_pt=flow.sign_off_height(letter) + 16)
    flow.sign_off(letter)
    if letter.footer:
        _footer(letter.footer, first, frame)
    return Printed(
        sheets=tuple(flow.sheets),
        number_box=head.number_box,
        day_box=head.day_box,
        signature_page=len(flow.sheets),
    )


def blank_sheet(dpi: int) -> Sheet:
    """A back side with nothing on it."""
    return Sheet(dpi=dpi, book=FontBook("tinos"))


def make_frame(
    rng: random.Random, size_pt: float | None, paper_pt: tuple[float, float] = A4_PT
) -> Frame:
    """Margins and sizes as typists choose them by NĐ 30/2020, PL I; smaller on small paper."""
    share = MM * paper_pt[0] / A4_PT[0]
    return Frame(
        left=rng.uniform(29, 35) * share,
        right=paper_pt[0] - rng.uniform(15, 20) * share,
        top=rng.uniform(19, 25) * share,
        bottom=paper_pt[1] - rng.uniform(20, 25) * share,
        size_pt=size_pt or rng.choice((13.0, 13.5, 14.0, 14.0)),
        spacing=rng.choice((1.0, 1.0, 1.08, 1.15, 1.25)),
        gap_pt=rng.choice((4.0, 6.0, 6.0, 8.0)),
    )


def _marks(
    rng: random.Random, letter: Letter, sheet: Sheet, frame: Frame, head: HeadPlaces,
    wishes: PrintWishes,
) -> None:  # fmt: skip
    """Secrecy above urgency in the left column under the number (cells 10a and 10b)."""
    y = head.left_bottom_pt + rng.uniform(4, 10)
    for text, sizes in ((letter.secrecy, SECRECY_MM), (letter.urgency, URGENCY_MM)):
        if not text:
            continue
        is_red = sizes is URGENCY_MM or rng.random() < 0.65
        tilt = wishes.mark_tilt_deg if wishes.mark_tilt_deg is not None else _tilt(rng)
        mark = framed(rng, text, sizes[text], dpi=sheet.dpi)
        if sizes is URGENCY_MM and rng.random() < 0.25:
            mark, tilt = arrow(rng, text, dpi=sheet.dpi), tilt + rng.uniform(0, 12)
        alpha = turned(mark, tilt)
        x = frame.left + rng.uniform(-2, 12) * MM
        box = sheet.stamp(alpha, x_pt=x, y_pt=y, ink=rng.choice(REDS) if is_red else _BLACK)
        sheet.note_stamp(text, box)
        y += alpha.shape[0] / sheet.scale + 3


def _tilt(rng: random.Random) -> float:
    return rng.uniform(-15, 15) if rng.random() < 0.5 else rng.uniform(-3, 3)


def _arrival(
    rng: random.Random, arrival: Arrival, sheet: Sheet, frame: Frame, head: HeadPlaces
) -> None:
    alpha, entries = arrival_frame(rng, arrival.agency, is_small=arrival.is_small, dpi=sheet.dpi)
    tilt = rng.gauss(0, 2.0)
    height_pt = alpha.shape[0] / sheet.scale
    if arrival.over_header:
        x = frame.left + rng.uniform(-6, 14) * MM
        y = head.number_y_pt - rng.uniform(0.92, 1.12) * height_pt - 4
    else:
        x = frame.left - rng.uniform(6, 20) * MM
        y = head.left_bottom_pt + rng.uniform(0, 12)
    ink = rng.choice(REDS)
    box = sheet.stamp(turned(alpha, tilt), x_pt=x, y_pt=y, ink=ink)
    for row in (arrival.agency, *(row for row in entries if row not in {"Số:", "Ngày:"})):
        sheet.note_stamp(row, box)
    sheet.note_stamp("ĐẾN", box)
    sheet.note_stamp(f"Số: {arrival.number}", box)
    sheet.note_stamp(f"Ngày: {_short_date(arrival.date)}", box)
    hand = make_hand(rng)
    for row, text in (("Số:", arrival.number), ("Ngày:", _short_date(arrival.date))):
        start, foot = entries[row]
        _entry(rng, hand, sheet, text, x + start / sheet.scale + 2, y + foot / sheet.scale)


def _short_date(date: dt.date) -> str:
    return f"{date.day:02d}/{date.month}/{date.year % 100}"


def _entry(
    rng: random.Random, hand: Hand, sheet: Sheet, text: str, x_pt: float, base_pt: float
) -> None:
    height = rng.uniform(8.5, 12)
    alpha, foot = write(rng, hand, text, height_px=height * sheet.scale, dpi=sheet.dpi)
    sheet.stamp(
        alpha, x_pt=x_pt, y_pt=base_pt - foot / sheet.scale - rng.uniform(-1, 3), ink=hand.ink
    )


def _footer(text: str, sheet: Sheet, frame: Frame) -> None:
    """Cell 13: the issuer's address under a rule at the foot of page 1."""
    style = Style(size_pt=11)
    y = frame.bottom + 22
    sheet.rule(frame.left, frame.right, y - 13, width_pt=0.5)
    axis = (frame.left + frame.right) / 2
    set_line(sheet, text, axis_pt=axis, base_pt=y, style=style)
