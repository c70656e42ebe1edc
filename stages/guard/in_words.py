"""Marks among the words that a reader found: black stamps, typed marks, pages with their own text.

A mark stands alone: capitals, nothing else on its line nearby, in a zone where stamps stand (left
column below the number, head and foot of the page). `bảo mật`, `BÍ MẬT NHÀ NƯỚC`, `Mật` in a
sentence or a name stand among other words and never count. Doubt counts as a mark.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from pipeline.model.records import Box, Mark, Word
from stages.guard.marks_table import MarkKind, MarksTable, letters_of

_GAP = 1.3
"""Words nearer than this many letter heights belong together."""
_WORD_SPACE = 0.6
"""Of letter heights; justified lines have wider ones, then their other words tell them."""
_SENTENCE_LETTERS = 4
"""Fewer letters read with confidence are no sentence."""
_LEAST_ALIKE, _ALIKE = 3, 2
"""Letters of a word that may be taken for a mark's, and how many of them may differ."""
_HEAD = 0.42
_FOOT = 0.9
_COMPANIONS = frozenset(
    {"do", "mat", "khan", "hen", "gio", "so", "ban", "toi", "tuyet", "hoa", "toc"}
)
"""Words that may stand in a mark's frame besides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRun:
    """Words near each other on one line."""

    words: tuple[Word, ...]
    looks_like_mark: bool
    """Its letters are those of a mark, or so few that they may be."""
    is_legible: bool
    """Enough of it was read with confidence to know what it is."""

    def spells(self, mark_word: str, word: Word) -> bool:
        """Tell whether this word of the run is, but for a letter, that word of a mark."""
        return Levenshtein.distance(letters_of(word.text), letters_of(mark_word)) <= 1

    def is_sentence_with(self, word: Word) -> bool:
        """Tell whether the word belongs to the others: legible, and written like it or close by it.

        A stamp's capitals beyond a frame from a line's small letters stand for themselves.
        """
        others = [
            other
            for other in self.words
            if other is not word
            and other.confidence >= 0.6
            and letters_of(other.text) not in _COMPANIONS
            and (other.text.isupper() == word.text.isupper() or _is_close(other.box, word.box))
        ]
        return sum(len(letters_of(other.text)) for other in others) >= _SENTENCE_LETTERS


def looks_like(word: Word, mark_word: str) -> bool:
    """Tell whether a printed word may be taken for that word of a mark: `NHẬT`, `LUẬT`, `MỘT`."""
    letters = letters_of(word.text)
    if not word.text.isupper() or len(letters) < _LEAST_ALIKE:
        return False
    return Levenshtein.distance(letters, letters_of(mark_word)) <= _ALIKE


def spoken_runs(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words that have letters, grouped by line and nearness."""
    return _runs([word for word in words if letters_of(word.text)])


def runs_of_words(
    words: Sequence[Word], table: MarksTable, runs: Sequence[Sequence[Word]] | None = None
) -> list[WordRun]:
    """Return the words of a page in runs, each judged whether it is print or may be a mark.

    Args:
        words: in any order.
        table: what marks say.
        runs: `spoken_runs` of the words where they are known already.
    """
    judged = [_judged(run, table) for run in (spoken_runs(words) if runs is None else runs)]
    numbers = [
        word for word in words if not letters_of(word.text) and any(map(str.isdigit, word.text))
    ]
    return [_with_numbers(run, numbers) for run in judged]


def _with_numbers(run: WordRun, numbers: Sequence[Word]) -> WordRun:
    """Add the numbers of a sentence to it: alone, a number may be what is left of a stamp."""
    if run.looks_like_mark or not run.is_legible:
        return run
    lines = {word.line for word in run.words}
    beside = [
        number
        for number in numbers
        if number.line in lines
        and any(word.line == number.line and _is_beside(word.box, number.box) for word in run.words)
    ]
    return replace(run, words=(*run.words, *beside)) if beside else run


def _judged(run: Sequence[Word], table: MarksTable) -> WordRun:
    sure = sum(len(letters_of(word.text)) for word in run if word.confidence >= 0.6)
    plain = letters_of("".join(word.text for word in run))
    may_be = _kind_of(run, table) is not None or (len(plain) < 12 and _is_like(plain, table))
    return WordRun(words=tuple(run), looks_like_mark=may_be, is_legible=sure >= _SENTENCE_LETTERS)


def _is_like(plain: str, table: MarksTable) -> bool:
    """Tell whether the letters come near a mark's: two of three, so that nothing is missed."""
    return any(
        Levenshtein.distance(plain, kind.letters) <= max(1, len(kind.letters) // 3)
        for kind in table.kinds
    )


def marks_in_words(
    words: Sequence[Word],
    table: MarksTable,
    *,
    width_pt: float,
    height_pt: float,
    runs: Sequence[Sequence[Word]] | None = None,
) -> tuple[Mark, ...]:
    """Return the marks among the words of a page; boxes in points.

    Args:
        words: in any order.
        table: what marks say.
        width_pt: page width.
        height_pt: page height.
        runs: `spoken_runs` of the words where they are known already.
    """
    runs = spoken_runs(words) if runs is None else runs
    spoken = [word for run in runs for word in run]
    found: list[Mark] = []
    for run in runs:
        kind = _kind_of(run, table)
        if kind is None or not _is_in_zone(_box(run), width_pt, height_pt):
            continue
        if _goes_on_from_above(run, spoken):
            continue
        confidence = statistics.fmean(word.confidence for word in run)
        found.append(
            Mark(
                text=kind.text,
                box=_box(run),
                confidence=min(0.98, max(0.5, confidence)),
                colour="black",
            )
        )
    return tuple(found)


def _box(run: Sequence[Word]) -> Box:
    box = run[0].box
    for word in run[1:]:
        box = box.union(word.box)
    return box


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    """Return words grouped by line and nearness; short runs of two lines of the reader may join."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    runs: list[list[Word]] = []
    for line in lines.values():
        line.sort(key=lambda item: item.box.x0)
        runs.append([line[0]])
        for word in line[1:]:
            if _is_beside(runs[-1][-1].box, word.box):
                runs[-1].append(word)
            else:
                runs.append([word])
    return _joined(runs)


def _joined(runs: list[list[Word]]) -> list[list[Word]]:
    """Join short runs that are level and near, such as `TUYỆT` and `MẬT` read as two lines."""
    long = [run for run in runs if len(run) > 3]
    joined: list[list[Word]] = []
    for run in sorted((r for r in runs if len(r) <= 3), key=lambda r: r[0].box.x0):
        fellow = next((o for o in joined if _is_level(o[-1].box, run[0].box)), None)
        if fellow is None:
            joined.append(run)
        else:
            fellow.extend(run)
    for run in joined:
        beside = next((o for o in long if _touches(o, run)), None)
        if beside is not None:
            beside.extend(run)
    held = {id(word) for run in long for word in run}
    return [*long, *(run for run in joined if id(run[0]) not in held)]


def _touches(longer: Sequence[Word], run: Sequence[Word]) -> bool:
    return _is_level(longer[-1].box, run[0].box) or _is_level(run[-1].box, longer[0].box)


def _is_beside(first: Box, second: Box) -> bool:
    """Tell whether two boxes of one line of the reader stand near each other."""
    height = min(first.height_pt, second.height_pt)
    overlap = min(first.y1, second.y1) - max(first.y0, second.y0)
    gap = max(second.x0 - first.x1, first.x0 - second.x1)
    return overlap > 0.4 * height and gap < _GAP * max(6.0, height)


def _is_close(first: Box, second: Box) -> bool:
    """Tell whether a word space parts two boxes of a line at most: a stamp's frame is wider."""
    gap = max(second.x0 - first.x1, first.x0 - second.x1)
    return gap < _WORD_SPACE * min(first.height_pt, second.height_pt)


def _is_level(first: Box, second: Box) -> bool:
    """Tell whether boxes of two lines of the reader are one line of print: level and near."""
    height = max(4.0, min(first.y1 - first.y0, second.y1 - second.y0))
    if abs(first.y0 + first.y1 - second.y0 - second.y1) >= 0.6 * height:
        return False  # most pairs of a page: 1,600 are asked
    return max(second.x0 - first.x1, first.x0 - second.x1) < _GAP * height


def _kind_of(run: Sequence[Word], table: MarksTable) -> MarkKind | None:
    """Return the mark a run of words is, or None; scraps of a frame beside it are forgiven."""
    if len(run) > 6:
        return None
    text = " ".join(word.text for word in run)
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isupper() for letter in letters) < 0.75 * len(letters):
        return None
    plain = letters_of(text)
    exact = table.by_letters.get(plain)
    if exact is not None:
        return exact
    for kind in sorted(table.kinds, key=lambda item: -len(item.letters)):
        allowed = 0 if len(kind.letters) < 5 else 1 if len(kind.letters) < 8 else 2
        if Levenshtein.distance(plain, kind.letters, score_cutoff=allowed) <= allowed:
            return kind
    return _with_scraps(run, table)


def _with_scraps(run: Sequence[Word], table: MarksTable) -> MarkKind | None:
    core = [w for w in run if w.confidence > 0.3 and len(letters_of(w.text)) > 1]
    if not core or len(core) == len(run) or len(run) > 5:
        return None
    if any(letters_of(word.text) not in _COMPANIONS for word in core):
        return None
    return table.by_letters.get(letters_of("".join(word.text for word in core)))


def _is_in_zone(box: Box, width_pt: float, height_pt: float) -> bool:
    """Tell whether stamps stand there: head, foot, or left margin of the page."""
    middle = (box.y0 + box.y1) / 2 / height_pt
    if middle < _HEAD or middle > _FOOT:
        return True
    return box.x1 < 0.13 * width_pt


def _goes_on_from_above(run: Sequence[Word], words: Sequence[Word]) -> bool:
    """Tell whether the heading's line right above ends in `… BÍ`, of which this is the rest."""
    box = _box(run)
    middle = (box.x0 + box.x1) / 2
    above = [
        word
        for word in words
        if 0 < box.y0 - word.box.y0 < 1.9 * box.height_pt and word.box.y1 < box.y1 - 2
    ]
    ends = [
        word for word in above if letters_of(word.text) in {"bi", "bao", "co", "ve", "can", "tri"}
    ]
    return any(end.text.isupper() and abs(_line_middle(end, above) - middle) < 40 for end in ends)


def _line_middle(word: Word, words: Sequence[Word]) -> float:
    line = [w.box for w in words if abs(w.box.y0 - word.box.y0) <= 0.6 * word.box.height_pt]
    return (min(box.x0 for box in line) + max(box.x1 for box in line)) / 2
