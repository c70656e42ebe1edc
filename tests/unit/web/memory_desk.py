"""A Desk in memory over made-up documents: the page's tests and screenshots run over it."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import functools
import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.intake.uploads import uploading
from pipeline.model.errors import InputError, TransientError
from pipeline.model.records import Box, JobState
from pipeline.model.search import FacetValue, Hit, Mistake, SearchAnswer, SearchRequest
from pipeline.web.api import (
    Desk,
    DropView,
    FailureView,
    FileKind,
    FileView,
    HealthLine,
    JobDetail,
    JobView,
    Level,
    ProgressView,
    RegisterRow,
    SettingView,
    Trouble,
    Upload,
)
from pipeline.web.search_api import Found, PageMarks, Results
from tests.unit.web import made_up
from tests.unit.web.made_up import minutes


class MemoryDesk:
    """The port `Desk` over lists; what is done to it is kept for the test to see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.details = {detail.job.id: detail for detail in made_up.details()}
        self.confirmed: list[tuple[str, dict[str, str], str]] = []
        self.retried: list[str] = []
        self.sent_back: list[tuple[str, str, str]] = []
        self.open_count = 12
        self.is_whole = False
        """Whether people of a unit see everything, as for screenshots."""
        self.is_index_down = False
        self.asked: list[tuple[SearchRequest, JobState | None]] = []

    def within(self, units: frozenset[str] | None) -> Desk:
        """Return a desk of the folder `noi-bo` alone for everybody but the whole agency."""
        if units is None or self.is_whole:
            return self
        narrowed = copy.copy(self)
        narrowed.details = {
            job_id: detail
            for job_id, detail in self.details.items()
            if detail.job.folder == "noi-bo"
        }
        return narrowed

    def figures(self) -> bytes:
        """Return one figure."""
        return b"sohoa_pages 7\n"

    def settings(self) -> Sequence[SettingView]:
        """Return one setting of each origin."""
        return [
            SettingView(key="web.port", value="8080", origin="built in", is_own=False),
            SettingView(
                key="stages.sign.agency", value="UBND xã", origin="sohoa.toml", is_own=True
            ),
            SettingView(
                key="register.password",
                value="Secret(***)",
                origin="SOHOA_REGISTER__PASSWORD",
                is_own=True,
            ),
        ]

    def job_id(self, name: str) -> str:
        """Return the id of the job of a file."""
        return hashlib.sha256(name.encode()).hexdigest()

    def change(self, name: str, **values: object) -> None:
        """Change a job, as the house does while it works."""
        detail = self.details[self.job_id(name)]
        view = dataclasses.replace(detail.job, **values)  # type: ignore[arg-type]
        self.details[view.id] = dataclasses.replace(detail, job=view, doubtful=())

    def jobs(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        state: JobState | None = None,
        folder: str | None = None,
    ) -> Sequence[JobView]:
        """Return jobs in the order they were made up."""
        found = [
            detail.job
            for detail in self.details.values()
            if state in {None, detail.job.state} and folder in {None, detail.job.folder}
        ]
        return found[offset : offset + limit]

    def totals(self, *, folder: str | None = None) -> Mapping[JobState, int]:
        """Return the number of jobs in each state."""
        found = self.jobs(limit=10**6, folder=folder)
        return {state: sum(one.state is state for one in found) for state in JobState}

    def folders(self) -> Sequence[str]:
        """Return two folders."""
        return ("den", "noi-bo")

    def drops(self, *, limit: int = 20, folder: str | None = None) -> Sequence[DropView]:
        """Return an empty file and a duplicate."""
        drops = [
            DropView(
                at=minutes(-20),
                folder="den",
                source_name="trống.pdf",
                trouble=Trouble(code="DOC-EMPTY"),
            ),
            DropView(
                at=minutes(-25),
                folder="den",
                source_name="scan_0412 (2).pdf",
                trouble=Trouble(code="DOC-DUPLICATE"),
                job_id=self.job_id("scan_0412.pdf"),
            ),
        ]
        return [drop for drop in drops if folder in {None, drop.folder}][:limit]

    def job(self, job_id: str) -> JobDetail | None:
        """Return one job."""
        return self.details.get(job_id)

    def open_file(self, job_id: str, kind: FileKind) -> FileView | None:
        """Return a small file of any kind, also of a secret document: the page must not ask."""
        detail = self.details.get(job_id)
        if detail is None:
            return None
        path = self.folder / f"{job_id}.{kind.value}"
        if not path.exists():
            path.write_bytes(b"%PDF-1.7 made up" if kind is FileKind.PDF else "chữ\f".encode())
        types = {FileKind.PDF: "application/pdf", FileKind.TEXT: "text/plain; charset=utf-8"}
        endings = {FileKind.PDF: "pdf", FileKind.TEXT: "txt", FileKind.ORIGINAL: "tif"}
        return FileView(
            path=path,
            media_type=types.get(kind, "image/tiff"),
            download_name=f"{detail.job.source_name}.{endings[kind]}",
        )

    def page_picture(self, job_id: str, page: int, box: Box | None = None) -> bytes | None:
        """Return a drawn page, or a piece of it."""
        detail = self.details.get(job_id)
        if detail is None or not 1 <= page <= max(1, len(detail.pages)):
            return None
        return draw(page, box)

    def confirm(self, job_id: str, values: Mapping[str, str], *, person: str) -> bool:
        """Note what a person says."""
        detail = self.details[job_id]
        if not detail.doubtful:
            return False
        self.confirmed.append((job_id, dict(values), person))
        view = dataclasses.replace(detail.job, state=JobState.RUNNING, trouble=None)
        self.details[job_id] = dataclasses.replace(detail, job=view, doubtful=())
        return True

    def retry(self, job_id: str) -> bool:
        """Note the wish; a running job may not move."""
        self.retried.append(job_id)
        return self.details[job_id].job.state is not JobState.RUNNING

    def rescan(self, job_id: str, *, reason: str, person: str) -> bool:
        """Note the wish of a document that waits."""
        detail = self.details[job_id]
        if not detail.doubtful:
            return False
        self.sent_back.append((job_id, reason, person))
        view = dataclasses.replace(detail.job, state=JobState.REJECTED)
        self.details[job_id] = dataclasses.replace(detail, job=view, doubtful=())
        return True

    def answer(self, job_id: str, *, is_agreed: bool, reason: str, person: str) -> bool:
        """Nobody here asks for an answer."""
        return False

    def upload(self, folder: str, name: str, *, size_bytes: int) -> AbstractContextManager[Upload]:
        """Take a file into a folder on disk, as the house does."""
        if folder not in self.folders():
            raise InputError("INPUT-UPLOAD-FOLDER", detail=folder)
        return uploading(self.folder, name, size_bytes=size_bytes, max_bytes=2_000_000)

    def progress(self) -> ProgressView:
        """Return an hour's work with two causes of failure."""
        return ProgressView(
            counts=self.totals(),
            open_count=self.open_count,
            documents_last_hour=37,
            pages_last_hour=112,
            ends_at=minutes(90) if self.open_count else None,
            failures=(
                FailureView(code="DOC-TRUNCATED", state="rejected", count=3),
                FailureView(code="DOC-EMPTY", state="drop", count=1),
            ),
        )

    def search(self, request: SearchRequest, *, state: JobState | None = None) -> Results:
        """Answer questions about digitisation; fail when the index is down."""
        if self.is_index_down:
            raise TransientError("PORT-DOWN", detail="index")
        self.asked.append((request, state))
        found = self._found(request.query)
        mistakes = (
            (Mistake(code="INPUT-QUERY-DATE", part="tu:<b>"),) if "tu:" in request.query else ()
        )
        facets = {
            "issuer": (
                FacetValue(value="sở nội vụ", label="Sở Nội vụ", count=3),
                FacetValue(value="sở tài chính", label="Sở <Tài> chính", count=1),
            ),
            "year": (FacetValue(value="2026", label="2026", count=4),),
        }
        answer = SearchAnswer(
            total=len(found),
            facets=facets if request.with_facets and found else {},
            mistakes=mistakes,
            as_of=77,
        )
        end = request.offset + request.limit
        return Results(
            answer=answer,
            found=tuple(found[request.offset : end]),
            states=(
                FacetValue(value="done", label="done", count=3),
                FacetValue(value="waiting", label="waiting", count=1),
            ),
        )

    def page_marks(self, job_id: str, page: int, query: str) -> PageMarks | None:
        """Return one box for every word of the question, where `số hóa` is drawn."""
        detail = self.details.get(job_id)
        if detail is None or not 1 <= page <= max(1, len(detail.pages)):
            return None
        boxes = tuple(
            Box(x0=272.0 + 24 * at, y0=170, x1=291.0 + 37 * at, y1=186)
            for at, _ in enumerate(query.split())
        )
        return PageMarks(
            page=page,
            pages=max(1, len(detail.pages)),
            width_pt=595.0,
            height_pt=841.0,
            boxes=boxes,
            pages_met=(page,) if boxes else (),
        )

    def _found(self, query: str) -> list[Found]:
        if "hoa" not in query and "hóa" not in query:
            return []
        snippets = (
            "Căn cứ Kế hoạch của Ủy ban nhân dân tỉnh về <mark>số hóa tài liệu</mark> lưu trữ &amp;"
            " chỉnh lý hồ sơ giai đoạn 2026–2030; xét đề nghị của Giám đốc Sở Nội vụ",
            "… kinh phí <mark>số hóa</mark> năm 2025 <script>alert(1)</script> …",
        )
        views = [detail.job for detail in self.details.values() if detail.job.fields.get("issuer")]
        found = [
            Found(
                hit=Hit(
                    document_id=view.document_id,
                    score=2.0,
                    page=2,
                    snippet=snippet,
                    code=view.fields["code"],
                    subject=view.fields["subject"],
                    issuer=view.fields["issuer"],
                    issued_date=view.fields["issued_date"],
                    pdf="/xong/x.pdf",
                ),
                job_id=view.id,
            )
            for view, snippet in zip(reversed(views), snippets, strict=True)
        ]
        return found * 20 if "trang" in query else found

    def books(self) -> Sequence[str]:
        """Return two books."""
        return ("den", "noi-bo")

    def years(self, book: str) -> Sequence[int]:
        """Return two years of the first book."""
        return {"den": (2026, 2025)}.get(book, ())

    def register_rows(
        self, book: str, year: int, *, limit: int = 100, offset: int = 0
    ) -> Sequence[RegisterRow]:
        """Return 412 entries a year."""
        if year not in self.years(book):
            return []
        subjects = (
            ("Quyết định", "Về việc phê duyệt Kế hoạch số hóa tài liệu lưu trữ", "QĐ-UBND"),
            ("Công văn", "V/v quyết toán kinh phí năm 2025 và dự toán năm 2026", "STC-QLNS"),
            ("Tờ trình", "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số cấp tỉnh", "TTr-SNV"),
        )
        rows = [
            RegisterRow(
                arrival_date=dt.date(year, 5, 4) - dt.timedelta(days=at // 9),
                arrival_number=412 - at,
                organ_name=("Ủy ban nhân dân tỉnh Hà Nam", "Sở Tài chính", "Sở Nội vụ")[at % 3],
                code=f"{123 - at % 100}/{subjects[at % 3][2]}",
                issued_date=f"{year}-04-2{at % 9}",
                type_name=subjects[at % 3][0],
                subject=subjects[at % 3][1],
                to_places=("", "Phòng Tổng hợp")[at % 2],
                description=("", "Văn bản điện tử có chữ ký số")[at % 7 == 0],
                job_id=self.job_id("scan_0412.pdf") if not at else None,
            )
            for at in range(412)
        ]
        return rows[offset : offset + limit]

    def register_csv(self, book: str, year: int) -> bytes:
        """Return the headings."""
        return "\ufeffNgày đến,Số đến\r\n".encode()

    def health(self) -> Sequence[HealthLine]:
        """Return one line of each level."""
        return [
            HealthLine(name="disk", level=Level.OK, message="218.4 GiB / 465.7 GiB"),
            HealthLine(name="folder", level=Level.OK, message="den: /srv/quet/den"),
            HealthLine(name="engine", level=Level.OK, message="line_reader 3 · tesseract 5.3.0"),
            HealthLine(
                name="certificate",
                level=Level.WARN,
                message="CN=SOHOA DEVELOPMENT; 2027-05-04 (365 d)",
                code="SIGN-DEVELOPMENT",
            ),
            HealthLine(name="index", level=Level.OK, message="embedded: 412 documents"),
            HealthLine(name="register", level=Level.OK, message="embedded: 412 entries"),
            HealthLine(name="queue", level=Level.BAD, message="halted 1", code="BUG-STAGE"),
        ]


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in ("DejaVuSerif.ttf", "NotoSerif-Regular.ttf"):
        try:
            return ImageFont.truetype(name, 28)
        except OSError:
            continue
    return ImageFont.load_default(28)


@functools.lru_cache
def draw(number: int, box: Box | None) -> bytes:
    """Draw a made-up page, or cut a box out of it."""
    scale = 1000 / 595
    image = Image.new("L", (1000, 1414), 252)
    pen = ImageDraw.Draw(image)
    lines = (
        (60, "SỞ TÀI CHÍNH"),
        (95, "Số: 84 /STC-QLNS          Hà Nam, ngày 04 tháng 5 năm 2026"),
        (170, "V/v quyết toán kinh phí số hóa năm 2025"),
        (700, "Nguyễn Văn An"),
    )
    for y, text in lines:
        pen.text((70 * scale, y * scale), text, fill=30, font=_font())
    for at in range(24):
        y = (230 + at * 18) * scale
        pen.line((70 * scale, y, (520 - 90 * (at % 5 == 4)) * scale, y), fill=150, width=7)
    pen.text((880, 1340), str(number), fill=60, font=_font())
    if box is not None:
        edges = (box.x0 - 8, box.y0 - 8, box.x1 + 8, box.y1 + 8)
        image = image.crop(tuple(round(edge * scale) for edge in edges))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
