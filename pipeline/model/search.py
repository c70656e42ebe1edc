"""What is entered into the search index, asked of it and answered. Standard library only."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.scope import Scope

DEPTH_MAX = 10_000
"""Hits beyond this one are not listed: a narrower question is of more use."""

FACETS: tuple[str, ...] = ("issuer", "type", "year", "folder")
"""What an answer can be narrowed by, besides the state, which the ledger knows."""

FACET_VALUES_MAX = 20
"""Values shown of a facet, the most frequent ones."""


SIGNATURES = "signatures"
"""Key in `IndexEntry.fields`: verdict on the digital signatures that a document came with (`valid`,
`invalid`, `unknown`); other documents have none. It is asked for by `kyso:` and is no text."""


class SortOrder(enum.Enum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    """Date on the paper, latest first; without a date at the end."""
    OLDEST = "oldest"
    """Date on the paper, earliest first; without a date at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """What the search index holds of a document."""

    document_id: str
    fields: dict[str, str]
    """Name (`records.FIELD_NAMES`, SIGNATURES) → value."""
    pages: tuple[str, ...]
    """Text of each page in order."""
    folder: str
    source_name: str
    pdf: str
    """Path of the delivered PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A question as a person typed it, and how much of the answer is wanted."""

    query: str
    """Words, `"phrases"`, `so:123`, `coquan:"Sở Nội vụ"`, `tu:2024-01-01`, `-not` (docs/search.md).
    """
    limit: int = 20
    offset: int = 0
    order: SortOrder = SortOrder.RELEVANCE
    narrowed: Mapping[str, str] = field(default_factory=dict)
    """Facet (FACETS) → value as an answer named it."""
    with_facets: bool = False
    only_ids: frozenset[str] | None = None
    """Of these documents alone; None for all."""
    without_ids: frozenset[str] = frozenset()
    scope: Scope | None = None
    """What the person who asks may see; None for all."""
    as_of: int | None = None
    """`SearchAnswer.as_of` of the first page of hits: documents entered later are left out, so that
    the pages of one answer join without gap or double."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something in a question that could not be understood; the rest was asked all the same."""

    code: str
    """Code of the catalogue, INPUT-QUERY-…"""
    part: str
    """What was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One answer of a search."""

    document_id: str
    score: float
    """Higher is better; comparable within one answer only."""
    page: int
    snippet: str
    """HTML-escaped text with the matches in <mark>."""
    code: str
    subject: str
    issuer: str
    issued_date: str
    pdf: str
    type: str = ""
    folder: str = ""
    """Watched folder that it came by."""
    match: str = ""
    """How it meets the question: name of a tier, best `code`, last `loose` (docs/search.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet."""

    value: str
    """To be given back in `SearchRequest.narrowed`."""
    label: str
    """As people write it."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What a question brought."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    is_total_exact: bool = True
    """False: there are more than DEPTH_MAX; `total` is then DEPTH_MAX, facets may be of a part."""
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    as_of: int = 0
    """Point in the order of entering up to which documents were seen; opaque."""
