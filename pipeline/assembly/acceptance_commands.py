"""`sohoa batch check …`: machine checks of a batch, and a delivery read again."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.assembly.batch_reports import write_table
from pipeline.assembly.house import House
from pipeline.ledger.batch_rows import BatchRow
from pipeline.model.catalogue import CATALOGUE

_GOOD, _BAD = 0, 1
FINDING_HEADINGS = (
    "Mã / Code",
    "Tệp / File",
    "Hồ sơ / Dossier",
    "Trang / Page",
    "Vấn đề / Finding",
    "Chi tiết / Details",
    "Việc cần làm / Remedy",
    "Mã văn bản / Document",
)


def add_check(parser: argparse.ArgumentParser) -> None:
    """Add what `batch check` may be asked."""
    parser.add_argument(
        "target", metavar="NAME|FOLDER", help="a batch; or a delivery's folder, read again"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a finding, one a line")
    parser.add_argument(
        "--xlsx", type=Path, metavar="FILE", help="findings as a sheet too; must not exist"
    )


def check(options: argparse.Namespace) -> int:
    """`sohoa batch check NAME|FOLDER`; 0 nothing found, 1 something needs a person."""
    with House.open(options.data, config=options.config) as house:
        row = next((one for one in house.batches.all() if one.name == options.target), None)
        if row is None and not Path(options.target).is_dir():
            house.batches.batch(options.target)  # says which batches there are
        found = _delivery(house, options) if row is None else _batch(house, row, options)
    return _GOOD if found == 0 else _BAD


def _batch(house: House, row: BatchRow, options: argparse.Namespace) -> int:
    # PDF libraries load in half a second; only this command of `batch` needs them.
    from pipeline.assembly.inspecting import Inspecting

    work = Inspecting(house=house, row=row)

    def told() -> Iterator[Sequence[object]]:
        yield FINDING_HEADINGS
        for one in work.found():
            print(_json(one) if options.json else _text(one), flush=True)
            yield finding_cells(one)

    if options.xlsx is None:
        deque(told(), maxlen=0)
    else:
        write_table(options.xlsx, row.name, told())
    work.note()
    found = work.counts.total()
    print(
        f"{row.name}: {work.documents} tài liệu / documents, {work.pages} trang / pages, "
        f"{found} điều cần xem / findings",
        file=sys.stderr,
    )
    return found


def finding_cells(one: Any) -> Sequence[object]:
    """Return a finding in the order of FINDING_HEADINGS."""
    fault = CATALOGUE[one.code]
    words = f"{fault.message_vi} / {fault.message_en}"
    return (
        one.code, one.path, one.dossier, one.page, words, one.detail, fault.remedy,
        one.document_id[:12],
    )  # fmt: skip


def _json(one: Any) -> str:
    return json.dumps(dataclasses.asdict(one), ensure_ascii=False)


def _text(one: Any) -> str:
    fault = CATALOGUE[one.code]
    where = one.path or f"hồ sơ / dossier {one.dossier}"
    page = "" if one.page is None else f" tr. / p. {one.page}"
    return (
        f"{one.code} {where}{page}: {fault.message_vi} / {fault.message_en} {one.detail}".rstrip()
        + f"\n  → {fault.remedy}"
    )


def _delivery(house: House, options: argparse.Namespace) -> int:
    from pipeline.assembly.list_signing import ListSigner
    from pipeline.packaging.manifest import check_delivery

    count = 0
    for one in check_delivery(Path(options.target), ListSigner(provider=house.seal)):
        fault = CATALOGUE[one.code]
        count += one.code != "PACKAGE-UNSIGNED"
        if options.json:
            print(_json(one))
        else:
            print(f"{one.code} {one.path}: {fault.message_vi} / {fault.message_en} {one.detail}")
    if not count:
        print("nguyên vẹn / whole", file=sys.stderr if options.json else sys.stdout)
    return count
