"""Archival records: a dossier with its documents, their order, sheets, totals and names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model.errors import InputError
from pipeline.structure.profile import Profile

_SAFE = re.compile(r"[^0-9A-Za-zÀ-ỹĐđ._-]+")
TABLE_COLUMNS = (
    "STT",
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung",
    "Tác giả",
    "Tờ số",
    "Ghi chú",
)
"""Mục lục văn bản trong hồ sơ (NĐ 30/2020, Phụ lục IV)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a dossier lies: equal places are one dossier."""

    fonds: str = ""
    catalogue: str = ""
    box: str = ""
    notation: str = ""
    """Number and notation of the dossier; empty: the document lies in none."""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Place:
        """Return the place that a dossier's values tell."""
        return cls(
            **{name: values.get(name, "") for name in ("fonds", "catalogue", "box", "notation")}
        )

    @classmethod
    def of_key(cls, key: str) -> Place:
        """Return the place that `key` told; of the empty key the one that is no place."""
        return cls(**dict(zip(cls.__slots__, key.split("\x1f"), strict=True))) if key else cls()

    @property
    def key(self) -> str:
        """One text for it, for ordering and for identity."""
        return "\x1f".join((self.fonds, self.catalogue, self.box, self.notation))


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What names need besides the records: who keeps, who made, which transfer."""

    agency: str = ""
    """Code of the body that keeps the archive."""
    creator: str = ""
    """Code of the body whose papers they are; the keeper's when empty."""
    transfer: str = "01"
    """Ordinal of the transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document as an archive lists it."""

    values: Mapping[str, str]
    page_count: int = 0
    sheet_count: int = 0
    """Sheets of paper; 0: one for two pages is assumed where duplex, else one a page."""


def numbered(
    documents: Iterable[DocumentRecord], *, is_duplex: bool = False
) -> Iterator[DocumentRecord]:
    """Give ordinals and sheets (`tờ số`) in order, keeping what is known already.

    Args:
        documents: of one dossier, in order.
        is_duplex: two pages a sheet where the sheets were not counted.
    """
    ordinal, sheet = 0, 0
    for one in documents:
        ordinal = int(one.values.get("ordinal") or ordinal + 1)
        known = one.values.get("sheet", "")
        count = one.sheet_count or math.ceil(one.page_count / (2 if is_duplex else 1))
        first = int(known) if known.isdigit() else sheet + 1
        last = first + max(count, 1) - 1
        sheet = last
        shown = known or (str(first) if first == last else f"{first}-{last}")
        yield replace(one, values={**one.values, "ordinal": str(ordinal), "sheet": shown})


def file_code(profile: Profile, naming: Naming, values: Mapping[str, str], *, ordinal: int) -> str:
    """Return a dossier's code: the one given, else by the profile's pattern.

    Args:
        profile: has the pattern.
        naming: who keeps and made it.
        values: the dossier's.
        ordinal: place of the dossier in the transfer, from 1.
    """
    if values.get("file_code"):
        return values["file_code"]
    facts = {
        "agency": naming.agency,
        "creator": naming.creator or naming.agency,
        "year": (values.get("start_date") or values.get("end_date") or "0000")[:4],
        "transfer": naming.transfer,
        "dossier": ordinal,
    }
    return _named(profile, "file_code", facts)


def document_names(profile: Profile, code: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return a document's code and the name of its file, by the profile's patterns."""
    ordinal = int(values["ordinal"])
    document_code = values.get("document_code") or _named(
        profile, "document_code", {"file_code": code, "ordinal": ordinal}
    )
    facts = {"file_code": code, "ordinal": ordinal, "sheet": values.get("sheet", "")}
    return document_code, _named(profile, "data_file", facts)


def _named(profile: Profile, key: str, facts: Mapping[str, object]) -> str:
    try:
        made = profile.names[key].format(**facts)
    except ValueError as error:  # a format for numbers on a text, e.g. {dossier:03} is fine
        raise InputError("INPUT-PROFILE", detail=f"names.{key}: {error}") from error
    return _SAFE.sub("_", made).lstrip(".")


def table_rows(documents: Iterable[DocumentRecord]) -> Iterator[Sequence[str | int]]:
    """Yield the rows of a dossier's table of documents, see TABLE_COLUMNS."""
    for one in documents:
        values = one.values
        code = "/".join(
            part for part in (values.get("number"), values.get("code_notation")) if part
        )
        date = "/".join(reversed(values.get("issued_date", "").split("-")))
        subject = ". ".join(part for part in (values.get("type"), values.get("subject")) if part)
        yield (
            int(values.get("ordinal") or 0),
            code,
            date,
            subject,
            values.get("issuer", ""),
            values.get("sheet", ""),
            values.get("note", ""),
        )
