"""`sohoa run`: files and folders through the whole job, left where they are, one answer each."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.assembly.answer import GOOD_STATES, Answers, error_object
from pipeline.assembly.receiving import Receiving
from pipeline.engine.runner import Runner
from pipeline.intake.arrivals import RefusedError
from pipeline.intake.listing import walk
from pipeline.intake.receive import in_place
from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import OperatorError, SohoaError, TransientError
from pipeline.model.records import JobState

RUN_FOLDER = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something to be run."""

    given: str
    """The path as given or found, for the answer."""
    path: Path


def sources_of(paths: Iterable[Path], *, as_document: bool) -> Iterator[Source]:
    """Yield what is to be run: files as given, folders searched, or each folder one document."""
    for path in walk(paths, as_document=as_document):
        yield Source(given=str(path), path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs sources through the line with several documents at once."""

    receiving: Receiving
    runner: Runner
    history: History
    answers: Answers
    threads: int
    tries_max: int
    priority: int

    def run(self, sources: Sequence[Source], emit: Callable[[dict[str, Any]], None]) -> bool:
        """Run all sources; `emit` gets each answer as its document ends, in this thread.

        Returns:
            Whether every document reached a good state.
        """
        is_good = True
        later: list[tuple[Source, str]] = []
        stop = threading.Event()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="document") as pool:
            pending: set[Future[dict[str, Any] | tuple[Source, str]]] = set()
            rest = iter(sources)
            try:
                while True:
                    # A bounded window: a folder of 100,000 files does not become 100,000 futures.
                    for source in rest:
                        pending.add(pool.submit(self._one, source, stop))
                        if len(pending) >= 2 * self.threads:
                            break
                    if not pending:
                        break
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        if isinstance(result, tuple):
                            later.append(result)
                            continue
                        is_good &= result["state"] in GOOD_STATES
                        emit(result)
            except BaseException:
                stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for source, document_id in later:
            emit(self.answers.duplicate(source.given, document_id))
        return is_good

    def _one(self, source: Source, stop: threading.Event) -> dict[str, Any] | tuple[Source, str]:
        arrival = in_place(source.path, folder=RUN_FOLDER)
        try:
            entered = self.receiving.enter(arrival, priority=self.priority)
        except RefusedError as error:
            self.receiving.refuse(arrival, error)
            document_id = None if error.stored is None else error.stored.digest
            return self.answers.refused(source.given, error, document_id=document_id)
        except SohoaError as error:
            return self._unable(source, error)
        if not entered.is_new:
            return source, entered.document_id
        try:
            return self.answers.of_job(source.given, self._finish(entered.document_id, stop))
        except (TransientError, OperatorError) as error:
            return self._unable(source, error)

    def _unable(self, source: Source, error: SohoaError) -> dict[str, Any]:
        answer = self.answers.refused(source.given, error)
        return {**answer, "state": "halted", "error": error_object(error.code, detail=error.detail)}

    def _finish(self, document_id: str, stop: threading.Event) -> JobRow:
        """Run a job until it ends, waits for a person, or has failed too often."""
        tries = 0
        while True:
            job = self._known(document_id)
            if job.state is JobState.REJECTED or _waits_for_person(job):
                return job
            is_over = tries >= self.tries_max
            if job.state is JobState.WAITING and (
                is_over or stop.wait(_seconds_until(job.next_try_at))
            ):
                return job
            ran = self.runner.run(document_id)
            if ran is None:
                job = self._known(document_id)
                if job.state is not JobState.RUNNING:
                    return job
                time.sleep(0.5)  # another process of this data folder works on it
            elif ran.state is not JobState.WAITING or _waits_for_person(ran):
                return ran
            tries += 1

    def _known(self, document_id: str) -> JobRow:
        job = self.history.job(document_id)
        if job is None:
            message = "a job that was entered is not in the ledger"
            raise RuntimeError(message)
        return job


def _waits_for_person(job: JobRow) -> bool:
    return job.state is JobState.WAITING and job.next_try_at is None


def _seconds_until(moment: dt.datetime | None) -> float:
    if moment is None:
        return 0.0
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
