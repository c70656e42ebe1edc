"""A unit's or school's own name in the issuer, settled by where the document says it again.

Readers lose tones in capitals (`HUYỆN VĂN CHẨN`), and no list holds all districts and schools; but
the place beside the date and the body say the name in small letters (`Văn Chấn, ngày …`). A name is
replaced only by one of the same plain letters that outweighs its own reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.model.records import Page
from stages.extract.folding import fold

_PAGES = 3
_NAMED = re.compile(
    r"\b(?:tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran|dac khu|thpt|thcs|tieu hoc|mam non)"
    r" ((?:[^\W\d_]+ ?){1,4})$"
)
_RANKS = frozenset(
    {"tỉnh", "phố", "huyện", "quận", "xã", "phường", "trấn", "khu", "thpt", "thcs", "học", "non"}
)
_SIGNS = ".,;:()“”\"'/-–"
_HEARD = 0.8
"""Weight of one sure echo."""
_WHOLE = re.compile(r"(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|truong)(?: \w+){1,2}")
_OTHERS = 0.6
"""What an echo behind another rank is worth."""
_LEFT_DOUBT = 0.4
"""An echo leaves this share of the doubt, unless more than the name is in doubt."""


def settle_name(text: str, confidence: float, pages: Sequence[Page]) -> tuple[str, float]:
    """Return an issuer with its own name as the document spells it elsewhere, and how sure it is.

    Args:
        text: the issuer in capitals, one body.
        confidence: of it, 0–1.
        pages: the document's pages.
    """
    found = _NAMED.search(fold(text))
    if found is None:
        return text, confidence
    count = len(found[1].split())
    words = text.split()
    head, own = words[:-count], tuple(words[-count:])
    heard: dict[tuple[str, ...], float] = defaultdict(float)
    rank = head[-1].lower() if head else ""
    for spelled, sure in _echoes(tuple(fold(word) for word in own), rank, pages):
        heard[spelled] += sure**2
    if not heard:
        return text, confidence
    best = max(heard, key=lambda spelled: heard[spelled])
    if best == own and heard[best] >= _HEARD and _WHOLE.fullmatch(fold(" ".join(head))):
        return text, 1 - _LEFT_DOUBT * (1 - confidence)
    mine = heard.get(own, 0.0) + confidence**2
    if best != own and heard[best] >= max(_HEARD, mine):
        # Readers lose the same tone twice: a place that contradicts the head settles nothing.
        return " ".join([*head, *best]), confidence * heard[best] / (heard[best] + mine)
    return text, confidence


def _echoes(
    plain: tuple[str, ...], rank: str, pages: Sequence[Page]
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield how these plain letters are spelled in small letters, in capitals, and how surely.

    What goes on before as a name is somebody else's (`Trần Văn Chân`); one word alone counts only
    behind a rank, or before the date. Behind another rank, or none, it may be another unit (the
    commune Phú Cát in a letter of the district Phù Cát) and counts for less.
    """
    count = len(plain)
    for page in pages[:_PAGES]:
        bare = [word.text.strip(_SIGNS) for word in page.words]
        for at in range(len(bare) - count + 1):
            part = bare[at : at + count]
            # Most words begin with a small letter: they are not folded.
            if not all(text.istitle() for text in part) or tuple(map(fold, part)) != plain:
                continue
            is_next = at > 0 and page.words[at - 1].line == page.words[at].line
            before = bare[at - 1].lower() if is_next else ""
            is_dated = [fold(text) for text in bare[at + count : at + count + 1]] == ["ngay"]
            goes_on = is_next and bare[at - 1].istitle() and before not in _RANKS
            if goes_on or (count == 1 and not is_dated and before not in _RANKS):
                continue
            is_ours = is_dated or before == rank
            sure = min(word.confidence for word in page.words[at : at + count])
            yield tuple(text.upper() for text in part), sure * (is_ours or _OTHERS)
