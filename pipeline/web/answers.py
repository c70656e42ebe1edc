"""The same for programs: JSON under /api, described at /api/openapi.json.

Times are ISO 8601 in UTC. Faults come as `{"code", "message_vi", "message_en", "remedy"}`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from pipeline.model.catalogue import CATALOGUE
from pipeline.web import asked
from pipeline.web.api import Desk, JobView, Trouble
from pipeline.web.gate import Gate, Right
from pipeline.web.present import detail_without_secrets, shown, status, without_secrets

_LIMIT_DEFAULT = 50


@dataclass(frozen=True, slots=True)
class Answers:
    """Tells programs what the desk tells."""

    desk: Desk
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/api", default_response_class=JSONResponse)
        for method, path, answer, right, deed in (
            ("GET", "/jobs", self.jobs, Right.LIST, ""),
            ("GET", "/jobs/{job_id}", self.job, Right.READ, "document.view"),
            ("POST", "/jobs/{job_id}/retry", self.retry, Right.WORK, "document.retry"),
            ("GET", "/drops", self.drops, Right.LIST, ""),
            ("GET", "/register", self.register, Right.REGISTER, ""),
            ("GET", "/health", self.health, Right.KEEP, ""),
        ):
            needs = self.gate.needs(right, deed)
            router.add_api_route(path, answer, methods=[method], dependencies=needs)
        return router

    def jobs(self, request: Request) -> Response:
        """Return jobs, the last changed first; `state`, `folder`, `limit`, `offset`."""
        desk = asked.desk(request, self.desk)
        found = desk.jobs(
            limit=limit_of(request),
            offset=asked.count(request, "offset", default=0),
            state=asked.state(request),
            folder=asked.folder(request),
        )
        totals = desk.totals(folder=asked.folder(request))
        return JSONResponse(
            {
                "jobs": [_job(without_secrets(job)) for job in found],
                "totals": {state.value: number for state, number in totals.items()},
            }
        )

    def job(self, request: Request, job_id: str) -> Response:
        """Return one job with its fields, pages and events."""
        detail = asked.desk(request, self.desk).job(asked.job_id(job_id))
        if detail is None:
            raise HTTPException(404)
        detail = detail_without_secrets(detail)
        pages = [
            {**plain(dataclasses.replace(page, words=())), "words": len(page.words)}
            for page in detail.pages
        ]
        return JSONResponse(
            {
                **_job(detail.job),
                "field_details": plain(detail.fields),
                "doubtful": list(detail.doubtful),
                "pages": pages,
                "events": plain(detail.events),
            }
        )

    def retry(self, request: Request, job_id: str) -> Response:
        """Let a job run again; 409 when it may not."""
        job_id = asked.job_id(job_id)
        if asked.desk(request, self.desk).job(job_id) is None:
            raise HTTPException(404)
        is_moved = self.desk.retry(job_id)
        return JSONResponse({"retried": is_moved}, 200 if is_moved else 409)

    def drops(self, request: Request) -> Response:
        """Return refused and duplicate drops, newest first."""
        desk = asked.desk(request, self.desk)
        found = desk.drops(limit=limit_of(request), folder=asked.folder(request))
        return JSONResponse(
            [{**plain(drop), "trouble": fault_body(drop.trouble)} for drop in found]
        )

    def register(self, request: Request) -> Response:
        """Return entries of a `book` and `year`, the last arrival number first."""
        rows = self.desk.register_rows(
            request.query_params.get("book", ""),
            asked.count(request, "year", default=0),
            limit=limit_of(request),
            offset=asked.count(request, "offset", default=0),
        )
        return JSONResponse(plain(rows))

    def health(self) -> Response:
        """Return what the keeper should know."""
        return JSONResponse(plain(self.desk.health()))


def fault_body(trouble: Trouble) -> dict[str, str | int | None]:
    """Return a fault as `sohoa run --json` tells it, with its page and facts."""
    fault = CATALOGUE.get(trouble.code)
    return {
        "code": trouble.code,
        "message_vi": fault.message_vi if fault else "",
        "message_en": fault.message_en if fault else "",
        "remedy": fault.remedy if fault else "",
        "detail": shown(trouble.detail),
        "page": trouble.page,
    }


def _job(job: JobView) -> dict[str, Any]:
    body: dict[str, Any] = plain(job)
    body["status"] = status(job)
    body["trouble"] = None if job.trouble is None else fault_body(job.trouble)
    return body


def limit_of(request: Request) -> int:
    """Return how many rows a program wants."""
    return asked.count(request, "limit", default=_LIMIT_DEFAULT, most=asked.LIMIT_MAX)


def plain(value: Any) -> Any:
    """Return a record as JSON knows it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
