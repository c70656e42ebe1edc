"""The document line, read top to bottom: what happens to one document, and in which order.

    inspect → pages (prepare, read, layers) → guard → extract → review → archive → sign → index →
    register → deliver

State order at every step: files durable in the store, then one ledger transaction, then deletion of
what is no longer needed. A process killed anywhere takes the job up again at the last step that the
ledger knows; steps that touch the outside are asked under the same key and answer the same.
The one broad `except` of the product stands in `Runner.run`.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime as dt
import logging
import random
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.engine.attempt import Attempt
from pipeline.engine.observer import CommitObserver, Deaf
from pipeline.engine.page_line import PageWorkers
from pipeline.engine.plan import Plan
from pipeline.engine.retry import Backoff
from pipeline.engine.tray import Finished, Tray
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger, Move
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import DocumentError, OperatorError, SohoaError, TransientError
from pipeline.model.inward import MESSAGE
from pipeline.model.records import JobState, Registered, Remark
from pipeline.model.stacks import stacks_named
from pipeline.model.stage import Stage, Waiting
from pipeline.store import Scratch, Store

_log = logging.getLogger("sohoa.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Takes documents through the plan; safe to use from several threads."""

    plan: Plan
    ledger: Ledger
    history: History
    store: Store
    pool: PageWorkers
    tray: Tray
    scratch: Scratch
    backoff: Backoff = field(default_factory=Backoff)
    observer: CommitObserver = field(default_factory=Deaf)
    policies: Mapping[str, Mapping[str, Stage]] = field(default_factory=dict)
    """Folder → stage name → the stage with that folder's options (review policy, book)."""
    read_by: str = "read"
    """Who reads, as artifacts say it."""
    chance: random.Random = field(default_factory=random.Random)

    def run(self, document_id: str) -> JobRow | None:
        """Take a document as far as it goes now; return its row, or None when it is not free."""
        job = self.ledger.take(document_id)
        if job is None:
            return None
        self.observer.reached("take.noted")
        try:
            if self._is_quarantined(job):
                self._quarantine(job, page=None)
            else:
                self._attempt(job)
        except concurrent.futures.CancelledError:
            # The pool was closed: this process is stopping. The row stays as it is, and the next
            # start takes the job up where it was.
            return None
        except SohoaError as error:
            self._fail(job, error)
        except Exception as error:  # noqa: BLE001 - the one broad except: a fault of ours halts one job
            self._halt(job, error)
        return self.history.job(document_id)

    def _attempt(self, job: JobRow) -> None:
        with self.scratch.attempt() as folder:
            self._line(
                Attempt(
                    job=job,
                    ledger=self.ledger,
                    history=self.history,
                    store=self.store,
                    pool=self.pool,
                    observer=self.observer,
                    scratch=folder,
                    read_by=self.read_by,
                )
            )

    def _is_quarantined(self, job: JobRow) -> bool:
        # Killed between the move of the bytes and the row: nothing is read a second time.
        is_moved = self.store.quarantine_path(job.id).is_file()
        return is_moved and not self.store.exists(job.id)

    def _line(self, attempt: Attempt) -> None:
        secret = attempt.read_pages(self.plan.guard)
        if secret is not None:
            self._quarantine(attempt.job, page=secret.page)
            return
        for stage in self.plan.stages:
            chosen = self.policies.get(attempt.job.folder, {}).get(stage.name, stage)
            result = attempt.run_stage(chosen)
            if isinstance(result, Waiting):
                self._wait(attempt.job, chosen, result.remark)
                return
        self._deliver(attempt)

    def _deliver(self, attempt: Attempt) -> None:
        job = self.history.job(attempt.job.id)
        if job is None or job.book is None or job.year is None or job.arrival_number is None:
            message = "a document reached delivery without an arrival number"
            raise RuntimeError(message)
        receipt = attempt.receipt("register")
        finished = Finished(
            job=job,
            pdf=attempt.delivered_file(),
            original=self.store.path(job.id),
            fields=attempt.fields,
            pages=attempt.pages,
            registered=Registered(
                book=job.book, year=job.year, arrival_number=job.arrival_number, receipt=receipt
            ),
            remarks=self.history.remarks(job.id),
        )
        path = self.tray.finish(finished)
        self.observer.reached("deliver.written")
        self.tray.release(job)
        self.ledger.deliver(job.id, str(path))
        self.observer.reached("deliver.noted")

    def _quarantine(self, job: JobRow, *, page: int | None) -> None:
        # What came with it in one message, and the stack it was cut out of, are as secret. They go
        # first: the place of the document tells a restart that this was under way, and then its
        # rows may be gone.
        for kind, artifact in self.history.artifacts(job.id).items():
            if kind.startswith(MESSAGE):
                self.store.quarantine(artifact.digest)
        for digest in stacks_named(self.history.remarks(job.id)):
            self.store.quarantine(digest)
        self.store.quarantine(job.id)
        self.observer.reached("guard.moved")
        self.ledger.quarantine(job.id, page=page)
        self.observer.reached("guard.noted")
        self.tray.quarantine(dataclasses.replace(job, source_name=""))

    def _wait(self, job: JobRow, stage: Stage, remark: Remark) -> None:
        self.tray.wait(job, remark)
        self.observer.reached("review.written")
        detail = "; ".join(f"{name}: {value}" for name, value in sorted(remark.facts.items()))
        self.ledger.move(
            job.id,
            Move(
                to=JobState.WAITING,
                stage=stage.name,
                code=remark.code,
                detail=detail,
                page=remark.page,
            ),
        )
        self.observer.reached("review.noted")

    def _fail(self, job: JobRow, error: SohoaError) -> None:
        facts = {"code": error.code, "document": job.id[:12], "detail": error.detail}
        _log.warning("failed %s %s", error.code, job.id[:12], extra={"action": "failed", **facts})
        if isinstance(error, DocumentError):
            self.tray.reject(job, error, original=self.store.path(job.id))
            self.observer.reached("reject.written")
            self._move(job, JobState.REJECTED, error)
        elif isinstance(error, (TransientError, OperatorError)):
            tries = job.tries + 1
            when = self.backoff.next_try_at(tries, now=dt.datetime.now(dt.UTC), chance=self.chance)
            self._move(job, JobState.WAITING, error, next_try_at=when, tries=tries)
        else:
            self._move(job, JobState.HALTED, error)

    def _move(
        self,
        job: JobRow,
        state: JobState,
        error: SohoaError,
        *,
        next_try_at: dt.datetime | None = None,
        tries: int = 0,
    ) -> None:
        self.ledger.move(
            job.id,
            Move(
                to=state,
                stage=job.stage,
                code=error.code,
                detail=error.detail,
                page=error.page,
                next_try_at=next_try_at,
                tries=tries,
            ),
        )

    def _halt(self, job: JobRow, error: Exception) -> None:
        # Where it happened, never what the exception says: its message may quote the document.
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(
            f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in reversed(frames)
        )
        detail = f"{type(error).__name__} at {where}"[:2000]
        _log.error("halted %s %s", job.id[:12], detail, extra={"action": "halted"})
        self.ledger.move(
            job.id, Move(to=JobState.HALTED, stage=job.stage, code="BUG-STAGE", detail=detail)
        )
