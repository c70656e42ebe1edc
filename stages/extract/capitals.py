"""Lines of capitals mended from the lists of bodies, places and the words they are made of.

Readers lose tones and spaces in capitals first, and stamps add scraps. A run of words that equals a
listed name but for tones takes that name's tones; a word whose tone merely stands elsewhere (`UỶ`,
`HOÀ`) stays as printed. How much of a line the lists know tells how sure it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from stages.extract.folding import compact, fold, retone
from stages.extract.rules import Rules

_SURE = 0.9
_BODY_LETTERS, _LONG_BODY, _BEGUN = 9, 12, 0.75
"""Letters of a name that is mended by its end, and by one letter; share of it that must stand."""
_COMMUNES_AFTER = frozenset({"XÃ", "PHƯỜNG", "KHU"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedLine:
    """A line of capitals as it should read."""

    text: str
    known: float
    """Share of its letters in listed names, 0–1."""


def mend_capitals(line: str, rules: Rules, *, confidence: float) -> MendedLine:
    """Return a line of capitals with tones, joined words and scraps mended.

    Letters are mended only where the reader was not sure of them: the lists never hold all names,
    and a village that is not in them is not the one that is a letter away.

    Args:
        line: the line, in capitals.
        rules: the tables.
        confidence: of its least sure word, 0–1.
    """
    words = _without_scrap(line.split(), rules)
    may_mend = confidence < _SURE
    near = _nearly_known(" ".join(words), rules) if may_mend else None
    if near is not None:
        return MendedLine(text=near, known=1.0)
    words = _nearly_begun(words, rules, may_mend=may_mend)
    out: list[str] = []
    known = at = 0
    while at < len(words):
        name = _known_at(words, at, out, rules, may_mend=may_mend)
        if name is None:
            joined = _part_joined(words[at], rules)
            known += len(joined) if " " in joined else 0
            out.append(joined)
            at += 1
            continue
        length = len(name.split())
        run = words[at : at + length]
        out.extend(retone(run, name.split()) if fold(name) == fold(" ".join(run)) else [name])
        known += len("".join(run))
        at += length
    letters = max(1, sum(len(word) for word in words))
    whole = _whole_province(out, rules)
    if whole is not None:
        return MendedLine(text=whole, known=0.0)
    return MendedLine(text=" ".join(out), known=min(1.0, known / letters))


def whole_body(name: str, rules: Rules) -> str:
    """Return the listed body for a name that is it but for one letter, or for its end.

    `LƯ TRỮ` under a seal's rim and `BỘ TÀI CHÍN` beside a stamp are read with confidence. Only long
    names are mended, and ends only where little is lost: `BỘ GIÁO DỤC` was a body of its own.

    Args:
        name: the whole name, its lines joined, in capitals.
        rules: the tables.
    """
    key = compact(name)
    bodies = rules.body_keys
    if len(key) < _BODY_LETTERS or key in bodies:
        return name
    begun = [body for body in bodies if body.startswith(key) and len(key) >= _BEGUN * len(body)]
    if len(begun) == 1:
        return bodies[begun[0]]
    if len(key) < _LONG_BODY:
        return name
    near = [body for body in bodies if Levenshtein.distance(key, body, score_cutoff=1) <= 1]
    return bodies[near[0]] if len(near) == 1 else name


def _whole_province(words: Sequence[str], rules: Rules) -> str | None:
    """Return a line that ends in half of a province's name with all of it (`TỈNH ĐIỆN`)."""
    if len(words) < 2 or words[-2] != "TỈNH":
        return None
    begun = [name for name in rules.provinces if fold(name).startswith(f"{fold(words[-1])} ")]
    if len(begun) != 1:
        return None
    return " ".join([*words[:-1], begun[0].upper()])


def _without_scrap(words: list[str], rules: Rules) -> list[str]:
    """Drop a stamp's scrap before a listed name (`HUY BỘ TÀI CHÍNH`)."""
    if len(words) > 2 and len(words[0]) <= 3:
        first, rest = fold(words[0]), " ".join(fold(word) for word in words[1:])
        is_scrap = first not in rules.first_words and first not in rules.open_ends
        if is_scrap and rest in rules.known_runs and (rest + " ").startswith(rules.starters):
            return words[1:]
    return words


def _nearly_begun(words: list[str], rules: Rules, *, may_mend: bool) -> list[str]:
    """Mend a long listed body that the line begins with but for two letters."""
    for count in range(min(6, len(words)), 1, -1):
        key = compact("".join(words[:count]))
        if key in rules.begun_runs and len(rules.joined_runs[key].split()) != count:
            return [*rules.joined_runs[key].split(), *words[count:]]
        if not may_mend:
            continue
        ends = [n for n in rules.begun_runs if n.endswith(key) and len(n) == len(key) + 2]
        if len(ends) == 1 and len(key) >= 9:
            return [*rules.joined_runs[ends[0]].split(), *words[count:]]
        if len(key) < 11 or key in rules.joined_runs:
            continue
        near = [name for name in rules.begun_runs if abs(len(name) - len(key)) <= 1]
        found = process.extractOne(key, near, scorer=Levenshtein.distance, score_cutoff=2)
        if found is not None:
            return [*rules.joined_runs[found[0]].split(), *words[count:]]
    return words


def _known_at(
    words: Sequence[str], at: int, before: Sequence[str], rules: Rules, *, may_mend: bool
) -> str | None:
    """Return the longest known name that the words from there on spell, tones aside."""
    for length in range(min(9, len(words) - at), 0, -1):
        key = " ".join(fold(word) for word in words[at : at + length])
        name = rules.known_runs.get(key)
        if name is not None and (length > 1 or at == 0):
            return name
        if before and before[-1] in _COMMUNES_AFTER and at + length == len(words):
            commune = _commune(key, rules, may_mend=may_mend)
            if commune is not None and len(commune.split()) == length:
                return commune
    return None


def _commune(key: str, rules: Rules, *, may_mend: bool) -> str | None:
    """Return the commune of these plain letters, or the only one a single letter away."""
    found = rules.commune_runs.get(key)
    if found is not None or not may_mend or len(key) < 6:
        return found
    near = process.extract(
        key, rules.commune_runs.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=2
    )
    return rules.commune_runs[near[0][0]] if len(near) == 1 else None


def _nearly_known(line: str, rules: Rules) -> str | None:
    """Return the listed name for a line that is but one or two letters away from it."""
    key = compact(line)
    if len(key) < 9 or key in rules.joined_runs:
        return None
    near = [name for name in rules.joined_runs if len(name) == len(key)]
    cutoff = 2 if len(key) >= 13 else 1
    found = process.extractOne(key, near, scorer=Levenshtein.distance, score_cutoff=cutoff)
    return None if found is None else rules.joined_runs[found[0]]


def _part_joined(word: str, rules: Rules) -> str:
    """Return `CHÍNH PHỦ` for `CHÍNHPHỦ`: readers lose spaces in narrow capitals."""
    name = rules.joined_runs.get(compact(word)) if len(word) >= 6 else None
    if name is None:
        return word
    parts, at = [], 0
    for known in name.split():
        parts.append(word[at : at + len(known)])
        at += len(known)
    return " ".join(retone(parts, name.split()))
