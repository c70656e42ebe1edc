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
from stages.register.lengths import cut

VIETNAM = dt.timezone(dt.timedelta(hours=7), "+07")
"""Vietnamese time has no summer time; a fixed offset needs no time zone database."""

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

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One entry of the register with its arrival number."""

    year: int
    arrival_number: int
    key: str
    """Idempotency key under which it was entered."""
    entry: RegisterEntry
    entered_at: dt.datetime

    @property
    def arrival_date(self) -> dt.date:
        """Vietnamese calendar day of arrival."""
        return self.entry.arrival_at.astimezone(VIETNAM).date()

    @property
    def code(self) -> str:
        """Number and notation as printed on paper."""
        return "/".join(part for part in (self.entry.code_number, self.entry.code_notation) if part)

    def columns(self) -> tuple[str, ...]:
        """Return the ten printed columns; hand-over and signature are filled in by hand."""
        entry = self.entry
        return (
            f"{self.arrival_date:%d/%m/%Y}",
            str(self.arrival_number),
            entry.organ_name,
            self.code,
            _printed_date(entry.issued_date),
            ". ".join(part for part in (entry.type_name, entry.subject) if part),
            entry.to_places,
            "",
            "",
            entry.description,
        )

    def annex_vi(self) -> dict[str, str]:
        """Return the values of Phụ lục VI by their codes, within their lengths."""
        entry = self.entry
        return cut(
            {
                "TypeName": entry.type_name,
                "CodeNumber": entry.code_number,
                "CodeNotation": entry.code_notation,
                "IssuedDate": _printed_date(entry.issued_date),
                "OrganName": entry.organ_name,
                "Subject": entry.subject,
                "Language": "Tiếng Việt",
                "PageAmount": str(entry.page_amount),
                "Description": entry.description,
                "ArrivalDate": f"{self.arrival_date:%d/%m/%Y}",
                "ArrivalNumber": str(self.arrival_number),
                "Position": entry.signer_position,
                "FullName": entry.signer_name,
                "ToPlaces": entry.to_places,
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


def _printed_date(iso: str) -> str:
    """Return an ISO date as it is written in the register; other text unchanged."""
    try:
        return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso
