"""Who signed and in what post (ô 7a, 7b): the right half of the block beside `Nơi nhận`.

The block is looked for on every page, because annexes follow and other papers are attached: the
first page that bears a post in capitals with a name below it wins, and `Nơi nhận` beside it makes
it sure. Two signers of a record or a joint paper stand side by side: the right one leads. Sources:
NĐ 30/2020 PL I, phần I.II.7; Hướng dẫn 36-HD/VPTW (`T/M`, `K/T`, `T/L`).
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from pipeline.model.records import Box, Page, Word
from stages.extract.folding import capitals_share, compact, fold
from stages.extract.names import MENDED, name_text, whole_words
from stages.extract.posts import Post, agree, in_party_style, read_post
from stages.extract.rows import (
    Row,
    atoms_of,
    box_of,
    clean_words,
    letter_height_pt,
    rows_of,
    runs_of,
)
from stages.extract.rules import Rules

_RECIPIENTS = re.compile(r"^\W{0,3}n\w{1,2}\s?nh[aă]n\b")
_HEADLESS, _CENTRED = 0.6, 0.45
"""A name's middle lies so far from the post's, in heights: beyond, to the right, its first word is
lost; within, it is whole (right names of 218 generated letters: 95 of 100 within 0.5)."""
_CENTRED_SURE = 0.7
"""A mended name that is centred is sure to no more than this."""
_WHOLE = 3.0
"""Score of a block that needs no better one on a later page."""
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


def find_signer(
    pages: Sequence[Page], rules: Rules, *, is_joint: bool = False, is_party: bool = False
) -> Signer | None:
    """Return the signer of the document, or None when no block was found.

    Args:
        pages: all pages in order.
        rules: the tables.
        is_joint: the document has two issuers, so two sign side by side.
        is_party: a paper of the Party, which writes `T/M`, `K/T`.
    """
    best: Signer | None = None
    for page in pages:
        words = clean_words(page)
        if not _may_be_signed(words, page, rules):
            continue
        found = _signer_of(words, page, rules)
        if found is None:
            continue
        if is_joint:
            found = _with_left(found, words, page, rules)
        if is_party:
            found = replace(found, title=in_party_style(found.title))
        if found.score >= _WHOLE:
            return found
        if best is None or found.score > best.score:
            best = found
    return best


def _with_left(right: Signer, words: Sequence[Word], page: Page, rules: Rules) -> Signer:
    """Return both signers of a joint paper, the left one first, parted by `; `."""
    away = 0.44 * page.width_pt
    shifted = [
        replace(word, box=replace(word.box, x0=word.box.x0 + away, x1=word.box.x1 + away))
        for word in words
        if word.box.x1 < 0.53 * page.width_pt
    ]
    left = _signer_of(shifted, page, rules)
    if left is None or not (left.name and left.title):
        return right
    return replace(
        right,
        name="; ".join(name for name in (left.name, right.name) if name),
        name_confidence=left.name_confidence * right.name_confidence,
        title=f"{left.title}; {right.title}",
        title_confidence=left.title_confidence * right.title_confidence,
    )


def _may_be_signed(words: Sequence[Word], page: Page, rules: Rules) -> bool:
    """Tell at a glance whether a post's word stands in the right half, or `Nơi nhận` somewhere."""
    for word in words:
        if word.box.x0 + word.box.x1 > page.width_pt:
            if word.text[-1:].isupper() and compact(word.text) in rules.post_words:
                return True
        elif word.text.startswith(("Nơi", "Noi", "Nới")):
            return True
    return False


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


def _signer_of(words: Sequence[Word], page: Page, rules: Rules) -> Signer | None:
    line_pt = letter_height_pt(words)
    anchor = find_recipients_row(rows_of(words), page)
    rows = [run for row in atoms_of(words) for run in _right_runs(row, page)]
    titles = _titles(rows, page, rules, line_pt, anchor)
    if not titles and anchor is None:
        return None
    axis = box_of(titles)
    top_y = titles[-1].middle_y if titles else _top_of(anchor)
    name = _name_below(rows, top_y, axis, page, rules, line_pt)
    if not titles and name is None:
        return None
    posts = agree([read_post(row.text, rules) for row in titles], rules.signer_bodies)
    score = bool(titles) + (anchor is not None) + 1.5 * (name is not None)
    score += 0.5 * any(post.lead for post in posts)
    return Signer(
        name=name_text(name.text, rules) if name else "",
        name_confidence=_name_confidence(name, axis, rules) if name else 0.0,
        name_box=name.box if name else None,
        title=" | ".join(post.text for post in posts),
        title_confidence=_title_confidence(titles, posts, name),
        title_box=axis,
        page=page.number,
        score=score,
    )


def _top_of(anchor: Row | None) -> float:
    """Return where an unread post would stand: beside `Nơi nhận` and the line below."""
    return anchor.middle_y + anchor.height_pt if anchor is not None else 0.0


def _title_confidence(titles: Sequence[Row], posts: Sequence[Post], name: Row | None) -> float:
    """Return how sure the lines are: as read, as listed, and on one axis with the name."""
    if not titles:
        return 0.0
    middles = [row.middle_x for row in titles]
    axis = name.middle_x if name is not None else statistics.median(middles)
    strays = max(abs(middle - axis) for middle in middles)
    likeness = min(post.likeness for post in posts) / 100
    return min(row.confidence for row in titles) * likeness**2 * (0.8 if strays > 11 else 1.0)


def _right_runs(row: Row, page: Page) -> list[Row]:
    """Return the pieces of a row that stand in the right half and did not begin in the left.

    A recipient's line may end close to the post beside it: there the sign at its end or the change
    from small letters to capitals parts them.
    """
    runs: list[Row] = []
    for run in runs_of(row, gap=1.2):
        if run.box.x0 >= 0.47 * page.width_pt:
            runs.append(run)
            continue
        cut = _column_break(run, page)
        if cut is not None:
            runs.append(Row(words=run.words[cut:]))
    return runs


def _column_break(run: Row, page: Page) -> int | None:
    """Return the ordinal of the first word of the right column in a run across both."""
    for ordinal in range(1, len(run.words)):
        before, word = run.words[ordinal - 1], run.words[ordinal]
        if word.box.x0 < 0.5 * page.width_pt:
            continue
        ends = before.text.endswith((";", ".", ":", ",")) and word.text[:1].isupper()
        turns = capitals_share(before.text) < 0.6 and capitals_share(word.text) > 0.9
        if ends or (turns and len(word.text) > 1):
            return ordinal
        if before.confidence < 0.3 and word.box.x0 > 0.55 * page.width_pt:
            return ordinal
        return None
    return None


def _titles(
    rows: Sequence[Row], page: Page, rules: Rules, line_pt: float, anchor: Row | None
) -> list[Row]:
    """Return the lines of the post, from the first to the last, near each other in capitals."""
    chosen: list[Row] = []
    for row in rows:
        if not 0.56 < row.middle_x / page.width_pt < 0.92:
            continue
        if anchor is not None and abs(row.middle_y - anchor.middle_y) > 0.14 * page.height_pt:
            continue
        cleaned = _clean_title(row, rules)
        if cleaned is None:
            continue
        if chosen and row.middle_y - chosen[-1].middle_y > 2.6 * line_pt:
            if _is_whole(chosen, rules):
                break
            chosen = []
        chosen.append(cleaned)
    return chosen if _is_whole(chosen, rules) else []


def _is_whole(rows: Sequence[Row], rules: Rules) -> bool:
    return any(read_post(row.text, rules).likeness >= 80 for row in rows)


def _clean_title(row: Row, rules: Rules) -> Row | None:
    """Return the row without scraps when it is a line of a post, else None."""
    kept = row.keep(lambda word: capitals_share(word.text) > 0.55 or word.text in {"-", ","})
    if kept is None or capitals_share(kept.text) < 0.75:
        return None
    post = read_post(kept.text, rules)
    if post.likeness < 76 and not (post.lead and len(compact(post.name)) > 5):
        return None
    return kept


def _name_below(
    rows: Sequence[Row],
    top_y: float,
    axis: Box | None,
    page: Page,
    rules: Rules,
    line_pt: float,
) -> Row | None:
    """Return the line below the post that looks most like a person's name."""
    best: tuple[float, Row] | None = None
    for row in rows:
        depth = row.middle_y - top_y
        if not 0.9 * line_pt < depth < _BLOCK * page.height_pt:
            continue
        for part in _name_parts(row, rules):
            score = _name_score(part, rules)
            if axis is not None:
                score -= 2.5 * abs(part.middle_x - (axis.x0 + axis.x1) / 2) / page.width_pt
            if score > (0.9 if axis is not None else 1.3) and (best is None or score > best[0]):
                best = (score, part)
    return best[1] if best else None


def _name_parts(row: Row, rules: Rules) -> list[Row]:
    """Return runs of two to six capitalised words that no small letters adjoin."""
    parts: list[Row] = []
    words: list[Word] = []
    is_open = True
    for word in whole_words(row.words, rules):
        if _is_name_word(word):
            words.append(word)
            continue
        if len(word.text) < 2 and word.confidence < 0.8:
            continue
        is_prose = word.confidence > 0.5 and word.text[:1].islower() and len(word.text) > 1
        if is_open and not is_prose:
            parts.append(Row(words=tuple(words)))
        words, is_open = [], not is_prose
    if is_open:
        parts.append(Row(words=tuple(words)))
    return [part for part in parts if 2 <= len(part.words) <= 6]


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


def _name_confidence(name: Row, axis: Box | None, rules: Rules) -> float:
    """Return how sure the name is: as read, of a known family, and centred below the post.

    A seal hides the left of a name; one of two words that stands to the right of the post's axis
    has lost its first. A family name mended from its end is right where the whole is centred.
    """
    words = name_text(name.text, rules).split()
    sure = name.weakest * (1.0 if words and words[0] in rules.family_names else 0.4)
    if axis is None:
        return sure
    right_of_axis = name.middle_x - (axis.x0 + axis.x1) / 2
    if len(words) == 2 and right_of_axis > _HEADLESS * name.height_pt:
        return 0.5 * sure
    rest = min(word.confidence for word in name.words[1:])
    if sure == MENDED < rest and abs(right_of_axis) < _CENTRED * name.height_pt:
        return min(rest, _CENTRED_SURE)
    return sure
