"""The explicit mapping of an Elasticsearch index, its template, and a document in it.

Text comes cut into words, so `whitespace` is the only analyzer: no plugin, no setting of the
cluster. What answers need is kept as it came (`entry`, not indexed); the words are not kept again.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.model.search import IndexEntry
from stages.index import analysis, document
from stages.index.options import Options

_KEYWORDS = ("document_id", "issued_date", "year", "issuer", "issuer_label", "type",
             "type_label", "folder")  # fmt: skip
_WORDS = {"type": "text", "analyzer": "whitespace"}
_NOT_KEPT = (*document.COLUMNS, "pairs")
WORD_FIELDS = {"type": "type_words", "issuer": "issuer_words"}
"""Columns of words whose name a value already has."""


def field_of(column: str) -> str:
    """Return the field that holds a column's words."""
    return WORD_FIELDS.get(column, column)


def revision() -> str:
    """Return what an index must have been made with to be asked."""
    return f"{analysis.REVISION}.{document.REVISION}"


def refresh_interval(options: Options) -> str:
    """Return after how long a document that was entered is found, as the server takes it."""
    return f"{round(options.refresh_s * 1000)}ms"


def template(options: Options) -> dict[str, Any]:
    """Return the index template: settings and mapping of every index made under the name."""
    return {
        "settings": {
            "number_of_shards": options.shards,
            "number_of_replicas": options.replicas,
            "refresh_interval": refresh_interval(options),
            "codec": "best_compression",
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"excludes": [field_of(one) for one in _NOT_KEPT]},
            "properties": _properties(),
        },
    }


def _properties() -> dict[str, Any]:
    words = {field_of(column): dict(_WORDS) for column in document.COLUMNS}
    # Pairs say whether, not where or how often: half the size, and rarity is their whole weight.
    pairs = {"pairs": {**_WORDS, "index_options": "docs", "norms": False}}
    values = {name: {"type": "keyword"} for name in _KEYWORDS}
    return {
        **words,
        **pairs,
        **values,
        "entered": {"type": "long"},
        "entry": {"type": "object", "enabled": False},
    }


def source_of(entry: IndexEntry, *, entered: int) -> dict[str, Any]:
    """Return a document as it is sent.

    Args:
        entry: what is entered.
        entered: its place in the order of entering; a replaced document keeps its own.
    """
    columns = document.columns_of(entry)
    narrowed = document.narrowed_of(entry)
    values = {
        "issued_date": narrowed.issued_date,
        "year": narrowed.year,
        "issuer": narrowed.issuer,
        "issuer_label": narrowed.issuer_label,
        "type": narrowed.type,
        "type_label": narrowed.type_label,
        "folder": narrowed.folder,
    }
    return {
        **{field_of(name): words for name, words in columns.items()},
        "pairs": document.pairs_of(columns),
        **{name: storable(value) for name, value in values.items() if value},
        "document_id": entry.document_id,
        "entered": entered,
        "entry": {
            "fields": {name: storable(value) for name, value in entry.fields.items()},
            "pages": [storable(page) for page in entry.pages],
            "folder": storable(entry.folder),
            # Names of files may hold what is no UTF-8: JSON in ASCII keeps it.
            "source_name": json.dumps(entry.source_name),
            "pdf": json.dumps(entry.pdf),
        },
    }


def entry_of(document_id: str, entry: dict[str, Any]) -> IndexEntry:
    """Return a document as it was entered."""
    return IndexEntry(
        document_id=document_id,
        fields=entry["fields"],
        pages=tuple(entry["pages"]),
        folder=entry["folder"],
        source_name=json.loads(entry["source_name"]),
        pdf=json.loads(entry["pdf"]),
    )


def storable(text: str) -> str:
    """Return text that can be sent as UTF-8: halves of surrogate pairs become `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")
