"""`sohoa reindex`: the search index made anew from ledger and store, beside the one that is asked.

What was entered while it runs is entered again, before and after the switch; a run that was cut
short goes on at its last batch.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipeline.ledger.history import History
from pipeline.ledger.indexed import entered, in_order, since
from pipeline.model.ports import SearchIndex
from pipeline.model.records import JobState
from pipeline.model.search import IndexEntry
from pipeline.store import Store
from stages.index.stage import SHOWN_KINDS, values_of

_BATCH = 200
_PASSES_MAX = 20
"""Passes over what came in meanwhile; each is shorter than the one before."""


@dataclass(slots=True, kw_only=True)
class Reindexing:
    """Makes the index anew."""

    index: SearchIndex
    history: History
    store: Store
    progress: Callable[[int, int], None] = lambda _done, _total: None
    """Is told documents entered and documents in all, after each batch."""
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    settle_s: float = 1.0
    """Seconds between the switch and the last look: who was entered into the old index just before
    it has a row in the ledger by then."""
    lost: list[str] = field(default_factory=list)
    """Documents whose text is not in the store any more; they are left out."""

    def run(self, *, afresh: bool = False) -> int:
        """Make the index anew and switch to it.

        Args:
            afresh: begin from the start although a run was cut short.

        Returns:
            Documents entered by this run.

        Raises:
            TransientError: PORT-DOWN, IO-BUSY; the same command goes on.
            OperatorError: SYS-INDEX-REFUSED, SYS-DISK-FULL.
        """
        rebuild = self.index.rebuild(afresh=afresh)
        engine, done = self.history.engine, 0
        total = entered(engine)
        seen = rebuild.started_at
        while rows := in_order(engine, after=rebuild.cursor, limit=_BATCH):
            rebuild.put_many(self._entries(one for _, one in rows), cursor=rows[-1][0])
            done += len(rows)
            self.progress(done, total)
        for _ in range(_PASSES_MAX):
            begun, late = self.now(), since(engine, seen)
            if not late:
                break
            for batch in _batches(late):
                rebuild.put_many(self._entries(batch), cursor=rebuild.cursor)
            seen = begun
        rebuild.switch()
        time.sleep(self.settle_s)
        for batch in _batches(since(engine, seen)):
            self.index.put_many(self._entries(batch))
        return done

    def _entries(self, document_ids: Iterable[str]) -> list[IndexEntry]:
        found = (self.entry(one) for one in document_ids)
        return [entry for entry in found if entry is not None]

    def entry(self, document_id: str) -> IndexEntry | None:
        """Return what the index holds of a document; None of a quarantined or a lost one."""
        job = self.history.job(document_id)
        if job is None or job.state is JobState.QUARANTINED:
            return None
        artifacts = self.history.artifacts(document_id)
        asked = {kind: artifacts[kind].digest for kind in ("text", "report") if kind in artifacts}
        held = {kind: self.store.path(digest) for kind, digest in asked.items()}
        if "text" not in held or not all(path.is_file() for path in held.values()):
            self.lost.append(document_id)
            return None
        digests = {kind: one.digest for kind, one in artifacts.items()} | {"original": job.id}
        pdf = next(self.store.path(digests[kind]) for kind in SHOWN_KINDS if kind in digests)
        words = held["text"].read_bytes().decode("utf-8")
        return IndexEntry(
            document_id=document_id,
            fields=values_of(self.history.fields(document_id), held.get("report")),
            pages=tuple(words.split("\f")),
            folder=job.folder,
            source_name=job.source_name,
            pdf=str(pdf),
        )


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
