"""Made-up documents, one in each state, for the page's tests and screenshots."""

from __future__ import annotations

import datetime as dt
import hashlib

from pipeline.model.records import Box, Field, FieldSource, JobState, Page, Quality, Remark, Verdict
from pipeline.web.api import Arrival, EventView, FileKind, JobDetail, JobView, Level, Trouble

NOON = dt.datetime(2026, 5, 4, 5, 0, tzinfo=dt.UTC)
ALL_FILES = frozenset(FileKind)
SECRET_TEXT = "kế hoạch tuyệt đối không được lộ"


def minutes(number: float) -> dt.datetime:
    """Return a time so many minutes after noon in Vietnam."""
    return NOON + dt.timedelta(minutes=number)


def field(name: str, value: str, confidence: float = 0.98, **more: object) -> Field:
    """Make a field with its evidence on page 1."""
    rows = {"code": 95, "issued_date": 95, "issuer": 60, "subject": 170, "signer_name": 700}
    y = rows.get(name, 300)
    facts: dict[str, object] = {
        "source": FieldSource.PRINTED,
        "page": 1,
        "box": Box(x0=70, y0=y, x1=330, y1=y + 22),
    }
    return Field(name=name, value=value, confidence=confidence, **{**facts, **more})  # type: ignore[arg-type]


def page(number: int, verdict: Verdict = Verdict.GOOD, *reasons: str, **more: object) -> Page:
    """Make a page without its words."""
    facts: dict[str, object] = {
        "width_mm": 210.0,
        "height_mm": 297.0,
        "dpi": 300.0,
        "skew_deg": 0.4,
        "rotation_deg": 0,
        "is_blank": False,
        "text_confidence": 0.964,
    }
    quality = Quality(verdict=verdict, reasons=reasons)
    return Page(number=number, quality=quality, **{**facts, **more})  # type: ignore[arg-type]


def job(name: str, state: JobState, at: float, **more: object) -> JobView:
    """Make a job whose id follows from its name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    facts: dict[str, object] = {
        "folder": "den",
        "stage": "",
        "received_at": minutes(at),
        "changed_at": minutes(at + 1),
    }
    return JobView(
        id=digest, document_id=digest, source_name=name, state=state, **{**facts, **more}
    )  # type: ignore[arg-type]


def details() -> list[JobDetail]:
    registered = job(
        "scan_0412.pdf",
        JobState.DONE,
        -40,
        page_count=3,
        pages_read=3,
        fields={
            "code": "123/QĐ-UBND",
            "type": "Quyết định",
            "subject": "Về việc phê duyệt Kế hoạch số hóa tài liệu lưu trữ giai đoạn 2026–2030",
            "issuer": "Ủy ban nhân dân tỉnh Hà Nam",
            "issued_date": "2026-04-28",
        },
        arrival=Arrival(book="den", year=2026, arrival_number=412),
        remarks=(Remark(code="QUALITY-LOW-DPI", page=2), Remark(code="SIGN-DEVELOPMENT")),
        files=ALL_FILES,
    )
    waiting = job(
        "công văn sở tài chính.pdf",
        JobState.WAITING,
        -12,
        stage="review",
        page_count=1,
        pages_read=1,
        fields={
            "code": "84/STC-QLNS",
            "subject": "V/v quyết toán kinh phí số hóa năm 2025",
            "issuer": "Sở Tài chính",
            "issued_date": "2026-05-04",
        },
        trouble=Trouble(code="FIELDS-DOUBTFUL"),
        files=frozenset({FileKind.ORIGINAL}),
    )
    running = job(
        "bao_cao_quy_1.tif",
        JobState.RUNNING,
        -2,
        stage="read",
        page_count=24,
        pages_read=9,
        files=frozenset({FileKind.ORIGINAL}),
    )
    retry = job(
        "to_trinh_17.pdf",
        JobState.WAITING,
        -5,
        stage="register",
        page_count=2,
        pages_read=2,
        fields={"code": "17/TTr-SNV", "subject": "Về việc kiện toàn Ban Chỉ đạo"},
        trouble=Trouble(code="PORT-DOWN", detail="register: connection refused"),
        next_try_at=minutes(4),
        files=ALL_FILES,
    )
    rejected = job(
        "hop dong <b>mới</b>\n2026.pdf",
        JobState.REJECTED,
        -55,
        trouble=Trouble(code="DOC-TRUNCATED", detail="no %%EOF in the last 1,024 bytes"),
        files=frozenset({FileKind.ORIGINAL}),
    )
    secret = job(
        f"{SECRET_TEXT}.pdf",
        JobState.QUARANTINED,
        -70,
        stage="guard",
        page_count=4,
        pages_read=4,
        fields={"subject": SECRET_TEXT, "code": "9/TM-X"},
        trouble=Trouble(code="DOC-SECRET", detail=SECRET_TEXT, page=1),
        remarks=(Remark(code="QUALITY-BLUR", facts={"x": SECRET_TEXT}),),
        arrival=Arrival(book="mat", year=2026, arrival_number=9),
        files=ALL_FILES,
    )
    halted = job(
        "ban_do.png",
        JobState.HALTED,
        -90,
        stage="archive",
        page_count=1,
        pages_read=1,
        trouble=Trouble(code="BUG-PDFA", detail="veraPDF 6.1.2-1"),
        files=frozenset({FileKind.ORIGINAL}),
    )
    duplicate = job(
        "scan_0412 (1).pdf", JobState.DONE, -30, duplicate_of=registered.id, files=ALL_FILES
    )
    received = job("thư mời.jpg", JobState.RECEIVED, -1, stage="inspect")
    return [
        JobDetail(job=received),
        JobDetail(job=running, events=_events(running, "inspect", "prepare")),
        JobDetail(job=retry, pages=(page(1), page(2)), events=_events(retry, "inspect", "read")),
        JobDetail(
            job=waiting,
            fields=(
                field("subject", waiting.fields["subject"]),
                field(
                    "code",
                    waiting.fields["code"],
                    0.61,
                    source=FieldSource.HANDWRITTEN,
                    alternatives=("34/STC-QLNS", "89/STC-QLNS"),
                ),
                field("issued_date", "2026-05-04", 0.55, alternatives=("2026-05-09",)),
                field("issuer", "Sở Tài chính"),
            ),
            doubtful=("code", "issued_date", "signer_name"),
            pages=(page(1, Verdict.POOR, "QUALITY-FAINT"),),
            events=_events(waiting, "inspect", "read", "guard", "extract"),
        ),
        JobDetail(job=duplicate, events=_events(duplicate)),
        JobDetail(
            job=registered,
            fields=(
                *(
                    field(name, value)
                    for name, value in registered.fields.items()
                    if name != "type"
                ),
                field("type", "Quyết định", 0.99),
                field("signer_name", "Nguyễn Văn An", 0.93, page=3),
                field(
                    "addressee", "Sở Nội vụ", 1.0, source=FieldSource.PERSON, page=None, box=None
                ),
            ),
            signature="development",
            pages=(
                page(1),
                page(2, Verdict.BAD, "QUALITY-LOW-DPI", "QUALITY-BLUR", dpi=150, skew_deg=-1.7),
                page(3, is_blank=True, rotation_deg=180, text_confidence=0.0),
                page(4, Verdict.POOR, unread="PAGE-TIMEOUT", text_confidence=0.0),
            ),
            events=(
                *_events(registered, "inspect", "read", "guard", "extract", "archive", "sign"),
                EventView(
                    at=minutes(-38.5),
                    name="remark",
                    code="QUALITY-LOW-DPI",
                    facts={"page": "2"},
                    level=Level.WARN,
                ),
                EventView(at=minutes(-38), name="done"),
            ),
        ),
        JobDetail(job=rejected, events=_events(rejected)),
        JobDetail(
            job=secret,
            fields=(field("subject", SECRET_TEXT),),
            doubtful=("subject",),
            pages=(page(1),),
            events=(
                EventView(at=minutes(-70), name="received", facts={"name": SECRET_TEXT}),
                EventView(at=minutes(-69), name="quarantined", code="DOC-SECRET"),
            ),
        ),
        JobDetail(job=halted, events=_events(halted, "inspect", "read")),
    ]


def _events(view: JobView, *stages: str) -> tuple[EventView, ...]:
    first = EventView(at=view.received_at, name="received", facts={"folder": view.folder})
    steps = (
        EventView(
            at=view.received_at + dt.timedelta(seconds=2 + 3 * at),
            name="stage-done",
            stage=stage,
            duration_s=0.4 + at,
        )
        for at, stage in enumerate(stages)
    )
    return (first, *steps)
