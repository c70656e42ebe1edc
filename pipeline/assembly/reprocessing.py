"""`sohoa reprocess`: finished documents read again by a later reader, one after the other.

The line's own steps run on a draft of the ledger: nothing of the document changes until its new
files are durable, and then all of it in one transaction. After it come the index and the delivered
file. Killed anywhere, the next run goes on: with the reading before the transaction, with index and
delivered file after it.

The register is never touched: it says what was registered on the day, and only a person corrects it
(NĐ 30/2020, PL VI; docs/register.md). What differs is noted and stands in the report.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.assembly.reindexing import Reindexing
from pipeline.assembly.replacing import replace_delivered
from pipeline.engine.attempt import Attempt
from pipeline.engine.observer import CommitObserver
from pipeline.engine.page_line import PageWorkers
from pipeline.engine.plan import Plan
from pipeline.ledger import rereading
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rereading import FORMER, Change, Choice
from pipeline.ledger.rows import JobRow
from pipeline.model.codec import pages_from_json
from pipeline.model.errors import DocumentError, OperatorError, SohoaError, TransientError
from pipeline.model.inward import MESSAGE
from pipeline.model.ports import SearchIndex
from pipeline.model.records import Artifact, Field, FieldSource, Remark
from pipeline.model.stage import Effect, Waiting
from pipeline.store import Scratch, Store

_REVIEW = "review"
_LOST = "SYS-STORE-LOST"
_DELIVERED = ("sealed", "pdfa")
"""What a document's delivered file is, best first."""
REGISTERED = frozenset(
    {"number", "notation", "issued_date", "issuer", "type", "subject", "signer_name",
     "signer_title", "urgency", "addressee"}
)  # fmt: skip
"""Fields that the register holds too (`stages.register.stage`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one document."""

    document_id: str
    changes: tuple[Change, ...] = ()
    error: SohoaError | None = None
    """Why the reading before stays."""


@dataclass(frozen=True, slots=True)
class _Before(History):
    """The document as it was before it was read: its bytes, and what people said."""

    def artifacts(self, document_id: str) -> dict[str, Artifact]:
        """Return what no reading made."""
        held = History.artifacts(self, document_id)
        return {
            kind: one
            for kind, one in held.items()
            if kind == "inspection" or kind.startswith(MESSAGE)
        }

    def fields(self, document_id: str) -> dict[str, Field]:
        """Return what people gave or confirmed."""
        held = History.fields(self, document_id)
        return {name: one for name, one in held.items() if one.source is FieldSource.PERSON}

    def finished_key(self, document_id: str, stage: str) -> str | None:
        """Nothing has been done yet."""
        del document_id, stage
        return None


class _Draft(Ledger):
    """A ledger that only remembers what stages made; nothing is written."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.engine)
        self.artifacts: dict[str, Artifact] = {}
        self.remarks: list[Remark] = []

    def stage_done(
        self,
        document_id: str,  # noqa: ARG002 - one draft, one document
        *,
        artifacts: Iterable[Artifact] = (),
        remarks: Iterable[Remark] = (),
        **_: Any,
    ) -> None:
        """Remember artifacts and remarks."""
        self.artifacts |= {one.kind: one for one in artifacts}
        self.remarks += remarks


@dataclass(slots=True, kw_only=True)
class Reprocessing:
    """Reads documents again."""

    plan: Plan
    ledger: Ledger
    history: History
    store: Store
    index: SearchIndex
    pool: PageWorkers
    scratch: Scratch
    observer: CommitObserver
    revision: int
    """Of the reading that this program does."""
    read_by: str
    priority: int
    """Of its pages."""
    wait: Callable[[], None] = lambda: None
    """Is called before each document; returns once no letter of clerks is open."""
    _indexing: Reindexing = field(init=False)

    def __post_init__(self) -> None:
        """Know how an index entry is made of ledger and store."""
        self._indexing = Reindexing(index=self.index, history=self.history, store=self.store)

    def run(self, choice: Choice, tell: Callable[[Outcome], None]) -> bool:
        """Read again what is chosen; return whether all went well.

        What is away for one document (disk, key, index) is away for the next one too: it ends the
        run, and the same command goes on. What the store has lost of one is not.
        """
        is_good = True
        for document_id in rereading.due(self.ledger.engine, choice):
            self.wait()
            job = self.history.job(document_id)
            if job is None:
                continue
            outcome = self._one(job)
            tell(outcome)
            is_good &= outcome.error is None
            if outcome.error is not None and not _is_of_one(outcome.error):
                return False
        return is_good

    def _one(self, job: JobRow) -> Outcome:
        changes: tuple[Change, ...] = ()
        held = self.history.artifacts(job.id)["pages"].made_by
        try:
            if rereading.revision_of(held) < self.revision:
                changes = self._read(job)
            self._publish(job)
        except SohoaError as error:
            return Outcome(document_id=job.id, error=error)
        except FileNotFoundError:  # a file of the store that the ledger names
            return Outcome(document_id=job.id, error=_lost(job))
        return Outcome(document_id=job.id, changes=changes)

    def _read(self, job: JobRow) -> tuple[Change, ...]:
        """Take the document through the line on a draft, then keep all of it at once."""
        started = time.perf_counter()
        draft = _Draft(self.ledger)
        with self.scratch.attempt() as folder:
            attempt = Attempt(
                job=dataclasses.replace(job, priority=self.priority),
                ledger=draft,
                history=_Before(self.history.engine),
                store=self.store,
                pool=self.pool,
                observer=self.observer,
                scratch=folder,
                read_by=self.read_by,
            )
            before = self.history.fields(job.id)
            self._through_the_line(attempt, before)
        changes = tuple(_changes(job.id, before, attempt.fields, self.revision))
        rereading.keep(
            self.ledger.engine,
            job.id,
            artifacts=list(draft.artifacts.values()),
            fields=[one for one in attempt.fields.values() if one.source is not FieldSource.PERSON],
            changes=changes,
            remarks=draft.remarks,
            seconds=time.perf_counter() - started,
        )
        self.observer.reached("reprocess.kept")
        return changes

    def _through_the_line(self, attempt: Attempt, before: Mapping[str, Field]) -> None:
        if attempt.read_pages(self.plan.guard) is not None:
            # Registered and shown to people already: what becomes of it is a person's decision.
            raise DocumentError("REPROCESS-SECRET")
        self._refuse_lost_pages(attempt)
        for stage in self.plan.stages:
            if stage.effect is Effect.OUTSIDE or stage.name == _REVIEW:
                continue
            result = attempt.run_stage(stage)
            if isinstance(result, Waiting):
                raise TransientError(result.remark.code)
            if stage.name == "extract":
                attempt.fields = settled(before, attempt.fields)

    def _refuse_lost_pages(self, attempt: Attempt) -> None:
        """Refuse a reading that lacks a page which the one before has."""
        digest = self.history.artifacts(attempt.job.id)["pages"].digest
        held = pages_from_json(self.store.path(digest).read_bytes())
        missing = {page.number for page in held if page.unread is not None}
        for page in attempt.pages:
            if page.unread is not None and page.number not in missing:
                raise DocumentError("REPROCESS-UNREAD", detail=page.unread, page=page.number)

    def _publish(self, job: JobRow) -> None:
        """Let index and delivered file follow the ledger; safe to repeat."""
        entry = self._indexing.entry(job.id)
        if entry is None:
            raise _lost(job)
        receipt = self.index.put(entry)
        self.observer.reached("reprocess.indexed")
        # `reindex` asks the attempts of this stage for who came in meanwhile.
        self.ledger.stage_done(
            job.id, stage="index", key="", outcome="done", seconds=0.0, receipt=receipt
        )
        artifacts = self.history.artifacts(job.id)
        current = next(artifacts[kind] for kind in _DELIVERED if kind in artifacts)
        former = {one.digest for kind, one in artifacts.items() if FORMER in kind}
        if job.delivered_path is not None:
            replace_delivered(
                Path(job.delivered_path),
                self.store.path(current.digest).read_bytes(),
                is_former=lambda held: hashlib.sha256(held).hexdigest() in former,
            )
        self.observer.reached("reprocess.delivered")
        rereading.finish(self.ledger.engine, job.id)


def _lost(job: JobRow) -> OperatorError:
    return OperatorError(_LOST, detail=job.id[:12])


def _is_of_one(error: SohoaError) -> bool:
    """Tell whether an error is this document's alone."""
    return isinstance(error, DocumentError) or error.code == _LOST


def settled(before: Mapping[str, Field], after: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields that hold after reading again.

    What a person said stays. Where the two readings differ the surer one holds, so that a document
    that needed no person before needs none now.
    """
    found = dict(before)
    for name, item in after.items():
        old = before.get(name)
        if old is None or (
            old.source is not FieldSource.PERSON
            and (item.value == old.value or item.confidence >= old.confidence)
        ):
            found[name] = item
    return found


def _changes(
    document_id: str, before: Mapping[str, Field], after: Mapping[str, Field], revision: int
) -> Iterable[Change]:
    for name, item in after.items():
        old = before.get(name)
        value = "" if old is None else old.value
        if item.value != value:
            yield Change(
                document_id=document_id,
                name=name,
                before=value,
                after=item.value,
                is_registered=name in REGISTERED,
                revision=revision,
            )
