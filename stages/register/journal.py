"""The register as people read it: rows, the ten printed columns (PL IV), CSV, PL VI values.

Sources: Nghị định 30/2020/NĐ-CP, Phụ lục IV (Sổ đăng ký văn bản đến) and Phụ lục VI.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.records import RegisterEntry
from stages.register.lengths import URGENCIES, cut

VIETNAM = dt.timezone(dt.timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh has no summer time; a fixed offset needs no time zone database."""

COLUMNS = (
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung",
    "Đơn vị hoặc người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)
"""Headings of the printed register, in order."""

REGISTERED = "03"
"""Status of an entry to which nothing has happened yet: đã tiếp nhận."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One entry of the register as it stands now: corrections and hand-overs taken in."""

    year: int
    arrival_number: int
    key: str
    """Idempotency key under which it was entered."""
    entry: RegisterEntry
    entered_at: dt.datetime
    seen: int = 0
    """Number of the last correction, 0 when there is none; a correction names the one it saw."""
    unit: str = ""
    """Unit that has it, by the last hand-over."""
    receiver: str = ""
    """Person that has it, by the last hand-over."""
    handed_on: str = ""
    """Day of the last hand-over, ISO 8601, or empty."""
    received_by: str = ""
    """Who signed for the last hand-over, or empty."""
    handover_due: str = ""
    """Due date of the last hand-over, ISO 8601, or empty."""
    status: str = REGISTERED
    """01–06 of the exchange standard (QCVN 102:2016, status message)."""

    @property
    def arrival_date(self) -> dt.date:
        """Vietnamese calendar day of arrival."""
        return self.entry.arrival_at.astimezone(VIETNAM).date()

    @property
    def code(self) -> str:
        """Number and notation as printed on paper."""
        return "/".join(part for part in (self.entry.code_number, self.entry.code_notation) if part)

    @property
    def due_date(self) -> str:
        """Day by which it must be answered: the hand-over's, else the paper's; or empty."""
        return self.handover_due or self.entry.due_date

    @property
    def holder(self) -> str:
        """Unit that has it by the last hand-over, else the person; or empty."""
        return self.unit or self.receiver

    @property
    def to_whom(self) -> str:
        """Column 7: who got it, else to whom it is addressed."""
        handed = ", ".join(part for part in (self.unit, self.receiver) if part)
        return handed or self.entry.to_places

    def columns(self) -> tuple[str, ...]:
        """Return the ten printed columns."""
        entry = self.entry
        return (
            f"{self.arrival_date:%d/%m/%Y}",
            str(self.arrival_number),
            entry.organ_name,
            self.code,
            printed_date(entry.issued_date),
            ". ".join(part for part in (entry.type_name, entry.subject) if part),
            self.to_whom,
            printed_date(self.handed_on),
            self.received_by,
            entry.description,
        )

    def annex_vi(self) -> dict[str, str]:
        """Return the values of Phụ lục VI by their codes, within their lengths."""
        entry = self.entry
        return cut(
            {
                "OrganId": entry.organ_id,
                "FileCatalog": entry.file_catalog,
                "FileNotation": entry.file_notation,
                "DocOrdinal": str(entry.doc_ordinal or ""),
                "TypeName": entry.type_name,
                "CodeNumber": entry.code_number,
                "CodeNotation": entry.code_notation,
                "IssuedDate": printed_date(entry.issued_date),
                "OrganName": entry.organ_name,
                "Subject": entry.subject,
                "Language": entry.language,
                "PageAmount": str(entry.page_amount),
                "Description": entry.description,
                "ArrivalDate": f"{self.arrival_date:%d/%m/%Y}",
                "ArrivalNumber": str(self.arrival_number),
                "Position": entry.signer_position,
                "FullName": entry.signer_name,
                "Priority": str(URGENCIES.get(entry.priority.strip().upper(), 0)),
                "ToPlaces": self.to_whom,
                "TraceHeaderList": self.status,
                "DueDate": printed_date(self.due_date),
            }
        )


def csv_bytes(rows: Iterable[JournalRow]) -> bytes:
    """Return the ten columns as CSV: UTF-8 with BOM and CRLF, as spreadsheets expect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in row.columns()])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def printed_date(iso: str) -> str:
    """Return an ISO date as it is written in the register; other text unchanged."""
    try:
        return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso
