"""Lines of a signer's post (ô 7a), mended by what such lines can say.

Seals lie over these lines, so letters are lost at their ends: a line is compared with the list of
posts, and two lines are compared with each other (`KT. THỦ TƯỚNG` stands above `PHÓ THỦ TƯỚNG`,
never above `THỦ TƯỚNG`). Sources: NĐ 30/2020 PL I, phần I.II.7a; Hướng dẫn 36-HD/VPTW (`T/M`,
`K/T`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from stages.extract.folding import compact, retone, tidy
from stages.extract.rules import Rules

_LEAD = re.compile(
    r"^\W*(TM|KT|TL|TUQ|T/M|K/T|T/L|Q|K)(?:\s?[.,:]\s*|\s+(?=[A-ZÀ-ỸĐ]{2})|(?=[A-ZÀ-ỸĐ]{4}))"
)
_LIKE = 84.0
"""Likeness to a listed post from which a line is that post, 0–100."""
_SCRAP_BELOW = 80.0
"""Likeness of a line below which a scrap was dropped, at most."""
_DEPUTIES = {"BỘ TRƯỞNG": "THỨ TRƯỞNG"}
"""Deputies whose name is not `PHÓ` and the chief's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One line: authority and post."""

    lead: str
    """`TM.`, `KT.` … or empty."""
    name: str
    likeness: float
    """0–100 to the nearest listed post or body."""

    @property
    def text(self) -> str:
        """The line as printed."""
        return f"{self.lead} {self.name}".strip()


def read_post(text: str, rules: Rules) -> Post:
    """Return a line of the block as authority and post, tones and lost letters mended."""
    text = tidy(re.sub(r"[^\wÀ-ỹ.,:/()\- ]+", " ", text))
    found = _LEAD.match(text)
    lead = ""
    if found:
        # No sign of authority is a lone K: a seal hides the T.
        sign = "KT" if found[1] == "K" else found[1]
        lead = sign if "/" in sign else f"{sign}."
        text = text[found.end() :]
    name = re.sub(r"^\W+|[^\wÀ-ỹ)]+$", "", text)
    listed = (*rules.posts, *rules.signer_bodies)
    likeness, known = _nearest(compact(name), rules.post_keys, listed)
    if likeness >= _LIKE:
        return Post(lead=lead, name=_spell(name, known), likeness=likeness)
    part_likeness, part = _best_part(name.split(), rules.post_keys, listed)
    if part_likeness >= _LIKE and _rest_is_scrap(name.split(), part.split()):
        return Post(lead=lead, name=part, likeness=part_likeness)
    name = _mend_first(name, rules.post_keys, listed)
    return Post(lead=lead, name=_mend_parts(name, rules), likeness=max(likeness, part_likeness - 4))


def _mend_first(name: str, keys: Sequence[str], listed: Sequence[str]) -> str:
    """Mend a post that a longer line begins with (`HƯỞNG PHÒNG NỘI VỤ`)."""
    words = name.split()
    for length in (4, 3, 2):
        if length >= len(words):
            continue
        likeness, known = _nearest(compact("".join(words[:length])), keys, listed)
        if likeness == 100.0:
            return name
        if likeness >= 88 and len(known.split()) == length:
            return " ".join([known, *words[length:]])
    return name


def _nearest(key: str, keys: Sequence[str], listed: Sequence[str]) -> tuple[float, str]:
    if len(key) < 4:
        return 0.0, ""
    cut = [at for at, known in enumerate(keys) if known != key and known.startswith(key)]
    if key not in keys and cut and len(key) > 4:
        # A seal or the reader cut the end off: `CHỦ TỊ` is no CHỦ TRÌ.
        nearest = min(cut, key=lambda at: len(keys[at]))
        if len(keys[nearest]) - len(key) <= 2:
            return max(_LIKE, float(fuzz.ratio(key, keys[nearest]))), listed[nearest]
    found = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=60)
    if found is None or abs(len(found[0]) - len(key)) > 2:
        return 0.0, ""
    return float(found[1]), listed[found[2]]


def _best_part(
    words: Sequence[str], keys: Sequence[str], listed: Sequence[str]
) -> tuple[float, str]:
    """Return the post most like some words in a row."""
    best = (0.0, "")
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            best = max(best, _nearest(compact("".join(words[start:end])), keys, listed))
    return best


def _rest_is_scrap(words: Sequence[str], part: Sequence[str]) -> bool:
    return sum(len(word) for word in words) - sum(len(word) for word in part) <= 3


def _spell(read: str, known: str) -> str:
    words, listed = read.split(), known.split()
    same = len(words) == len(listed) and compact(read) == compact(known)
    return " ".join(retone(words, listed)) if same else known


def _mend_parts(name: str, rules: Rules) -> str:
    """Mend tones of listed posts inside a longer line (`BỘ TRƯỞNG, CHỦ NHIỆM`)."""
    words = name.split()
    keys = [compact(word) for word in words]
    for post in (*rules.posts, *rules.signer_bodies):
        wanted = [compact(word) for word in post.split()]
        for at in range(len(words) - len(wanted) + 1):
            if keys[at : at + len(wanted)] == wanted:
                ends = [re.sub(r"[\wÀ-ỹ]+", "", word) for word in words[at : at + len(wanted)]]
                bare = [re.sub(r"[^\wÀ-ỹ]+", "", word) for word in words[at : at + len(wanted)]]
                mended = retone(bare, post.split())
                words[at : at + len(wanted)] = [a + b for a, b in zip(mended, ends, strict=True)]
    return " ".join(words)


def agree(posts: Sequence[Post], bodies: Sequence[str]) -> list[Post]:
    """Return the lines with authority and deputy mended where one line tells the other's.

    A sign of authority stands above the post of who signs: a last line with one means that the line
    below was not read. The deputy under `KT.` is named, any other post is not guessed. A body alone
    does not sign: someone does on its behalf (`TM.`).

    Args:
        posts: the lines.
        bodies: names of bodies in capitals.
    """
    out = [
        replace(post, lead="") if post.lead and post.name.startswith(("PHÓ ", "THỨ ")) else post
        for post in _without_fragments(posts)
    ]
    if len(out) > 1 and not out[0].lead and out[0].name in bodies:
        out[0] = replace(out[0], lead="TM.", likeness=out[0].likeness - 4)
    if out and out[-1].lead in {"KT.", "K/T"}:
        named = _DEPUTIES.get(out[-1].name, f"PHÓ {out[-1].name}")
        out.append(Post(lead="", name=named, likeness=80.0))
    elif out and out[-1].lead:
        out[-1] = replace(out[-1], likeness=min(60.0, out[-1].likeness))
    for ordinal in range(1, len(out)):
        chief, deputy = out[ordinal - 1], out[ordinal]
        # Who holds two posts signs as the deputy of one (`BỘ TRƯỞNG, CHỦ NHIỆM`).
        deputies = {post: _DEPUTIES.get(post, f"PHÓ {post}") for post in chief.name.split(", ")}
        deputies[chief.name] = _DEPUTIES.get(chief.name, f"PHÓ {chief.name}")
        if deputy.name in deputies and not deputy.lead:
            named = deputies[deputy.name]
            deputy = replace(deputy, name=named, likeness=deputy.likeness - 6)
        if deputy.name in deputies.values() and chief.lead in {"", "T."}:
            chief = replace(chief, lead="KT.", likeness=chief.likeness - 3)
        out[ordinal - 1], out[ordinal] = chief, deputy
    return out


def in_party_style(title: str) -> str:
    """Return the lines with signs of authority as the Party writes them (`K/T`)."""
    return re.sub(r"\b([TK])([MTL])\. ", r"\1/\2 ", title)


def _without_fragments(posts: Sequence[Post]) -> list[Post]:
    """Drop a last line that is a scrap; it may be all that is left of a line, so doubt remains."""
    out = list(posts)
    while len(out) > 1 and out[-1].likeness < 80 and len(compact(out[-1].name)) < 6:
        out.pop()
        out[-1] = replace(out[-1], likeness=min(out[-1].likeness, _SCRAP_BELOW))
    return out
