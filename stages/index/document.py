"""A document as an engine holds it: words of each column, pairs, and what answers are narrowed by.

Made here, once, for every engine; an engine parts the words at spaces and does nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.search import SIGNATURES, IndexEntry
from stages.index.analysis import PART, cited_codes, code_tokens, code_words, pairs, streams

REVISION = 3
"""Of columns and values; an index made under another one must be made anew."""

COLUMNS = (
    "code",
    "subject",
    "issuer",
    "type",
    "signer",
    "other",
    "body",
    "fields",
    "exact",
    "cited",
)
"""Columns of words. `fields` and `exact` hold the exact stream, the others the folded one; `body`
and `exact` hold all that is known of the document, its fields too."""

WEIGHTS = (10.0, 8.0, 5.0, 4.0, 3.0, 2.0, 1.0, 3.0, 0.5, 2.0)
"""BM25 weight of each column: fields above body."""

_PLACED = {
    "subject": ("subject",),
    "issuer": ("issuer", "issuer_parent"),
    "type": ("type",),
    "signer": ("signer_name", "signer_title"),
}
_KNOWN = frozenset({"code", *(name for names in _PLACED.values() for name in names)})
SIGNED = f"{PART}signed"
"""Structured token of every document that came digitally signed."""
_BETWEEN = f" {PART} "
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_VALUE_CHARS_MAX = 200
"""An issuer of more letters is a misread page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Values that answers are narrowed and counted by."""

    issued_date: str
    """ISO 8601, or empty when there is none or it is no date."""
    issuer: str
    issuer_label: str
    type: str
    type_label: str
    folder: str

    @property
    def year(self) -> str:
        """Year of issue, four digits, or empty."""
        return self.issued_date[:4]


def columns_of(entry: IndexEntry) -> dict[str, str]:
    """Return the words of each column, parted by one space."""
    named = {
        name: streams(value) for name, value in entry.fields.items() if value and name != SIGNATURES
    }
    text_exact, text_folded = streams("\n".join(entry.pages))
    code = entry.fields.get("code", "")
    own = code_words(code)
    placed = {
        column: _joined(named[name][1] for name in names if name in named)
        for column, names in _PLACED.items()
    }
    return placed | {
        "code": " ".join((*own, *code_tokens(code))),
        "other": _joined(
            (
                *(folded for name, (_, folded) in named.items() if name not in _KNOWN),
                " ".join(signature_tokens(entry.fields.get(SIGNATURES, ""))),
            )
        ),
        "body": _joined((" ".join(own), *(folded for _, folded in named.values()), text_folded)),
        "fields": _joined(exact for exact, _ in named.values()),
        "exact": _joined((*(exact for exact, _ in named.values()), text_exact)),
        "cited": " ".join(cited_codes("\n".join(entry.pages))),
    }


def pairs_of(columns: dict[str, str]) -> str:
    """Return the pairs of neighbouring words of a whole document, parted by one space."""
    return " ".join(pairs(columns["body"].split(" ")))


def narrowed_of(entry: IndexEntry) -> Narrowed:
    """Return what answers are narrowed by."""
    date = entry.fields.get("issued_date", "")
    issuer = label_of(entry.fields.get("issuer", ""))
    type_ = label_of(entry.fields.get("type", ""))
    return Narrowed(
        issued_date=date if _DATE.fullmatch(date) else "",
        issuer=value_of(issuer),
        issuer_label=issuer,
        type=value_of(type_),
        type_label=type_,
        folder=entry.folder,
    )


def signature_tokens(verdict: str) -> tuple[str, ...]:
    """Return the structured tokens of a document that came digitally signed: that, and how good."""
    return (SIGNED, f"{SIGNED}{PART}{verdict}") if verdict else ()


def label_of(text: str) -> str:
    """Return a value as it is shown: on one line, of a length that fits."""
    return " ".join(text.split())[:_VALUE_CHARS_MAX]


def value_of(label: str) -> str:
    """Return what makes spellings of one value one: letter case, place of the tone."""
    return streams(label)[0]


def _joined(parts: Iterable[str]) -> str:
    return _BETWEEN.join(part for part in parts if part)
