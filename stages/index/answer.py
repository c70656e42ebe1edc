"""A document as an answer: its best page and the snippet of it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model.search import Hit, IndexEntry
from stages.index.analysis import plain, streams
from stages.index.plan import TIER_STEP, Tier
from stages.index.question import Question
from stages.index.snippet import snippet

_LOOKED_AT = 3
"""Pages of a long document that are looked at word by word."""
_FIELDS_SHOWN = ("subject", "code", "issuer", "type", "signer_name", "addressee")
"""Where a match is shown from when no page has one."""


def hit_of(entry: IndexEntry, score: float, question: Question) -> Hit:
    """Return a document as an answer to a question."""
    fields = entry.fields
    page, text = best_page(entry.pages, question)
    shown = snippet(text, question)
    if "<mark>" not in shown:
        values = (snippet(fields.get(name, ""), question) for name in _FIELDS_SHOWN)
        shown = next((value for value in values if "<mark>" in value), shown)
    return Hit(
        document_id=entry.document_id,
        score=round(score, 4),
        page=page,
        snippet=shown,
        code=fields.get("code", ""),
        subject=fields.get("subject", ""),
        issuer=fields.get("issuer", ""),
        issued_date=fields.get("issued_date", ""),
        pdf=entry.pdf,
        type=fields.get("type", ""),
        folder=entry.folder,
        match=tier_of(score).name.lower(),
    )


def tier_of(score: float) -> Tier:
    """Return the tier that a score tells."""
    return Tier(int(score // TIER_STEP))


def best_page(pages: Sequence[str], question: Question) -> tuple[int, str]:
    """Return (number, text) of the page that meets most of a question; the first when none does."""
    if len(pages) <= 1 or not question.wanted:
        return 1, pages[0] if pages else ""
    chosen: Sequence[int] = range(len(pages))
    if len(pages) > _LOOKED_AT:
        chosen = _likely(pages, question) or chosen
    scored = ((_score(pages[at], question), -at) for at in chosen)
    best = -max(scored)[1]
    return best + 1, pages[best]


def _likely(pages: Sequence[str], question: Question) -> list[int]:
    """Return the pages worth a closer look, told by a quick one; none when nothing is met."""
    words = list(dict.fromkeys(word.folded for word in question.words))
    row = " ".join(word.folded for word in question.words)
    met: list[tuple[int, int, int, int]] = []
    for at, text in enumerate(pages):
        short = plain(text)
        counts = [short.count(word) for word in words]
        if any(counts):
            found = sum(count > 0 for count in counts)
            met.append((int(row in short), found, sum(counts), -at))
    met.sort(reverse=True)
    return [-one[-1] for one in met[:_LOOKED_AT]]


def _score(text: str, question: Question) -> tuple[int, ...]:
    """Return what a page is worth: side by side with tones, without, words met, and how often."""
    exact, folded = (f" {stream} " for stream in streams(text))
    words = question.words
    is_row = not question.has_prefix
    row_exact = f" {' '.join(word.exact for word in words)} "
    row_folded = f" {' '.join(word.folded for word in words)} "
    starts = [f" {term.folded}{'' if term.is_prefix else ' '}" for term in question.wanted]
    counts = [folded.count(start) for start in starts]
    return (
        int(is_row and question.is_toned and row_exact in exact),
        int(is_row and row_folded in folded),
        sum(count > 0 for count in counts),
        sum(f" {word.exact} " in exact for word in words) if question.is_toned else 0,
        sum(counts),
    )
