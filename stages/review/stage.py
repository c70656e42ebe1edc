"""Stage `review`: a document waits for a person when its fields, or its pages, are in doubt.

The folder's policy decides: `never`, `doubtful` (the default) or `always`. What a person gave or
confirmed (`FieldSource.PERSON`) is never asked again, so that the document goes on by itself when
the stage runs anew. A document with an unread page never passes as fully read.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.records import FIELD_NAMES, Field, Remark
from pipeline.model.stage import Done, Effect, StageResult, Waiting, Work
from stages.review.doubt import DEFAULT_THRESHOLDS, REQUIRED, doubtful, needs_person

_REVISION = 2


class Policy(enum.Enum):
    """When a person must look (set for each watched folder)."""

    NEVER = "never"
    DOUBTFUL = "doubtful"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """When documents wait."""

    policy: Policy = Policy.DOUBTFUL
    thresholds: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_THRESHOLDS))
    """Field name → least confidence, 0–1, that passes without a person."""
    keep_examples: bool = False
    """Keep what a person confirms or corrects, with its picture, in `examples/` of the data folder:
    labelled readings for `python -m bench examples`. Personal data; it never leaves the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStage:
    """Port `Stage`: fields to go or wait."""

    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        """Name of the stage's package."""
        return "review"

    @property
    def revision(self) -> int:
        """Raised whenever the same input may give another result."""
        return _REVISION

    @property
    def options_digest(self) -> str:
        """Digest of policy and thresholds."""
        facts = (self.options.policy.value, sorted(self.options.thresholds.items()))
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]

    @property
    def needs(self) -> frozenset[str]:
        """The fields."""
        return frozenset({"fields"})

    @property
    def makes(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    @property
    def effect(self) -> Effect:
        """Nothing outside is touched."""
        return Effect.PURE

    def asked(self, fields: Mapping[str, Field]) -> tuple[str, ...]:
        """Return the names of the fields that a person is asked for under this policy."""
        policy = self.options.policy
        if policy is Policy.NEVER:
            return ()
        names = doubtful(fields, self.options.thresholds)
        if policy is Policy.DOUBTFUL:
            return names
        required = {name for name in REQUIRED if needs_person(fields.get(name))}
        return tuple(name for name in FIELD_NAMES if name in required or name in names)

    def run(self, work: Work) -> StageResult:
        """Return `Waiting` with the names of the fields in question, else `Done`."""
        names = self.asked(work.fields)
        if names:
            return Waiting(
                remark=Remark(code="FIELDS-DOUBTFUL", facts={"fields": "; ".join(names)})
            )
        return Done() if self.options.policy is Policy.NEVER else self._unread(work)

    def _unread(self, work: Work) -> StageResult:
        """Let a document with an unread page wait, unless a person has seen it already."""
        unread = [page for page in work.pages if page.unread is not None]
        if not unread or any(not needs_person(item) for item in work.fields.values()):
            return Done()
        first = unread[0]
        facts = {"pages": "; ".join(str(page.number) for page in unread)}
        return Waiting(remark=Remark(code=first.unread or "", page=first.number, facts=facts))
