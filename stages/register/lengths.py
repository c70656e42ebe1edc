"""The fields of Phụ lục VI (NĐ 30/2020) with their lengths, for export to other systems.

The register itself keeps what stands on the paper, whole: cutting a subject would lose what the
law wants registered. A system that takes only so many characters gets the cut value, and the
description (Ghi chú) says which fields were cut.
"""

from __future__ import annotations

from collections.abc import Mapping

LENGTHS: dict[str, int] = {
    "TypeName": 100,
    "CodeNumber": 11,
    "CodeNotation": 30,
    "IssuedDate": 10,
    "OrganName": 200,
    "Subject": 500,
    "Language": 30,
    "PageAmount": 3,
    "Description": 500,
    "ArrivalDate": 10,
    "ArrivalNumber": 10,
    "Position": 100,
    "FullName": 50,
    "ToPlaces": 1000,
}
"""Code of the field → greatest number of characters."""

_CUT_VI = "Đã rút gọn: "


def cut(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values within their lengths; what was cut is named in `Description`."""
    within = {name: value[: LENGTHS.get(name, len(value))] for name, value in values.items()}
    names = [name for name, value in values.items() if within[name] != value]
    if names:
        remark = f"{_CUT_VI}{', '.join(names)}"
        limit = LENGTHS["Description"]
        room = limit - len(remark) - 2
        description = values.get("Description", "")[: max(0, room)]
        within["Description"] = f"{description}; {remark}" if description else remark[:limit]
    return within
