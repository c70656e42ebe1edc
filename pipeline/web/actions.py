"""What people do: confirm doubtful fields, let a job run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pipeline.web import asked
from pipeline.web.api import Desk, JobDetail
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.present import detail_without_secrets, iso_date
from pipeline.web.site import Site

_VALUE_CHARS_MAX = 2000
_REASON_CHARS_MAX = 300
_DATE_FIELD = "issued_date"


@dataclass(frozen=True, slots=True)
class Actions:
    """Hands what people do to the desk."""

    desk: Desk
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=Response)
        for path, do, deed in (
            ("/jobs/{job_id}/confirm", self.confirm, "document.confirm"),
            ("/jobs/{job_id}/retry", self.retry, "document.retry"),
            ("/jobs/{job_id}/rescan", self.rescan, "document.rescan"),
            ("/jobs/{job_id}/answer", self.answer, "document.answer"),
        ):
            needs = self.gate.needs(Right.WORK, deed)
            router.add_api_route(path, do, methods=["POST"], dependencies=needs)
        return router

    async def confirm(self, request: Request, job_id: str) -> Response:
        """Take the values of the review form; show it again where one cannot be right."""
        desk = await run_in_threadpool(asked.desk, request, self.desk)
        detail = await run_in_threadpool(desk.job, asked.job_id(job_id))
        if detail is None:
            raise HTTPException(404)
        typed = await asked.form(request)
        boxes = {name: typed.get(f"value-{name}") for name in detail.doubtful}
        texts = {name: value for name, value in boxes.items() if value is not None}
        values, faults = _read(texts)
        if faults:
            return await run_in_threadpool(self._again, request, detail, texts, faults)
        person = asked.person(request)
        is_taken = await run_in_threadpool(self._taken, detail, values, person=person)
        return _back(detail.job.id, "review.done" if is_taken else "review.late")

    def retry(self, request: Request, job_id: str) -> Response:
        """Let a job run again."""
        job_id = asked.job_id(job_id)
        if asked.desk(request, self.desk).job(job_id) is None:
            raise HTTPException(404)
        return _back(job_id, "job.retried" if self.desk.retry(job_id) else "job.not_retried")

    async def rescan(self, request: Request, job_id: str) -> Response:
        """Send a document that waits back, to be scanned again."""
        desk = await run_in_threadpool(asked.desk, request, self.desk)
        if await run_in_threadpool(desk.job, asked.job_id(job_id)) is None:
            raise HTTPException(404)
        typed = await asked.form(request)
        reason = " ".join(typed.get("reason", "").split())[:_REASON_CHARS_MAX]
        is_sent = await run_in_threadpool(
            desk.rescan, job_id, reason=reason, person=asked.person(request)
        )
        return _back(job_id, "job.sent_back" if is_sent else "review.late")

    async def answer(self, request: Request, job_id: str) -> Response:
        """Agree to, or refuse, what the sender asks of an earlier document."""
        desk = await run_in_threadpool(asked.desk, request, self.desk)
        if await run_in_threadpool(desk.job, asked.job_id(job_id)) is None:
            raise HTTPException(404)
        typed = await asked.form(request)
        said = typed.get("said", "")
        if said not in {"agree", "refuse"}:
            raise HTTPException(400)
        also_note(request, deed=said)
        reason = " ".join(typed.get("reason", "").split())[:_REASON_CHARS_MAX]
        is_noted = await run_in_threadpool(
            desk.answer,
            job_id,
            is_agreed=said == "agree",
            reason=reason,
            person=asked.person(request),
        )
        return _back(job_id, "job.answered" if is_noted else "review.late")

    def _taken(self, detail: JobDetail, values: Mapping[str, str], *, person: str) -> bool:
        """Hand over the values; all doubtful fields at once, or none."""
        if not values or set(values) != set(detail.doubtful):
            return False
        return self.desk.confirm(detail.job.id, values, person=person)

    def _again(
        self,
        request: Request,
        detail: JobDetail,
        typed: Mapping[str, str],
        faults: Mapping[str, str],
    ) -> Response:
        return self.site.page(
            request,
            "job.html",
            status_code=422,
            detail=detail_without_secrets(detail),
            typed=typed,
            faults=faults,
            note="",
        )


def _read(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return (values, faults): what was typed as the desk wants it, and what cannot be right."""
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name, text in texts.items():
        value = iso_date(text) if name == _DATE_FIELD else " ".join(text.split())
        if value is None:
            faults[name] = "review.bad_date"
        elif len(value) > _VALUE_CHARS_MAX:
            faults[name] = "review.too_long"
        else:
            values[name] = value
    return values, faults


def _back(job_id: str, note: str) -> RedirectResponse:
    return RedirectResponse(f"/jobs/{job_id}?note={note}", 303)
