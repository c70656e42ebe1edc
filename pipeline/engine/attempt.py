"""One attempt at one document: what is known of it, and running a stage durably.

Before the guard has spoken nothing that was read touches the ledger, the store or a log; the pages
live in memory and the layers (pictures, as the original is) in this attempt's scratch folder.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.engine.observer import CommitObserver
from pipeline.engine.page_line import InspectTask, PageOutcome, PageTask, PageWorkers
from pipeline.ledger.batch_rows import BATCH_FOLDER
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import JobRow
from pipeline.model.codec import (
    field_to_json,
    inspection_from_json,
    inspection_to_json,
    pages_from_json,
    pages_to_json,
    read_layers,
    write_layers,
)
from pipeline.model.errors import ContractError, DocumentError
from pipeline.model.records import (
    Artifact,
    Field,
    FieldSource,
    Inspection,
    Page,
    Receipt,
    Remark,
)
from pipeline.model.stage import Done, Effect, Secret, Skipped, Stage, StageResult, Waiting, Work
from pipeline.store import Store

_SEALED = "sealed"


@dataclass(slots=True, kw_only=True)
class Attempt:
    """Everything one attempt holds."""

    job: JobRow
    ledger: Ledger
    history: History
    store: Store
    pool: PageWorkers
    observer: CommitObserver
    scratch: Path
    """Empty folder of this attempt; its owner removes it."""
    read_by: str = "read"
    """Who reads: `made_by` of the pages (`pipeline.ledger.rereading`)."""
    pages: tuple[Page, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _inspection: Inspection | None = None

    def __post_init__(self) -> None:
        """Learn what the ledger knows of the document."""
        self._digests = {
            kind: artifact.digest for kind, artifact in self.history.artifacts(self.job.id).items()
        }
        self._digests["original"] = self.job.id
        self.fields = self.history.fields(self.job.id)

    @property
    def inspection(self) -> Inspection:
        """What the document is; known once `read_pages` has run."""
        if self._inspection is None:
            raise ContractError("BUG-STAGE", detail="inspection asked before it was made")
        return self._inspection

    def read_pages(self, guard: Stage) -> Secret | None:
        """Inspect, read every page and let the guard look, before anything of it is kept."""
        self._inspection = self._inspect()
        if "pages" in self._digests and "layers" in self._digests:
            self.pages = pages_from_json(self._path("pages").read_bytes())
            return None
        started = time.perf_counter()
        outcomes = self._read(self._inspection)
        seconds = time.perf_counter() - started
        self.pages = tuple(outcome.page for outcome in outcomes)
        self.observer.reached("read.before-guard")
        verdict = guard.run(self._work(self.scratch))
        if isinstance(verdict, Secret):
            return verdict
        self._keep_pages(outcomes, seconds)
        return None

    def _inspect(self) -> Inspection:
        if "inspection" in self._digests:
            return inspection_from_json(self._path("inspection").read_bytes())
        started = time.perf_counter()
        inspection = self.pool.inspect(
            InspectTask(
                path=self._path("original"),
                document=self.job.document,
                source_name=self.job.source_name,
            ),
            priority=self.job.priority,
        )
        self._keep(
            "inspect",
            key=self.job.id,
            outcome="done",
            seconds=time.perf_counter() - started,
            made={"inspection": inspection_to_json(inspection)},
            remarks=tuple(Remark(code=code) for code in inspection.remarks),
        )
        self.ledger.set_page_count(self.job.id, len(inspection.pages))
        return inspection

    def _read(self, inspection: Inspection) -> list[PageOutcome]:
        tasks = [
            PageTask(
                path=self._path("original"),
                document=self.job.document,
                entry=entry,
                layers_path=self.scratch / f"page-{entry.number:06d}.layers",
                reads_codes=self.job.folder == BATCH_FOLDER,
            )
            for entry in inspection.pages
        ]
        futures = self.pool.read(tasks, priority=self.job.priority)
        outcomes = [future.result() for future in futures]
        faults = [outcome.fault for outcome in outcomes]
        if all(fault is not None for fault in faults):
            raise DocumentError(_document_code(str(faults[0])), page=1)
        return outcomes

    def _keep_pages(self, outcomes: list[PageOutcome], seconds: float) -> None:
        merged = self.scratch / "layers"
        write_layers(
            merged, (page for outcome in outcomes for page in read_layers(outcome.layers_path))
        )
        for outcome in outcomes:
            outcome.layers_path.unlink()
        remarks = [
            Remark(code=code, page=outcome.page.number)
            for outcome in outcomes
            for code in outcome.page.reasons()
        ]
        remarks += [
            Remark(code="PAPER-CODE", page=outcome.page.number, facts={"text": text[:200]})
            for outcome in outcomes
            for text in outcome.codes
        ]
        self._keep(
            "read",
            key=self.job.id,
            outcome="done",
            seconds=seconds,
            made={
                "pages": pages_to_json(self.pages),
                "layers": merged,
                "text": "\f".join(page.text() for page in self.pages).encode(),
            },
            remarks=tuple(remarks),
            made_by=self.read_by,
        )

    def run_stage(self, stage: Stage) -> StageResult:
        """Run a stage unless the ledger says that the same was done already."""
        key = self._key(stage)
        if self._is_done(stage, key):
            return Skipped(reason="done before")
        if stage.effect is Effect.OUTSIDE:
            self.ledger.intend(self.job.id, port=stage.name, key=key)
            self.observer.reached(f"{stage.name}.intended")
        folder = self.scratch / stage.name
        folder.mkdir()
        started = time.perf_counter()
        result = stage.run(self._work(folder))
        seconds = time.perf_counter() - started
        self.observer.reached(f"{stage.name}.ran")
        if isinstance(result, Secret):
            raise ContractError("BUG-STAGE", detail=f"{stage.name} found a secret behind the guard")
        if not isinstance(result, Waiting):
            self._keep_result(stage, result, key=key, seconds=seconds)
        return result

    def _keep_result(
        self, stage: Stage, result: Done | Skipped, *, key: str, seconds: float
    ) -> None:
        if isinstance(result, Skipped):
            self._keep(
                stage.name, key=key, outcome="skipped", seconds=seconds, reason=result.reason
            )
            return
        for item in result.fields:
            known = self.fields.get(item.name)
            if known is None or known.source is not FieldSource.PERSON:
                self.fields[item.name] = item
        self._keep(
            stage.name,
            key=key,
            outcome="done",
            seconds=seconds,
            made=result.artifacts,
            remarks=result.remarks,
            result=result,
            made_by=f"{stage.name}/{stage.revision}/{stage.options_digest}",
        )

    def _is_done(self, stage: Stage, key: str) -> bool:
        if _SEALED in self._digests and stage.name != "index" and stage.effect is Effect.PURE:
            return True  # nothing rewrites a sealed PDF, whatever changed since
        return self.history.finished_key(self.job.id, stage.name) == key

    def _key(self, stage: Stage) -> str:
        facts = {
            "stage": stage.name,
            "revision": stage.revision,
            "options": stage.options_digest,
            "inputs": {kind: self._digests.get(kind, "") for kind in sorted(stage.needs)},
            "fields": [field_to_json(item) for _, item in sorted(self.fields.items())]
            if stage.name != "extract"
            else [],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def _keep(
        self,
        stage: str,
        *,
        key: str,
        outcome: str,
        seconds: float,
        made: Mapping[str, Path | bytes] | None = None,
        remarks: tuple[Remark, ...] = (),
        reason: str = "",
        result: Done | None = None,
        made_by: str = "",
    ) -> None:
        artifacts = []
        for kind, content in (made or {}).items():
            if isinstance(content, bytes):
                stored = self.store.put_bytes(content)
            else:
                stored = self.store.put_file(content)
            artifacts.append(
                Artifact(
                    kind=kind,
                    digest=stored.digest,
                    size_bytes=stored.size_bytes,
                    made_by=made_by or stage,
                )
            )
        self.observer.reached(f"{stage}.stored")
        self.ledger.stage_done(
            self.job.id,
            stage=stage,
            key=key,
            outcome=outcome,
            seconds=seconds,
            artifacts=artifacts,
            fields=() if result is None else result.fields,
            receipt=None if result is None else result.receipt,
            registered=None if result is None else result.registered,
            remarks=remarks,
            reason=reason,
        )
        self._digests.update({artifact.kind: artifact.digest for artifact in artifacts})
        self.observer.reached(f"{stage}.noted")

    def delivered_file(self) -> Path:
        """Return the sealed PDF, or the derivative where the original itself is the evidence."""
        return self._path(_SEALED if _SEALED in self._digests else "pdfa")

    def receipt(self, port: str) -> Receipt:
        """Return the receipt of a port."""
        found = self.history.receipt(self.job.id, port)
        if found is None:
            raise ContractError("BUG-STAGE", detail=f"no receipt of {port}")
        return found

    def _path(self, kind: str) -> Path:
        return self.store.path(self._digests[kind])

    def _work(self, scratch: Path) -> Work:
        return Work(
            document=self.job.document,
            source_name=self.job.source_name,
            folder=self.job.folder,
            received_at=self.job.received_at,
            now=dt.datetime.now(dt.UTC),
            inspection=self.inspection,
            pages=self.pages,
            fields=dict(self.fields),
            artifacts={kind: self._path(kind) for kind in self._digests},
            scratch=scratch,
        )


def _document_code(fault: str) -> str:
    """Return the document code for a file of which no page could be read."""
    if fault.startswith("DOC-"):
        return fault
    return "DOC-TOO-LARGE" if fault == "PAGE-TOO-LARGE" else "DOC-IMAGE-CORRUPT"
