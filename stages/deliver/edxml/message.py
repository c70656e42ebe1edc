"""What edXML messages say, whichever dialect carries them.

Dates are ISO 8601, times aware; an empty text means that the message says nothing. Agency codes are
opaque (old codes of 13 letters, new ones of up to 35): never taken apart.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

STATUSES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Phân công xử lý",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Yêu cầu lấy lại",
    "15": "Đồng ý yêu cầu cập nhật, lấy lại",
    "16": "Từ chối yêu cầu cập nhật, lấy lại",
}
"""Codes of status messages."""
RECALL = "13"

URGENCIES = {"": 0, "KHẨN": 1, "THƯỢNG KHẨN": 2, "HỎA TỐC": 3}
"""Urgency as on paper → Priority (0–4; the standard's own list of meanings is not at hand)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A body that sends or receives."""

    organ_id: str
    organ_name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who did it at the other side."""

    department: str = ""
    name: str = ""
    mobile: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The document that a message answers."""

    organ_id: str = ""
    code: str = ""
    promulgation_date: str = ""
    document_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file."""

    name: str
    content_type: str
    """Of the file itself, e.g. application/pdf."""
    data: bytes
    description: str = ""
    content_id: str = ""
    """Without `cid:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edoc:
    """A document message."""

    sender: Agency
    receivers: tuple[Agency, ...]
    document_id: str
    code_number: str
    code_notation: str
    place: str = ""
    promulgation_date: str = ""
    type_name: str = ""
    subject: str = ""
    content: str = ""
    competence: str = ""
    position: str = ""
    full_name: str = ""
    due_date: str = ""
    priority: int = 0
    page_amount: int = 0
    """0 says nothing."""
    to_places: tuple[str, ...] = ()
    response_for: tuple[Response, ...] = ()
    business_type: int = 0
    """0 new, 1 revoke, 2 update, 3 replace."""
    concerns: tuple[str, ...] = ()
    """DocumentIds of the earlier documents that it revokes, updates or replaces."""
    is_paper: bool = False
    """Whether paper follows."""
    sent_at: dt.datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    oddities: tuple[str, ...] = field(default=(), compare=False)
    """What the reader had to forgive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMessage:
    """What became of a document at the other side."""

    sender: Agency
    response_for: Response
    code: str
    """A key of STATUSES."""
    description: str = ""
    staff: Staff = field(default_factory=Staff)
    at: dt.datetime | None = None
    oddities: tuple[str, ...] = field(default=(), compare=False)
