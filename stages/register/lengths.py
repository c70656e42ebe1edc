"""The fields of Phụ lục VI (NĐ 30/2020) of an incoming document, with their types and lengths.

The register itself keeps what stands on the paper, whole: cutting a subject would lose what the
law wants registered. A system that takes only so many characters gets the text cut, and the
description (Ghi chú) says which fields were. A part of a number, day or code would be another one
(1,234 pages are not 123): what does not fit of these is left out, and the description says so too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexField:
    """One line of the table of Phụ lục VI."""

    ordinal: str
    """Its number in the table."""
    code: str
    name_vi: str
    kind: str
    """`String`, `Number`, `Date` or `LongText`."""
    length: int | None
    """Greatest number of characters; None when the annex sets none."""


def _field(ordinal: str, code: str, kind: str, length: int | None, name_vi: str) -> AnnexField:
    return AnnexField(ordinal=ordinal, code=code, name_vi=name_vi, kind=kind, length=length)


ANNEX_VI: tuple[AnnexField, ...] = (
    _field("1.1", "OrganId", "String", 13, "Mã định danh của cơ quan, tổ chức lập danh mục hồ sơ"),
    _field("1.2", "FileCatalog", "Number", 4, "Năm hình thành hồ sơ"),
    _field("1.3", "FileNotation", "String", 20, "Số và ký hiệu hồ sơ"),
    _field("2", "DocOrdinal", "Number", 3, "Số thứ tự văn bản trong hồ sơ"),
    _field("3", "TypeName", "String", 100, "Tên loại văn bản"),
    _field("4", "CodeNumber", "String", 11, "Số của văn bản"),
    _field("5", "CodeNotation", "String", 30, "Ký hiệu của văn bản"),
    _field("6", "IssuedDate", "Date", 10, "Ngày, tháng, năm văn bản"),
    _field("7", "OrganName", "String", 200, "Tên cơ quan, tổ chức ban hành văn bản"),
    _field("8", "Subject", "String", 500, "Trích yếu nội dung"),
    _field("9", "Language", "String", 30, "Ngôn ngữ"),
    _field("10", "PageAmount", "Number", 3, "Số trang của văn bản"),
    _field("11", "Description", "String", 500, "Ghi chú"),
    _field("12", "ArrivalDate", "Date", 10, "Ngày, tháng, năm đến"),
    _field("13", "ArrivalNumber", "Number", 10, "Số đến"),
    _field("14.1", "Position", "String", 100, "Chức vụ của người ký văn bản"),
    _field("14.2", "FullName", "String", 50, "Họ và tên người ký văn bản"),
    _field("15", "Priority", "Number", 1, "Mức độ khẩn"),
    _field("16", "ToPlaces", "String", 1000, "Đơn vị hoặc người nhận"),
    _field("17", "TraceHeaderList", "LongText", None, "Ý kiến phân phối, trạng thái xử lý"),
    _field("18", "DueDate", "Date", 10, "Thời hạn giải quyết"),
)
"""Every field, in the order of the annex."""

LENGTHS: dict[str, int] = {one.code: one.length for one in ANNEX_VI if one.length is not None}
"""Code of the field → greatest number of characters."""

URGENCIES = {"": 0, "KHẨN": 1, "THƯỢNG KHẨN": 2, "HỎA TỐC": 3}
"""Urgency as on paper → field 15. The decree names the field a number of one digit and not its
values; these are in the order of its ô 10b."""

_CODES = frozenset({"OrganId", "FileNotation", "CodeNumber", "CodeNotation"})
_WHOLE = _CODES | {one.code for one in ANNEX_VI if one.kind in {"Number", "Date"}}
"""Codes of the fields whose beginning would say something else."""

_CUT_VI = "Đã rút gọn: "
_LEFT_OUT_VI = "Bỏ trống vì quá dài: "


def cut(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values within their lengths; what was cut or left out stands in `Description`."""
    too_long = [
        name for name, value in values.items() if len(value) > LENGTHS.get(name, len(value))
    ]
    within = {
        name: value if name not in too_long else ("" if name in _WHOLE else value[: LENGTHS[name]])
        for name, value in values.items()
    }
    remarks = (
        (_CUT_VI, [name for name in too_long if name not in _WHOLE]),
        (_LEFT_OUT_VI, [name for name in too_long if name in _WHOLE]),
    )
    remark = "; ".join(f"{words}{', '.join(names)}" for words, names in remarks if names)
    if remark:
        limit = LENGTHS["Description"]
        room = limit - len(remark) - 2
        description = values.get("Description", "")[: max(0, room)]
        within["Description"] = f"{description}; {remark}" if description else remark[:limit]
    return within
