"""The words of the notes beside files: Vietnamese first, then English. Pure text, nothing written.

Text files are UTF-8 with a byte order mark and CRLF: Notepad of Windows 7 and 8, still found on
office desks, takes UTF-8 without the mark for a code page and shows no line ends of Unix. JSON has
neither: RFC 8259, 8.1 forbids the mark. Times are shown in Vietnamese time (UTC+7, no summer time).
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.model.catalogue import CATALOGUE, Fault
from pipeline.model.records import Remark

VIETNAM = dt.timezone(dt.timedelta(hours=7))
"""Vietnamese time; the register's day is the Vietnamese day."""
_LABELS: tuple[tuple[str, str, str], ...] = (
    ("code", "Số, ký hiệu", "Code"),
    ("issued_date", "Ngày ban hành", "Date"),
    ("issuer", "Cơ quan ban hành", "Issuer"),
    ("type", "Loại văn bản", "Type"),
    ("subject", "Trích yếu", "Subject"),
    ("urgency", "Độ khẩn", "Urgency"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a note says of every paper."""

    source_name: str
    """As dropped; may hold any character."""
    folder: str
    """Name of the watched folder."""
    arrived_at: dt.datetime
    """Aware."""
    document_id: str = ""
    """sha-256; empty for what became no document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """What the receipt of a registered document says."""

    book: str
    year: int
    arrival_number: int
    page_count: int
    fields: Mapping[str, str]
    """Name (`pipeline.model.records.FIELD_NAMES`) → value."""
    remarks: tuple[Remark, ...] = ()
    pdf_name: str = ""
    """File name of the result beside the receipt."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further lines of the JSON, e.g. the signer of the seal."""


def refusal_text(
    paper: Paper, code: str, *, detail: str = "", page: int | None = None, original: str = ""
) -> bytes:
    """Return the note on a paper that was refused: what, why, what to do, where the original is.

    Args:
        paper: the paper.
        code: a code of the catalogue.
        detail: facts for the keeper.
        page: the page concerned, from 1.
        original: where the untouched original lies; empty when there is none.
    """
    fault = CATALOGUE[code]
    where_vi, where_en = (f"Trang {page}: ", f"Page {page}: ") if page else ("", "")
    kept_vi = f"Bản gốc còn nguyên: {original}" if original else "Không còn bản gốc để giữ."
    kept_en = f"The original is untouched: {original}" if original else "No original is left."
    vi = [
        "KHÔNG XỬ LÝ ĐƯỢC VĂN BẢN",
        *_head_vi(paper),
        f"Mã lỗi: {code}",
        f"Nguyên nhân: {where_vi}{fault.message_vi}",
        f"Cách xử lý: {fault.remedy_vi}",
        kept_vi,
    ]
    en = [
        "THE DOCUMENT COULD NOT BE PROCESSED",
        *_head_en(paper),
        f"Code: {code}",
        f"Cause: {where_en}{fault.message_en}",
        f"Remedy: {fault.remedy_en}",
        kept_en,
    ]
    return _text(vi, en, [f"Chi tiết / Detail: {detail}"] if detail else [])


def waiting_text(paper: Paper, remark: Remark) -> bytes:
    """Return the note on a document that waits for a person."""
    fault = CATALOGUE[remark.code]
    facts = [f"  {name}: {value}" for name, value in sorted(remark.facts.items())]
    vi = ["VĂN BẢN CHỜ RÀ SOÁT", *_head_vi(paper), *_point(fault, remark, is_vi=True)]
    en = ["THE DOCUMENT WAITS FOR A PERSON", *_head_en(paper), *_point(fault, remark, is_vi=False)]
    return _text(vi, en, facts)


def remark_text(paper: Paper, remark: Remark, *, kept: str) -> bytes:
    """Return a note on a document that goes on, but of which something lies at `kept`."""
    fault = CATALOGUE[remark.code]
    facts = [f"  {name}: {value}" for name, value in sorted(remark.facts.items())]
    vi = ["LƯU Ý", *_head_vi(paper), *_point(fault, remark, is_vi=True), f"Nằm tại: {kept}"]
    en = ["REMARK", *_head_en(paper), *_point(fault, remark, is_vi=False), f"Lies at: {kept}"]
    return _text(vi, en, facts)


def secret_text(*, document_id: str, folder: str, at: dt.datetime) -> bytes:
    """Return the note on a quarantined secret: no name, no text, no grade."""
    fault = CATALOGUE["DOC-SECRET"]
    vi = [
        "VĂN BẢN ĐÃ ĐƯỢC CÁCH LY",
        f"Thư mục: {folder}",
        f"Lúc: {_time(at)} (giờ Việt Nam)",
        f"Mã băm: {document_id}",
        f"Nguyên nhân: {fault.message_vi}",
        f"Cách xử lý: {fault.remedy_vi}",
    ]
    en = [
        "THE DOCUMENT WAS QUARANTINED",
        f"Folder: {folder}",
        f"At: {_time(at)} (Vietnamese time)",
        f"Digest: {document_id}",
        f"Cause: {fault.message_en}",
        f"Remedy: {fault.remedy_en}",
    ]
    return _text(vi, en)


def receipt_text(paper: Paper, facts: ReceiptFacts) -> bytes:
    """Return the receipt for people."""
    vi = [
        "BIÊN NHẬN VĂN BẢN ĐẾN",
        f"Số đến: {facts.arrival_number}",
        f"Sổ: {facts.book}, năm {facts.year}",
        *(f"{label}: {facts.fields.get(name, '')}" for name, label, _ in _LABELS),
        f"Số trang: {facts.page_count}",
        *_head_vi(paper),
        f"Kết quả: {facts.pdf_name}",
        *_remarks(facts.remarks, is_vi=True),
    ]
    en = [
        "RECEIPT OF AN INCOMING DOCUMENT",
        f"Arrival number: {facts.arrival_number}",
        f"Book: {facts.book}, year {facts.year}",
        *(f"{label}: {facts.fields.get(name, '')}" for name, _, label in _LABELS),
        f"Pages: {facts.page_count}",
        *_head_en(paper),
        f"Result: {facts.pdf_name}",
        *_remarks(facts.remarks, is_vi=False),
    ]
    return _text(vi, en)


def receipt_json(paper: Paper, facts: ReceiptFacts) -> bytes:
    """Return the receipt for machines: UTF-8, sorted keys, the same facts give the same bytes."""
    value = {
        "source": _shown(paper.source_name),
        "folder": paper.folder,
        "received_at": paper.arrived_at.astimezone(VIETNAM).isoformat(),
        "document_id": paper.document_id,
        "register": {
            "book": facts.book,
            "year": facts.year,
            "arrival_number": facts.arrival_number,
        },
        "fields": dict(facts.fields),
        "pages": facts.page_count,
        "pdf": facts.pdf_name,
        "remarks": [_remark_json(remark) for remark in facts.remarks],
        "more": dict(facts.more),
    }
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    return _LONE.sub("\ufffd", text).encode() + b"\n"


def _remark_json(remark: Remark) -> dict[str, object]:
    fault = CATALOGUE[remark.code]
    return {
        "code": remark.code,
        "page": remark.page,
        "facts": dict(remark.facts),
        "message_vi": fault.message_vi,
        "message_en": fault.message_en,
        "remedy_vi": fault.remedy_vi,
        "remedy_en": fault.remedy_en,
    }


def _remarks(remarks: Iterable[Remark], *, is_vi: bool) -> list[str]:
    lines = [
        line for remark in remarks for line in _point(CATALOGUE[remark.code], remark, is_vi=is_vi)
    ]
    title = "Lưu ý:" if is_vi else "Remarks:"
    return ["", title, *lines] if lines else []


def _point(fault: Fault, remark: Remark, *, is_vi: bool) -> list[str]:
    page = ""
    if remark.page is not None:
        page = f"Trang {remark.page}: " if is_vi else f"Page {remark.page}: "
    message, remedy = (
        (fault.message_vi, fault.remedy_vi) if is_vi else (fault.message_en, fault.remedy_en)
    )
    return [f"- {page}{message} → {remedy} [{remark.code}]"]


def _head_vi(paper: Paper) -> list[str]:
    known = [f"Mã băm: {paper.document_id}"] if paper.document_id else []
    return [
        f"Tệp: {_shown(paper.source_name)}",
        f"Thư mục: {paper.folder}",
        f"Nhận lúc: {_time(paper.arrived_at)} (giờ Việt Nam)",
        *known,
    ]


def _head_en(paper: Paper) -> list[str]:
    known = [f"Digest: {paper.document_id}"] if paper.document_id else []
    return [
        f"File: {_shown(paper.source_name)}",
        f"Folder: {paper.folder}",
        f"Received at: {_time(paper.arrived_at)} (Vietnamese time)",
        *known,
    ]


def _time(at: dt.datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def _shown(text: str) -> str:
    return _CONTROL.sub(" ", _LONE.sub("\ufffd", text)).strip()


def _text(vi: list[str], en: list[str], rest: list[str] | None = None) -> bytes:
    blocks = [vi, en, *([rest] if rest else [])]
    lines = ["\r\n".join(_shown(line) if line else "" for line in block) for block in blocks]
    return codecs.BOM_UTF8 + ("\r\n\r\n".join(lines) + "\r\n").encode()
