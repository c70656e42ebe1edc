"""Who signed and in what post (ô 7a, 7b): the right half of the block beside `Nơi nhận`.

The block is looked for on every page, because annexes follow and other papers are attached: the
first page that bears a post in capitals with a name below it wins, and `Nơi nhận` beside it makes
it sure. Two signers of a record or a joint paper stand side by side: the right one leads. Sources:
NĐ 30/2020 PL I, phần I.II.7; Hướng dẫn 36-HD/VPTW (`T/M`, `K/T`, `T/L`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from pipeline.model.records import Box, Page, Word
from stages.extract.folding import capitals_share, compact, fold, tidy
from stages.extract.rows import Row, box_of, clean_words, letter_height_pt, rows_of, runs_of
from stages.extract.rules import Rules

_RECIPIENTS = re.compile(r"^\W{0,3}n\w{1,2}\s?nh[aă]n\b")
_AUTHORITY = re.compile(r"^\W{0,2}(tm|kt|tl|tuq|q|t/m|k/t|t/l|thua lenh|thay mat)\s?[.,:]?\s")
_BLOCK = 0.3
"""Height of the block as a share of the page's."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signer as printed."""

    name: str
    name_confidence: float
    name_box: Box | None
    title: str
    """Lines joined by ` | `."""
    title_confidence: float
    title_box: Box | None
    page: int
    score: float
    """How much looks like a signature block; for choosing among pages."""


def find_signer(pages: Sequence[Page], rules: Rules) -> Signer | None:
    """Return the signer of the document, or None when no block was found."""
    best: Signer | None = None
    for page in pages:
        if not page.words:
            continue
        found = _signer_of(page, rules)
        if found is None:
            continue
        if found.score >= 3.0:
            return found
        if best is None or found.score > best.score:
            best = found
    return best


def find_recipients_row(rows: Sequence[Row], page: Page) -> Row | None:
    """Return the line `Nơi nhận:` in the left half, or None."""
    for row in rows:
        for run in runs_of(row):
            if run.box.x0 > 0.45 * page.width_pt or len(run.folded) > 40:
                continue
            if _RECIPIENTS.match(run.folded) or (
                len(run.folded) < 14 and fuzz.ratio(compact(run.text), "noinhan") >= 80
            ):
                return run
    return None


def _signer_of(page: Page, rules: Rules) -> Signer | None:
    words = clean_words(page)
    line_pt = letter_height_pt(words)
    right = [w for w in words if (w.box.x0 + w.box.x1) / 2 > 0.5 * page.width_pt]
    anchor = find_recipients_row(rows_of(words), page)
    rows = [run for row in rows_of(right) for run in runs_of(row, gap=2.6)]
    titles = _titles(rows, page, rules, line_pt, anchor)
    if not titles:
        return None
    name = _name_below(rows, titles, page, rules, line_pt)
    score = 1.0 + (anchor is not None) + 1.5 * (name is not None)
    score += 0.5 * any(_AUTHORITY.match(row.folded) for row in titles)
    return Signer(
        name=name_text(name.text, rules) if name else "",
        name_confidence=_name_confidence(name, rules) if name else 0.0,
        name_box=name.box if name else None,
        title=" | ".join(mend_title(row.text, rules) for row in titles),
        title_confidence=min(row.confidence for row in titles),
        title_box=box_of(titles),
        page=page.number,
        score=score,
    )


def _titles(
    rows: Sequence[Row], page: Page, rules: Rules, line_pt: float, anchor: Row | None
) -> list[Row]:
    """Return the lines of the post, from the first to the last, near each other in capitals."""
    chosen: list[Row] = []
    for row in rows:
        if not 0.55 < row.middle_x / page.width_pt < 0.92:
            continue
        if anchor is not None and abs(row.middle_y - anchor.middle_y) > 0.14 * page.height_pt:
            continue
        if chosen and row.middle_y - chosen[-1].middle_y > 2.6 * line_pt:
            if len(chosen) and _is_whole(chosen, rules):
                break
            chosen = []
        cleaned = _clean_title(row, rules)
        if cleaned is not None:
            chosen.append(cleaned)
    return chosen if _is_whole(chosen, rules) else []


def _is_whole(rows: Sequence[Row], rules: Rules) -> bool:
    return any(title_likeness(row.text, rules) >= 80 for row in rows)


def title_likeness(text: str, rules: Rules) -> float:
    """Return how much a line looks like a post or authority, 0–100."""
    bare = re.sub(r"^\W*(TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s?[.,:]?\s*", "", text)
    key = compact(bare)
    if len(key) < 4:
        return 0.0
    found = process.extractOne(key, rules.post_keys, scorer=fuzz.ratio)
    best = float(found[1]) if found is not None else 0.0
    for post in rules.post_keys:
        if len(post) >= 7 and post in key:
            best = max(best, 90.0)
    return best


def _clean_title(row: Row, rules: Rules) -> Row | None:
    """Return the row without scraps when it is a line of a post, else None."""
    kept = row.keep(lambda word: capitals_share(word.text) > 0.55 or word.text in {"-", ","})
    if kept is None or capitals_share(kept.text) < 0.75:
        return None
    likeness = title_likeness(kept.text, rules)
    is_authority = bool(_AUTHORITY.match(fold(kept.text) + " "))
    if likeness < 76 and not (is_authority and len(compact(kept.text)) > 5):
        return None
    return kept


def mend_title(text: str, rules: Rules) -> str:
    """Return a line of the post with tones mended by the list of posts and bodies."""
    text = re.sub(r"^\W+|[^\wÀ-ỹ).]+$", "", tidy(text))
    found = re.match(r"(TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s?([.,:]?)\s*(?=[A-ZÀ-ỸĐ])", text)
    lead, rest = "", text
    if found:
        dot = "" if "/" in found[1] else "."
        lead, rest = f"{found[1]}{dot} ", text[found.end() :]
    for known in (*rules.posts, *rules.signer_bodies):
        if compact(known) == compact(rest):
            return lead + _keep_spelling(rest, known)
    near = process.extractOne(compact(rest), rules.post_keys, scorer=fuzz.ratio, score_cutoff=88)
    if near is not None and abs(len(near[0]) - len(compact(rest))) <= 1:
        return lead + (*rules.posts, *rules.signer_bodies)[near[2]]
    return lead + rest


def _keep_spelling(read: str, known: str) -> str:
    """Keep `UỶ` where it was read so, else take the known spelling."""
    return read if read.replace("Ỷ", "Y").replace("Ủ", "U") == known.replace("Ủ", "U") else known


def _name_below(
    rows: Sequence[Row], titles: Sequence[Row], page: Page, rules: Rules, line_pt: float
) -> Row | None:
    """Return the line below the post that looks most like a person's name."""
    bottom = titles[-1].middle_y
    axis = box_of(titles)
    best: tuple[float, Row] | None = None
    for row in rows:
        depth = row.middle_y - bottom
        if not 0.9 * line_pt < depth < _BLOCK * page.height_pt:
            continue
        for part in _name_parts(row):
            score = _name_score(part, rules)
            if axis is not None:
                score -= 2.5 * abs(part.middle_x - (axis.x0 + axis.x1) / 2) / page.width_pt
            if score > 0.9 and (best is None or score > best[0]):
                best = (score, part)
    return best[1] if best else None


def _name_parts(row: Row) -> list[Row]:
    """Return runs of two to five capitalised words."""
    parts: list[Row] = []
    words: list[Word] = []
    for word in (*row.words, None):
        if word is not None and _is_name_word(word):
            words.append(word)
            continue
        if 2 <= len(words) <= 6:
            parts.append(Row(words=tuple(words)))
        words = []
    return parts


def _is_name_word(word: Word) -> bool:
    bare = word.text.strip(".,;:'`’‘_-=¬\"“”")
    if len(bare) < 2 or not bare.isalpha():
        return bool(re.fullmatch(r"(PGS|GS|TS|ThS|BS)[.TS]*", bare))
    return bare[0].isupper() and len(bare) <= 7 and bare[1:].islower()


def _name_score(part: Row, rules: Rules) -> float:
    words = name_text(part.text, rules).split()
    if not 2 <= len(words) <= 5:
        return 0.0
    score = part.confidence + 0.3 * (len(words) in {3, 4})
    if fold(words[0]) in rules.family_keys:
        score += 0.5
    return score


def _name_confidence(name: Row, rules: Rules) -> float:
    words = name_text(name.text, rules).split()
    known = bool(words) and words[0] in rules.family_names
    return name.weakest * (1.0 if known else 0.75)


def name_text(text: str, rules: Rules) -> str:
    """Return a name without rank, degree and signs, the family name's tones mended."""
    text = tidy(re.sub(r"[^\wÀ-ỹ. ]+", " ", text)).strip(" ._")
    for prefix in sorted(rules.name_prefixes, key=len, reverse=True):
        if text.startswith((prefix + ".", prefix + " ")) and len(text.split()) > 2:
            text = text[len(prefix) :].lstrip(". ")
    words = text.split()
    if words and words[0] not in rules.family_names:
        same = [name for name in rules.family_names if fold(name) == fold(words[0])]
        if len(same) == 1:
            words[0] = same[0]
    return " ".join(words)
