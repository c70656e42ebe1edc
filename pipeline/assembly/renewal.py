"""`sohoa renew`: every sealed document of the store, raised and stamped again where it needs it.

One document after the other, oldest first: new bytes durable in the store, then the ledger row,
then the delivered file. Interrupted, the next run goes on where this one was: what a file lacks is
read from the file itself. The earlier version stays in the store under its own name.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.assembly.replacing import replace_delivered
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import OperatorError, SohoaError, TransientError
from pipeline.model.records import Artifact, JobState
from pipeline.store import Store
from stages.sign.services import Services

_BATCH = 500
_SEALED, _RENEWED = "sealed", "renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one document."""

    document_id: str
    is_renewed: bool
    error: SohoaError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Walks over the store."""

    ledger: Ledger
    history: History
    store: Store
    services: Services
    level: str
    """The least level afterwards."""
    ahead: dt.timedelta
    """Stamp again when the newest stamp ends within this time."""

    def run(self, tell: Callable[[Outcome], None]) -> bool:
        """Renew what needs it; return whether all went well.

        A service that is away ends the run, for it would be away for the next document too.
        """
        is_good = True
        for job in self._jobs():
            outcome = self._one(job)
            if outcome is None:
                continue
            tell(outcome)
            is_good &= outcome.error is None
            if isinstance(outcome.error, TransientError):
                return False
        return is_good

    def _jobs(self) -> Iterator[JobRow]:
        """Yield the finished jobs, oldest first."""
        count = self.history.counts().get(JobState.DONE, 0)
        for offset in range((max(0, count - 1) // _BATCH) * _BATCH, -1, -_BATCH):
            yield from reversed(self.history.jobs(limit=_BATCH, offset=offset, state=JobState.DONE))

    def _one(self, job: JobRow) -> Outcome | None:
        artifacts = self.history.artifacts(job.id)
        artifact = artifacts.get(_RENEWED) or artifacts.get(_SEALED)
        if artifact is None:
            return None  # evidence: it came signed and is never changed
        from stages.sign.renewing import renewed  # pyHanko, not at every start

        started = time.perf_counter()
        try:
            data = self._kept(job, artifact)
            made = renewed(
                data,
                self.services,
                level=self.level,
                ahead=self.ahead,
                now=dt.datetime.now(dt.UTC),
            )
            if made is not None:
                self._keep(job, made, seconds=time.perf_counter() - started)
            current = data if made is None else made
            self._deliver(job, current)
        except SohoaError as error:
            return Outcome(document_id=job.id, is_renewed=False, error=error)
        return Outcome(document_id=job.id, is_renewed=made is not None)

    def _kept(self, job: JobRow, artifact: Artifact) -> bytes:
        try:
            return self.store.path(artifact.digest).read_bytes()
        except OSError as error:
            raise OperatorError("SYS-STORE-LOST", detail=job.id[:12]) from error

    def _keep(self, job: JobRow, data: bytes, *, seconds: float) -> None:
        stored = self.store.put_bytes(data)
        artifact = Artifact(
            kind=_RENEWED, digest=stored.digest, size_bytes=stored.size_bytes, made_by="renew"
        )
        self.ledger.stage_done(
            job.id,
            stage="renew",
            key=stored.digest,
            outcome="done",
            seconds=seconds,
            artifacts=(artifact,),
        )

    def _deliver(self, job: JobRow, data: bytes) -> None:
        """Put the renewed file in the delivered one's place if that is its earlier version."""
        if job.delivered_path is None:
            return
        replace_delivered(Path(job.delivered_path), data, is_former=data.startswith)
