"""Rows of what became of a batch: every paper, and the delivery sheet of 46 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.assembly.house import House
from pipeline.assembly.packing import packing_of
from pipeline.ledger.batch_rows import BatchRow, ItemRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.structure.profile import Profile
from pipeline.structure.records import Place
from pipeline.structure.sheet import load_columns, sheet_row

_HEADINGS = (
    "Tệp / File",
    "Hồ sơ / Dossier",
    "Trạng thái / State",
    "Mã / Code",
    "Lý do / Reason",
    "Việc cần làm / Remedy",
    "Số trang / Pages",
    "Mã văn bản / Document",
)


def paper_rows(house: House, row: BatchRow) -> Iterator[Sequence[object]]:
    """Yield the heading, then every paper of a batch in order of adding."""
    yield _HEADINGS
    for item in house.batches.items(row.name):
        fault = None if item.code is None else CATALOGUE[item.code]
        yield (
            item.path,
            Place.of_key(item.place).notation,
            _state(item),
            item.code or "",
            "" if fault is None else f"{fault.message_vi} / {fault.message_en}",
            "" if fault is None else fault.remedy,
            item.page_count,
            (item.document_id or "")[:12],
        )


def _state(item: ItemRow) -> str:
    return item.job_state or item.state if item.state == "entered" else item.state


def sheet_rows(house: House, row: BatchRow, profile: Profile) -> Iterator[Sequence[object]]:
    """Yield the heading of the delivery sheet, then every finished paper, as it is delivered."""
    columns = load_columns(house.layout.config_dir / "archive" / "sheet46.toml")
    yield [column.heading for column in columns]
    for content in packing_of(house, row, profile).contents():
        dossier = {
            "fonds": row.options.get("fonds", ""),
            **content.values,
        }
        for document in content.documents():
            values = {**document.values, "path": document.path.name}
            yield sheet_row(dossier, values, columns)
