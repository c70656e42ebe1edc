"""Notation of a document (`QĐ-UBND`, `UBND-TTHC`): abbreviations mended, lost bodies told.

Grammar: NĐ 30/2020 PL I, phần I.II.3 and PL III.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from stages.extract.folding import fold, plain_dashes
from stages.extract.rules import Rules

ORGANS = ("UBND", "HĐND", "TTg", "UBTVQH", "VPCP", "UB", "CP", "QH")
"""Bodies that notations name, abbreviated."""
_HAS_BODY = re.compile(r"[-/]|\.|^.{4}")
"""`TB` or `QĐ` alone names no body; `NQLT`, `HĐBT` and codes of companies are longer."""
_STUMP = re.compile(r"[-/]\s?[^\W\d_]\W*$")
"""No body abbreviates itself with one letter: `TB-T` has lost the rest."""


def has_lost_body(notation: str, *, is_anchored: bool) -> bool:
    """Tell whether a notation has lost the body behind its type, or most of it.

    Args:
        notation: as read, not empty.
        is_anchored: it stands behind `Số:`.
    """
    return bool(_STUMP.search(notation)) or (is_anchored and not _HAS_BODY.search(notation))


def repair_notation(raw: str, rules: Rules) -> tuple[str, float]:
    """Return the notation, spaces out and abbreviations mended, and how sure that is (0–1)."""
    text = re.sub(r"\s*([-/])\s*", r"\1", plain_dashes(raw)).strip()
    text = re.sub(r"[^0-9A-Za-zĐđƯưƠơÂâÊêÔôĂă&./()-]+$", "", text).rstrip("-/.(")
    text = text.replace(" ", "")
    if not text:
        return "", 0.0
    groups = re.split(r"([-/])", text)
    sure = 1.0
    types = tuple(rules.type_by_abbreviation)
    for ordinal in range(0, len(groups), 2):
        # A unit may be called as a type is: `SNV-TTr` came from the inspectorate (thanh tra).
        if ordinal and groups[ordinal] in types:
            continue
        mended = _mend(groups[ordinal], ORGANS if ordinal else (*types, *ORGANS))
        if mended != groups[ordinal]:
            sure = min(sure, 0.8)
            groups[ordinal] = mended
    return "".join(groups), sure


def _mend(group: str, known: Sequence[str]) -> str:
    if group in known or len(group) < 2:
        return group
    letters = re.sub(r"(?<=[^\d])0(?=[^\d]|$)", "O", group).replace("ĐĐ", "Đ")
    if letters in known:
        return letters
    for candidate in known:
        if len(candidate) == len(group) and fold(candidate) == fold(letters):
            return candidate
    near = [c for c in known if len(c) == len(group) > 2 and Levenshtein.distance(c, group) == 1]
    return near[0] if len(near) == 1 and near[0] in ORGANS else group
