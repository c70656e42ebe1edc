"""The command `sohoa reprocess`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.assembly.house import House
from pipeline.assembly.new_files import new_file, write_table
from pipeline.assembly.reprocessing import Outcome, Reprocessing
from pipeline.ledger import rereading
from pipeline.ledger.rereading import Choice
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import InputError
from stages import read

_GOOD, _BAD = 0, 1
_NICE = 10
"""Below the page workers of a standing `sohoa watch`."""
_LOOK_S = 1.0
_HEADINGS = (
    "Văn bản / Document",
    "Tệp / File",
    "Sổ, năm, số đến / Book, year, arrival number",
    "Trường / Field",
    "Trước / Before",
    "Sau / After",
    "Sổ đăng ký / Register",
)
_DIFFERS = "giữ giá trị cũ; sửa bằng / keeps the old value; correct it by: sohoa register correct"


def reprocess(options: argparse.Namespace) -> int:
    """`sohoa reprocess`: 0 all read, 1 some not; 2 wrong use."""
    since = read.REVISION if options.since is None else options.since
    if not 2 <= since <= read.REVISION:
        raise InputError("INPUT-REVISION", detail=str(read.REVISION))
    with House.open(options.data, config=options.config) as house:
        if options.batch is not None:
            house.batches.batch(options.batch)
        choice = Choice(before=since, batch=options.batch, folder=options.folder)
        if options.dry_run:
            return _say_which(house, choice)
        is_good = _run(house, choice)
        if options.report is not None:
            _write(house, options.report)
    return _GOOD if is_good else _BAD


def _say_which(house: House, choice: Choice) -> int:
    count = 0
    for document_id in rereading.due(house.ledger.engine, choice):
        sys.stdout.write(f"{document_id}\n")
        count += 1
    sys.stderr.write(f"{count} văn bản sẽ đọc lại / documents to read again\n")
    return _GOOD


def _run(house: House, choice: Choice) -> bool:
    counted = {"read": 0, "changed": 0, "failed": 0}

    def tell(one: Outcome) -> None:
        if one.error is None:
            counted["read"] += 1
            counted["changed"] += bool(one.changes)
            names = ", ".join(change.name for change in one.changes)
            sys.stderr.write(f"{one.document_id[:12]} ✓ {names}\n")
            return
        counted["failed"] += 1
        fault = CATALOGUE[one.error.code]
        page = "" if one.error.page is None else f" (trang / page {one.error.page})"
        sys.stderr.write(
            f"{one.document_id[:12]} {fault.code}{page}: {fault.message_vi} / {fault.message_en} "
            f"{one.error.detail}\n  → {fault.remedy}\n"
        )

    os.nice(_NICE)
    with house.page_pool() as pool:
        work = Reprocessing(
            plan=house.plan(),
            ledger=house.ledger,
            history=house.history,
            store=house.store,
            index=house.index,
            pool=pool,
            scratch=house.scratch,
            observer=house.observer,
            revision=read.REVISION,
            read_by=house.read_by,
            priority=house.batch_options.priority,
            wait=lambda: _wait_for_calm(house),
        )
        is_good = work.run(choice, tell)
    sys.stdout.write(
        f"đã đọc lại / read again {counted['read']}, có thay đổi / changed {counted['changed']}, "
        f"giữ bản cũ / kept as before {counted['failed']}\n"
    )
    return is_good


def _wait_for_calm(house: House) -> None:
    """Wait while another process has a letter of clerks to work on."""
    engine, priority = house.ledger.engine, house.batch_options.priority
    while rereading.are_letters_under_way(engine, below=priority):
        time.sleep(_LOOK_S)


def _write(house: House, path: Path) -> None:
    if path.suffix.lower() != ".json":
        write_table(path, "Đọc lại", _rows(house))
        return
    rows = rereading.changes(house.ledger.engine, revision=read.REVISION)
    told = [dataclasses.asdict(change) for change in rows]
    with new_file(path) as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())


def _rows(house: House) -> Iterator[Sequence[object]]:
    yield _HEADINGS
    for change in rereading.changes(house.ledger.engine, revision=read.REVISION):
        job = house.history.job(change.document_id)
        yield (
            change.document_id[:12],
            "" if job is None else job.source_name,
            "" if job is None else f"{job.book} {job.year}: {job.arrival_number}",
            change.name,
            change.before,
            change.after,
            _DIFFERS if change.is_registered else "",
        )
