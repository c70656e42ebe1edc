"""Stage `guard`: a document that bears a mark of state secrecy goes no further.

Decree 28/2018 keeps state secrets out of networked systems, so this stage runs before any text is
stored, indexed or sent. It looks at the marks that the page worker found in the picture and at the
words. Doubt means quarantine. Nothing of the text, not even the grade, is told or logged.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.records import Page
from pipeline.model.stage import Done, Effect, Secret, StageResult, Work
from stages.guard.in_words import marks_in_words
from stages.guard.marks_table import MarksTable, load_marks

_REVISION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the guard looks for."""

    rules_dir: Path
    """Folder of the rule tables (`config/rules`)."""


@dataclass(frozen=True, kw_only=True)
class GuardStage:
    """Port `Stage`: pages to a verdict; immutable and thread-safe."""

    options: Options
    table: MarksTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the table once.

        Raises:
            OperatorError: SYS-CONFIG.
        """
        object.__setattr__(self, "table", load_marks(self.options.rules_dir))

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "guard"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Digest of the table of marks."""
        return hashlib.sha256(repr(self.table).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """Nothing: pages come with the work, before they are stored."""
        return frozenset()

    @property
    def makes(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    @property
    def effect(self) -> Effect:
        """Nothing outside is touched."""
        return Effect.PURE

    def run(self, work: Work) -> StageResult:
        """Return `Secret` with the first page that bears a mark, else `Done`."""
        for page in work.pages:
            if bears_secrecy(page, self.table):
                return Secret(page=page.number)
        return Done()


def bears_secrecy(page: Page, table: MarksTable) -> bool:
    """Tell whether a page bears a mark of secrecy, in its picture or among its words."""
    if any(mark.text in table.secret_texts for mark in page.marks):
        return True
    found = marks_in_words(page.words, table, width_pt=page.width_pt, height_pt=page.height_pt)
    return any(mark.text in table.secret_texts for mark in found)
