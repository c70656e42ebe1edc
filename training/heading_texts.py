"""Texts of headings: numbers, notations, dates, stamps; chance decides, no real document is quoted.

The lists hold public abbreviations of Nghị định 30/2020/NĐ-CP, annex III, and names of provinces.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

WORDS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("heading_words.json").read_text(encoding="utf-8")
)
"""types, bodies, units, party_types, party_bodies: abbreviations; places: names of provinces."""
TYPES, BODIES, UNITS = WORDS["types"], WORDS["bodies"], WORDS["units"]
PARTY, PARTY_BODIES, PLACES = WORDS["party_types"], WORDS["party_bodies"], WORDS["places"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a heading, from left to right."""

    text: str
    """What it says; empty for a gap where nothing is written."""
    is_hand: bool = False
    """Whether a hand or a stamp wrote it into a gap."""
    is_glued: bool = False
    """Whether it is read without a space before it."""
    gap_em: float = 0.0
    """Printed room for the hand, or the width of an empty gap, in ems."""


def _pick(rng: np.random.Generator, options: list[str]) -> str:
    return options[int(rng.integers(len(options)))]


ALIKE = (
    *("17", "14", "117", "27", "49", "47", "83", "56"),
    *("08", "1", "35", "12", "179", "1724", "137", "21"),
)
"""Digits that hands make alike: numbers of these alone are read by their strokes, not by habit."""
OF_ALIKE = 0.3
"""Share of numbers made of digits that are alike."""


def random_number(rng: np.random.Generator) -> str:
    """Return a document number of one to five digits, small ones often with a leading zero."""
    digits = int(rng.choice([1, 2, 3, 4, 5], p=[0.12, 0.3, 0.3, 0.24, 0.04]))
    number = str(int(rng.integers(10 ** (digits - 1), 10**digits)))
    if digits > 1 and rng.random() < OF_ALIKE:
        few = list(ALIKE[int(rng.integers(len(ALIKE)))])
        number = "".join(rng.choice(few, digits).tolist()).lstrip("0") or number
    return number.zfill(2) if len(number) == 1 and rng.random() < 0.7 else number


def _notation(rng: np.random.Generator) -> str:
    kind, body, unit = _pick(rng, TYPES), _pick(rng, BODIES), _pick(rng, UNITS)
    forms = [f"/{kind}-{body}", f"/{body}-{unit}", f"/{kind}-{body}", f"/{kind}-{body}-{unit}"]
    forms += [f"/{int(rng.integers(2005, 2031))}/{kind}-{body}", f"/{kind}.{body}", f"/{body}"]
    return forms[int(rng.choice(len(forms), p=[0.3, 0.28, 0.15, 0.08, 0.1, 0.03, 0.06]))]


def number_heading(rng: np.random.Generator) -> list[Token]:
    """Return a heading such as `Số: 299 /UBND-TTHC`, the number by hand, printed or missing."""
    is_party = rng.random() < 0.15
    label = _pick(rng, ["Số"] if is_party else ["Số:", "Số:", "Số:", "Số :", "Số"])
    party = f"-{_pick(rng, PARTY)}/{_pick(rng, PARTY_BODIES)}"
    notation = party if is_party else _notation(rng)
    chance = rng.random()
    gap = float(rng.uniform(0.6, 4.5))
    if chance < 0.12:
        dots = "." * int(rng.integers(3, 12)) if rng.random() < 0.3 else ""
        blank = Token(text=dots, gap_em=gap)
        return [Token(text=label), blank, Token(text=notation, is_glued=bool(dots))]
    if chance < 0.27:
        return [Token(text=label), Token(text=random_number(rng) + notation)]
    hand = Token(text=random_number(rng), is_hand=True, gap_em=gap)
    return [Token(text=label), hand, Token(text=notation, is_glued=True)]


def date_heading(rng: np.random.Generator) -> list[Token]:
    """Return a heading such as `Quảng Ngãi, ngày 15 tháng 01 năm 2024`."""
    day, month, year = (int(rng.integers(1, top)) for top in (32, 13, 2))
    day_text = f"{day:02d}" if rng.random() < 0.75 else str(day)
    month_text = f"{month:02d}" if month < 3 or rng.random() < 0.4 else str(month)
    year_text = str(int(rng.integers(2005, 2031)) if year or rng.random() < 0.8 else 1996)
    tokens = [Token(text=word) for word in f"{_pick(rng, PLACES)}, ngày".split()]
    chance, gap = rng.random(), float(rng.uniform(0.6, 2.6))
    if chance < 0.12:
        tokens.append(Token(text="", gap_em=gap))
    else:
        tokens.append(Token(text=day_text, is_hand=chance > 0.25, gap_em=gap))
    tokens.append(Token(text="tháng"))
    is_month_hand = chance > 0.25 and rng.random() < 0.4
    is_month_blank = chance < 0.12 and rng.random() < 0.6
    month_gap = float(rng.uniform(0.6, 2.2))
    if is_month_blank:
        tokens.append(Token(text="", gap_em=month_gap))
    else:
        tokens.append(Token(text=month_text, is_hand=is_month_hand, gap_em=month_gap))
    tokens.append(Token(text="năm"))
    if chance > 0.25 and rng.random() < 0.1:
        tokens.append(Token(text=year_text[:2]))
        tokens.append(Token(text=year_text[2:], is_hand=True, is_glued=True, gap_em=1.0))
    else:
        tokens.append(Token(text=year_text))
    return tokens


def arrival_lines(rng: np.random.Generator) -> list[list[Token]]:
    """Return the lines of an ĐẾN stamp: number and date by hand."""
    label = _pick(rng, ["Số:", "Số", "SỐ:", "Số đến:"])
    number = Token(text=random_number(rng), is_hand=True, gap_em=float(rng.uniform(2, 5)))
    mark = _pick(rng, ["/", "-", ".", "/"])
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(2005, 2031))
    date = mark.join([str(day), str(month), str(year if rng.random() < 0.6 else year % 100)])
    when = Token(text=date, is_hand=True, gap_em=float(rng.uniform(4, 7)))
    date_label = _pick(rng, ["Ngày:", "Ngày", "NGÀY:", "Ngày:"])
    return [[Token(text=label), number], [Token(text=date_label), when]]
