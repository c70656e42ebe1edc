"""To whom a document goes (ô 9a, 9b): `Kính gửi: …` at the head, `Nơi nhận:` at the end.

Items stand one a line with a dash before and `;` or `.` after; longer ones go on in the next line.
Joined by `; ` without dashes and end signs. Sources: NĐ 30/2020 PL I, phần I.II.9.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.records import Box, Page, Word
from stages.extract.folding import tidy
from stages.extract.heading import Heading
from stages.extract.rows import Row, box_of, clean_words, letter_height_pt, rows_of, runs_of
from stages.extract.signer import find_recipients_row

_CALL = re.compile(r"k\w{1,3}nh\s?g\w{1,2}i\s*[:;.]?|\b(?:dien|kinh moi)\s*:")
_DASH = re.compile(r"^[-–—~+•*]+[_.]?\s*")
_LAST = re.compile(r"^\W*l[uư]u\s*[:;.]?")


@dataclass(frozen=True, kw_only=True)
class Names:
    """A list of receivers."""

    text: str
    """Items joined by `; `."""
    confidence: float
    box: Box | None
    page: int


def find_addressee(heading: Heading) -> Names | None:
    """Return whom the document addresses, or None."""
    page = heading.page
    rows = rows_of(w for w in heading.words if w.box.y0 < 0.65 * page.height_pt)
    for ordinal, row in enumerate(rows):
        found = _CALL.search(row.folded)
        if found is None or found.end() > 60 or row.box.y0 < heading.top_y + 2 * heading.line_pt:
            continue
        after = row.words_of(found.end(), len(row.text) + 1)
        first = Row(words=after) if after and row.text[found.end() :].strip() else None
        call = row.words_of(found.start(), found.end())
        lines = _block(first, rows[ordinal + 1 :], call, heading)
        return _names(lines, page)
    return None


def _block(
    first: Row | None, below: Sequence[Row], call: Sequence[Word], heading: Heading
) -> list[Row]:
    """Return the lines of the address: beside the call, below it with dashes, or going on."""
    lines = [first] if first else []
    last_y = Row(words=tuple(call)).middle_y
    left = min(call[0].box.x0 - heading.line_pt, 0.28 * heading.page.width_pt)
    has_dash = first is not None and bool(_DASH.match(first.text))
    for row in below:
        gap = row.middle_y - last_y
        if gap > (2.4 if not lines else 2.0) * heading.line_pt:
            break
        part = row.keep(lambda word: word.box.x0 > left)
        if part is None:
            continue
        starts = bool(_DASH.match(part.text))
        if not starts and not _continues(lines, part, has_dash, heading):
            break
        has_dash = has_dash or starts
        lines.append(part)
        last_y = row.middle_y
    return lines


def _continues(lines: Sequence[Row], part: Row, has_dash: bool, heading: Heading) -> bool:  # noqa: FBT001
    if not lines:
        return False
    before = lines[-1]
    if before.text.rstrip().endswith((".", "./.")):
        return False
    if has_dash:
        return part.box.x0 > before.box.x0 - heading.line_pt
    is_centred = abs(part.middle_x - before.middle_x) < 0.08 * heading.page.width_pt
    return is_centred and part.box.x0 > before.box.x0 - 3 * heading.line_pt


def find_recipients(page: Page) -> Names | None:
    """Return the list under `Nơi nhận:` of that page, or None."""
    words = clean_words(page)
    anchor = find_recipients_row(rows_of(words), page)
    if anchor is None:
        return None
    line_pt = letter_height_pt(words)
    right = 0.5 * page.width_pt + 2 * line_pt
    left = [
        word
        for word in words
        if word.box.y0 > anchor.middle_y and word.box.x0 < right and word.box.x1 < right + 60
    ]
    lines: list[Row] = []
    last_y = anchor.middle_y
    for row in rows_of(left):
        run = runs_of(row, gap=2.2)[0]
        if row.middle_y - last_y > 2.6 * line_pt or run.box.x0 > anchor.box.x1 + 3 * line_pt:
            break
        lines.append(run)
        last_y = row.middle_y
        if _LAST.match(_DASH.sub("", run.folded)):
            break
    return _names(lines, page)


def _names(lines: Sequence[Row], page: Page) -> Names | None:
    if not lines:
        return None
    items = join_items([line.text for line in lines])
    if not items:
        return None
    return Names(
        text="; ".join(items),
        confidence=min(line.confidence for line in lines) ** max(1, len(lines) // 2),
        box=box_of(lines),
        page=page.number,
    )


def join_items(lines: Sequence[str]) -> list[str]:
    """Return items from lines: a dash begins one, a line without goes on with the one before."""
    items: list[str] = []
    for line in lines:
        text = tidy(line)
        starts = bool(_DASH.match(text))
        text = _DASH.sub("", text).strip()
        if not text:
            continue
        if starts or not items or items[-1].endswith((";", "./.")):
            items.append(text)
        else:
            items[-1] = f"{items[-1]} {text}"
    return [bare for item in items if (bare := re.sub(r"[;.,/\s]+$", "", item))]
