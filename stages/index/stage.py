"""Stage `index`: a document into the search index.

It comes after `archive` and `sign` because its answers lead people to the delivered PDF, and after
`guard`, so that no text of a secret document can come here. The index is disposable: entering a
document again replaces what was there, so nothing has to be asked before (`Effect.OUTSIDE` all the
same: the receipt is kept).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.delivered import PDF_KINDS
from pipeline.model.evidence import read_evidence
from pipeline.model.ports import SearchIndex
from pipeline.model.records import Field
from pipeline.model.search import SIGNATURES, IndexEntry
from pipeline.model.stage import Done, Effect, Work
from stages.index.analysis import REVISION as ANALYSIS_REVISION
from stages.index.document import REVISION as DOCUMENT_REVISION

_REVISION = 3
SHOWN_KINDS = (*PDF_KINDS, "original")
"""What is shown of a document, best first."""


def best_pdf(work: Work) -> str:
    """Return the path of the best PDF among the artifacts."""
    return next((str(work.artifacts[kind]) for kind in SHOWN_KINDS if kind in work.artifacts), "")


def values_of(fields: Mapping[str, Field], report: Path | None) -> dict[str, str]:
    """Return what the index holds of a document besides its text.

    Args:
        fields: by name.
        report: on the signatures that it came with; None when it came without.
    """
    values = {name: field.value for name, field in fields.items() if field.value}
    return values if report is None else values | {SIGNATURES: read_evidence(report).verdict}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStage:
    """Port `Stage`: text and fields to the port `SearchIndex`."""

    index: SearchIndex
    pdf_of: Callable[[Work], str] = best_pdf
    """Says where people find the PDF; given by who knows the places of delivery."""

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "index"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Short digest of the engine and the way words are made."""
        facts = (self.index.name, ANALYSIS_REVISION, DOCUMENT_REVISION)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """Kinds of artifact that must exist before."""
        return frozenset({"pages"})

    @property
    def makes(self) -> frozenset[str]:
        """Nothing: the entry lives in the index."""
        return frozenset()

    @property
    def effect(self) -> Effect:
        """The index is outside; entering again is safe."""
        return Effect.OUTSIDE

    def run(self, work: Work) -> Done:
        """Enter the document.

        Raises:
            TransientError: IO-BUSY, PORT-DOWN.
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        """
        entry = IndexEntry(
            document_id=work.document.id,
            fields=values_of(work.fields, work.artifacts.get("report")),
            pages=tuple(page.text() for page in work.pages),
            folder=work.folder,
            source_name=work.source_name,
            pdf=self.pdf_of(work),
        )
        return Done(receipt=self.index.put(entry))
