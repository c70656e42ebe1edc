"""`sohoa batch answer | receipts`: what the archive said of packages, kept and told again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.assembly.acceptance_commands import Add
from pipeline.assembly.house import House
from pipeline.assembly.new_files import write_table
from pipeline.ledger.deliveries import ARCHIVE_STATUSES, Deliveries
from pipeline.structure.records import Place

_GOOD = 0
EVERY = "all"
STATUS_WORDS = {
    "": "chưa có trả lời / no answer yet",
    "received": "đã tiếp nhận / received",
    "accepted": "đã nhận vào kho / accepted",
    "rejected": "trả lại / rejected",
}
RECEIPT_HEADINGS = (
    "Lần nộp / Delivery",
    "Gói / Package",
    "Hồ sơ / Dossier",
    "Số tài liệu / Documents",
    "Nộp lúc / Delivered",
    "Thay, bổ sung cho / Previous",
    "Kho lưu trữ / Archive",
    "Chi tiết / Details",
    "Người ghi / Noted by",
    "Ghi lúc / Noted",
)


def add_parsers(parts: Any, add: Add) -> None:
    """Add the parts of `batch` that keep what an archive says."""
    one = add(parts, "answer", "note what the archive said of packages", answer)
    one.add_argument("name", metavar="NAME", help="name of the batch")
    one.add_argument("package", metavar="PACKAGE", help=f"name of its file or folder, or {EVERY}")
    one.add_argument("status", choices=ARCHIVE_STATUSES, help="what became of it there")
    one.add_argument(
        "--delivery", type=int, metavar="N", help="which delivery (default: the newest)"
    )
    one.add_argument("--detail", default="", metavar="TEXT", help="number of the receipt, reason …")
    one.add_argument("--person", required=True, metavar="NAME", help="who notes it")
    one = add(parts, "receipts", "write every delivered package and what became of it", receipts)
    one.add_argument("name", metavar="NAME", help="name of the batch")
    one.add_argument("file", type=Path, metavar="FILE.xlsx", help="or .csv; must not exist")


def answer(options: argparse.Namespace) -> int:
    """`sohoa batch answer NAME PACKAGE STATUS`."""
    with House.open(options.data, config=options.config) as house:
        count = Deliveries(house.ledger.engine).answer(
            house.batches.batch(options.name).name,
            package=None if options.package == EVERY else options.package,
            revision=options.delivery,
            status=options.status,
            detail=options.detail,
            person=options.person,
        )
    print(f"{count} gói / packages: {STATUS_WORDS[options.status]}")
    return _GOOD


def receipts(options: argparse.Namespace) -> int:
    """`sohoa batch receipts NAME FILE`."""
    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        write_table(options.file, row.name, receipt_rows(house, row.name))
    print(options.file, file=sys.stderr)
    return _GOOD


def receipt_rows(house: House, batch: str) -> Iterator[Sequence[object]]:
    """Yield the heading, then each package of a batch with each answer of the archive."""
    yield RECEIPT_HEADINGS
    deliveries = Deliveries(house.ledger.engine)
    for delivery in deliveries.of(batch):
        for name in deliveries.names(delivery.id):
            package = deliveries.package(delivery.id, name)
            assert package is not None  # noqa: S101 - `names` are those of receipts
            notation = Place.of_key(package.key).notation if "\x1f" in package.key else ""
            told = (
                delivery.revision, name, notation, package.document_count, package.at,
                package.previous or "",
            )  # fmt: skip
            answers = deliveries.answers(delivery.id, name)
            for one in answers:
                yield (*told, STATUS_WORDS[one.status], one.detail, one.person, one.at)
            if not answers:
                yield (*told, STATUS_WORDS[""], "", "", "")
