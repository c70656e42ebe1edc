"""Scores numbers and days of headings: on real letters and on generated lines.

Real letters are read as whole pages, so with the reader's own looks; generated lines by one look.
Figures only, no names.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from stages.read.line_reader.reader import LineReader

NUMBER = re.compile(r"S[ốôóồổỗ]\s*[:.;,]?\s*([\d\s.,]{0,9}?)\s*[-/–]")
DAY = re.compile(r"ng[àa]y\s*([\dOo\s]{0,4}?)\s*th[áa]ng")
NUMBER_LINE = re.compile(r"^S[ốôóồổỗ]\b")
DAY_LINE = re.compile(r"ng[àa]y.*n[ăa]m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whether one number or day was read right."""

    name: str
    """What it is: real or made, by hand or printed, number or day."""
    is_right: bool
    """Whether the reading of the whole page, or of the line, holds it."""


def digits_in(pattern: re.Pattern[str], text: str) -> str:
    """Return the digits that a heading holds without leading zeros, empty when none."""
    found = pattern.search(text)
    return re.sub(r"\D", "", found.group(1)).lstrip("0") if found else ""


def made_headings(pairs: Sequence[tuple[str, str]]) -> list[Reading]:
    """Compare number and day of generated headings, (truth, reading) pairs.

    Where nothing was written, a reading is right when it holds no digit either.
    """
    found = []
    for truth, read in pairs:
        for name, pattern in (("made number", NUMBER), ("made day", DAY)):
            if pattern.search(truth):
                wanted = digits_in(pattern, truth)
                is_right = digits_in(pattern, read) == wanted
                kind = name if wanted else f"{name} left empty"
                found.append(Reading(name=kind, is_right=is_right))
    return found


def real_headings(reader: LineReader, folder: Path) -> list[Reading]:
    """Read the heads of the real letters; compare number and day as wholes."""
    found = []
    for row in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(row)
        page = first_page(folder / truth["file"], int(truth["page"]))
        head = np.ascontiguousarray(page[: page.shape[0] // 2])
        number = re.match(r"\d*", truth["number_symbol"])
        wanted = number.group(0).lstrip("0") if number else ""
        by_hand = "hand" if truth["number_handwritten"] else "printed"
        found.append(_check(reader, head, f"real {by_hand} number", wanted))
        day = truth["date"][8:10].lstrip("0")
        by_hand = "hand" if truth["day_handwritten"] else "printed"
        found.append(_check(reader, head, f"real {by_hand} day", day))
    return found


def _check(reader: LineReader, head: NDArray[np.uint8], name: str, wanted: str) -> Reading:
    is_day = name.endswith("day")
    pattern, line_pattern = (DAY, DAY_LINE) if is_day else (NUMBER, NUMBER_LINE)
    lines = reader.read_page(head)
    found = [line for line in lines if pattern.search(line.text)]
    found = found or [line for line in lines if line_pattern.search(line.text)]
    if not found:
        return Reading(name=name, is_right=False)
    return Reading(name=name, is_right=digits_in(pattern, found[0].text) == wanted)


def first_page(path: Path, number: int) -> NDArray[np.uint8]:
    """Draw a page of a scanned PDF at 300 dpi and return its red channel."""
    document = pypdfium2.PdfDocument(str(path))
    try:
        picture = np.array(document[number - 1].render(scale=300 / 72).to_numpy())
    finally:
        document.close()
    return np.ascontiguousarray(picture[:, :, 2] if picture.ndim == 3 else picture, np.uint8)
