"""Files and pictures of documents, sent by the job's id and a kind; no path ever comes in."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response

from pipeline.model.records import Box, JobState
from pipeline.web import asked
from pipeline.web.api import Desk, FileKind, JobDetail
from pipeline.web.gate import Gate, Right
from pipeline.web.present import shown

_FRAMES_ONLY = "frame-ancestors 'none'"
"""The browser's own PDF viewer does not start under a policy that forbids scripts and styles."""
_NAME_BYTES_MAX = 180


@dataclass(frozen=True, slots=True)
class Files:
    """Sends what the desk opens."""

    desk: Desk
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(default_response_class=Response)
        for path, send, deed in (
            ("/jobs/{job_id}/files/{kind}", self.file, "document.download"),
            ("/jobs/{job_id}/pages/{number}.png", self.page, "document.page"),
            ("/jobs/{job_id}/fields/{name}.png", self.evidence, "document.snippet"),
        ):
            needs = self.gate.needs(Right.READ, deed)
            router.add_api_route(path, send, methods=["GET"], dependencies=needs)
        return router

    def file(self, request: Request, job_id: str, kind: str) -> Response:
        """Send a file: PDF and text to be looked at, the original to be saved."""
        wanted = next((one for one in FileKind if one.value == kind), None)
        detail = self._detail(request, job_id)
        if wanted is None or wanted not in detail.job.files:
            raise HTTPException(404)
        file = self.desk.open_file(detail.job.id, wanted)
        if file is None or not file.path.is_file():
            raise HTTPException(404)
        return FileResponse(
            file.path,
            media_type=file.media_type,
            filename=_short(shown(file.download_name)),
            content_disposition_type="attachment" if wanted is FileKind.ORIGINAL else "inline",
            headers={"Content-Security-Policy": _FRAMES_ONLY},
        )

    def page(self, request: Request, job_id: str, number: str) -> Response:
        """Send the picture of a page."""
        if not (number.isascii() and number.isdecimal() and len(number) <= 5):
            raise HTTPException(404)
        return self._picture(self._detail(request, job_id), int(number), None)

    def evidence(self, request: Request, job_id: str, name: str) -> Response:
        """Send the piece of paper that a field was read from."""
        detail = self._detail(request, job_id)
        field = next((one for one in detail.fields if one.name == name), None)
        if field is None or field.page is None or field.box is None:
            raise HTTPException(404)
        return self._picture(detail, field.page, field.box)

    def _picture(self, detail: JobDetail, page: int, box: Box | None) -> Response:
        picture = self.desk.page_picture(detail.job.id, page, box)
        if picture is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "private, max-age=300"}
        return Response(picture, media_type="image/png", headers=headers)

    def _detail(self, request: Request, job_id: str) -> JobDetail:
        """Return a job whose files may be shown."""
        detail = asked.desk(request, self.desk).job(asked.job_id(job_id))
        if detail is None or detail.job.state is JobState.QUARANTINED:
            raise HTTPException(404)
        return detail


def _short(name: str) -> str:
    """Return a name that fits into a header, its ending kept."""
    if len(name.encode()) <= _NAME_BYTES_MAX:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = (stem or ending).encode()[:_NAME_BYTES_MAX].decode("utf-8", "ignore")
    return f"{kept}{dot}{ending[:10]}" if stem else kept
