"""One JSON object per document, as `sohoa run --json` prints it.

The keys are a contract (README, docs/commands.md, tests/acceptance): `source`, `document_id`,
`state`, `error`, `pdf`, `original`, `text`, `fields`, `pages`, `register`, `timings_s`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.codec import pages_from_json
from pipeline.model.errors import SohoaError
from pipeline.model.records import Field, JobState, Page
from pipeline.store import Store

KEYS: tuple[str, ...] = (
    "source",
    "document_id",
    "state",
    "error",
    "pdf",
    "original",
    "text",
    "fields",
    "pages",
    "register",
    "timings_s",
)
"""The keys of an answer, in their order."""

GOOD_STATES: frozenset[str] = frozenset({"registered", "review", "quarantined", "duplicate"})
"""States that count as success of `sohoa run` (exit code 0)."""

_REVIEW_STAGE = "review"


def state_of(job: JobRow) -> str:
    """Return the state of a job as people read it."""
    if job.state is JobState.DONE:
        return "registered"
    if job.state is JobState.WAITING and job.stage == _REVIEW_STAGE:
        return "review"
    if job.state in {JobState.REJECTED, JobState.QUARANTINED}:
        return str(job.state.value)
    return "halted"


def error_object(code: str, *, detail: str = "") -> dict[str, str]:
    """Return an error with its words; the detail (limits, counts) follows the messages."""
    fault = CATALOGUE[code]
    facts = f" ({detail})" if detail else ""
    return {
        "code": code,
        "message_vi": fault.message_vi + facts,
        "message_en": fault.message_en + facts,
        "remedy": fault.remedy,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Makes answers from the ledger alone, so that a later run gives the same ones."""

    history: History
    store: Store

    def refused(
        self, source: str, error: SohoaError, *, document_id: str | None = None
    ) -> dict[str, Any]:
        """Return the answer for a drop that never became a document."""
        return self._answer(
            source=source,
            document_id=document_id,
            state="rejected",
            error=error_object(error.code, detail=error.detail),
        )

    def duplicate(self, source: str, document_id: str) -> dict[str, Any]:
        """Return the answer for bytes that came before; it points to the first document."""
        first = self.history.job(document_id)
        if first is None or first.state is JobState.QUARANTINED:
            return self._answer(source=source, document_id=document_id, state="duplicate")
        answer = self.of_job(source, first)
        note = error_object("DOC-DUPLICATE", detail=f"{document_id[:12]}: {first.source_name}")
        return {**answer, "state": "duplicate", "error": note}

    def of_job(self, source: str, job: JobRow) -> dict[str, Any]:
        """Return the answer for a document as the ledger knows it."""
        if job.state is JobState.QUARANTINED:
            return self._answer(
                source=source,
                document_id=job.id,
                state="quarantined",
                error=error_object("DOC-SECRET"),
                original=str(self.store.quarantine_path(job.id)),
            )
        artifacts = self.history.artifacts(job.id)
        pages: tuple[Page, ...] = ()
        if "pages" in artifacts:
            pages = pages_from_json(self.store.path(artifacts["pages"].digest).read_bytes())
        text = artifacts.get("text")
        seconds = self.history.seconds(job.id)
        return self._answer(
            source=source,
            document_id=job.id,
            state=state_of(job),
            error=None if job.code is None else error_object(job.code, detail=job.detail),
            pdf=job.delivered_path,
            original=str(self.store.path(job.id)),
            text=None if text is None else str(self.store.path(text.digest)),
            fields=fields_object(self.history.fields(job.id), pages),
            pages=[page_object(page) for page in pages],
            register=register_object(job),
            timings_s={**seconds, "total": round(sum(seconds.values()), 4)},
        )

    def _answer(self, **known: Any) -> dict[str, Any]:
        empty: dict[str, Any] = {"fields": {}, "pages": [], "timings_s": {"total": 0.0}}
        return {key: known.get(key, empty.get(key)) for key in KEYS}


def fields_object(fields: dict[str, Field], pages: tuple[Page, ...]) -> dict[str, Any]:
    """Return fields by name, boxes as fractions of the straightened page."""
    by_number = {page.number: page for page in pages}
    out: dict[str, Any] = {}
    for name, item in fields.items():
        page = None if item.page is None else by_number.get(item.page)
        box = None
        if page is not None and item.box is not None:
            fractions = item.box.fractions(width_pt=page.width_pt, height_pt=page.height_pt)
            box = [round(value, 5) for value in fractions]
        out[name] = {
            "value": item.value,
            "confidence": round(item.confidence, 4),
            "page": item.page,
            "box": box,
            "source": item.source.value,
        }
    return out


def page_object(page: Page) -> dict[str, Any]:
    """Return the facts of a page."""
    return {
        "number": page.number,
        "skew_deg": round(page.skew_deg, 2),
        "rotation_deg": page.rotation_deg,
        "dpi": round(page.dpi, 1),
        "is_blank": page.is_blank,
        "text_confidence": round(page.text_confidence, 4),
        "quality": {
            "verdict": page.quality.verdict.value,
            "reasons": list(page.reasons()),
        },
    }


def register_object(job: JobRow) -> dict[str, Any] | None:
    """Return the document's place in the register, None when it has none."""
    if job.arrival_number is None:
        return None
    return {"book": job.book, "year": job.year, "arrival_number": job.arrival_number}
