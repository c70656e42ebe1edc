"""`sohoa batch check | sample | judge | close | rescan | protocol`: is a batch as it should be."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.acceptance.plans import SEVERITIES
from pipeline.acceptance.sampling import CRITERIA
from pipeline.assembly.accepting import (
    EVERYTHING,
    GOOD,
    SAMPLE,
    UNITS,
    Choice,
    draw,
    faults_of,
    rescan_rows,
)
from pipeline.assembly.house import House
from pipeline.assembly.new_files import new_file, write_table
from pipeline.ledger.batch_rows import BatchRow
from pipeline.model.catalogue import CATALOGUE

_GOOD, _BAD = 0, 1
_VERDICT_WORDS = {"accepted": "ĐẠT / accepted", "rejected": "KHÔNG ĐẠT / rejected"}
Add = Callable[[Any, str, str, Callable[[argparse.Namespace], int]], Any]
"""Adds a command with the options that all share; returns its parser."""
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


def add_parsers(parts: Any, add: Add) -> None:
    """Add the parts of `batch` that check and accept."""
    _add_check(add(parts, "check", "let the machine look: at a batch, or at a delivery", check))
    _add_sample(add(parts, "sample", "draw what people look at: everything, or a sample", sample))
    one = add(parts, "judge", "say of a unit whether it is good", judge)
    _add_lot(one)
    one.add_argument("unit", type=int, metavar="UNIT", help="its number in the sample")
    one.add_argument(
        "verdict", metavar="VERDICT", help=f"{GOOD}, or faults by comma: {', '.join(CRITERIA)}"
    )
    _add_person(one)
    one = add(parts, "close", "end a round: its verdict; bad papers go back", close)
    _add_lot(one)
    _add_person(one)
    one = add(parts, "rescan", "write which papers are to be scanned again", rescan)
    _add_lot(one)
    one.add_argument("file", type=Path, metavar="FILE.xlsx", help="or .csv; must not exist")
    one = add(parts, "protocol", "write the protocol of a closed round", protocol)
    _add_lot(one)
    one.add_argument("file", type=Path, metavar="FILE.pdf", help="or .xlsx; must not exist")
    one.add_argument("--sign", action="store_true", help="sign the PDF with the agency's key")


def _add_lot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the batch")
    parser.add_argument("--lot", type=int, metavar="N", help="a round (default: the newest)")


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", required=True, metavar="NAME", help="who says so")


def _add_sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the batch")
    parser.add_argument(
        "--round", type=int, choices=(EVERYTHING, SAMPLE), default=SAMPLE,
        help="1 everything once, 2 a sample (default)",
    )  # fmt: skip
    parser.add_argument("--unit", choices=UNITS, default="document", help="what is drawn")
    parser.add_argument("--level", default="II", metavar="L", help="I, II, III, S-1 … S-4")
    parser.add_argument("--aql", default="1.0", metavar="AQL", help="percent of bad units")
    parser.add_argument("--severity", choices=SEVERITIES, default="normal")
    parser.add_argument("--seed", metavar="SEED", help="draw the sample of this seed again")
    _add_person(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="NAME|FOLDER", help="a batch; or a delivery's folder, read again"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a finding, one a line")
    parser.add_argument(
        "--xlsx", type=Path, metavar="FILE", help="findings as a sheet too; must not exist"
    )


def sample(options: argparse.Namespace) -> int:
    """`sohoa batch sample NAME`."""
    names = ("round", "unit", "level", "aql", "severity")
    choice = Choice(**{name: getattr(options, name) for name in names})
    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        lot = draw(house, row, choice, person=options.person, seed=options.seed)
        told = lot.draft
        print(
            f"{lot.id}: {told.sample_size} / {told.lot_size} {told.unit}  "
            f"{told.letter} Ac {told.accept_max} Re {told.accept_max + 1}  {told.seed}".rstrip()
        )
        for unit in house.lots.units(lot.id):
            print(f"{unit.ordinal}\t{unit.path}\t{unit.page or ''}".rstrip())
    return _GOOD


def judge(options: argparse.Namespace) -> int:
    """`sohoa batch judge NAME UNIT VERDICT`."""
    faults = faults_of(options.verdict)
    with House.open(options.data, config=options.config) as house:
        lot = house.lots.lot(options.name, options.lot)
        house.lots.judge(lot.id, options.unit, faults, person=options.person)
    return _GOOD


def close(options: argparse.Namespace) -> int:
    """`sohoa batch close NAME`; 0 accepted, 1 rejected."""
    with House.open(options.data, config=options.config) as house:
        lot = house.lots.lot(options.name, options.lot)
        made = house.lots.close(lot, person=options.person)
    words = _VERDICT_WORDS[made.verdict]
    print(f"{words}: {made.bad} / {lot.draft.sample_size}, Ac {lot.draft.accept_max}")
    return _GOOD if made.verdict == "accepted" else _BAD


def rescan(options: argparse.Namespace) -> int:
    """`sohoa batch rescan NAME FILE`."""
    with House.open(options.data, config=options.config) as house:
        lot = house.lots.lot(options.name, options.lot)
        write_table(options.file, lot.batch, rescan_rows(house, lot))
    print(options.file, file=sys.stderr)
    return _GOOD


def protocol(options: argparse.Namespace) -> int:
    """`sohoa batch protocol NAME FILE`."""
    from pipeline.assembly.protocol import protocol_pdf, protocol_rows  # a PDF writer

    with House.open(options.data, config=options.config) as house:
        lot = house.lots.lot(options.name, options.lot)
        row = house.batches.batch(lot.batch)
        if options.file.suffix.lower() == ".pdf":
            made = protocol_pdf(house, row, lot)
            with new_file(options.file) as file:
                file.write(house.registry.seal(made) if options.sign else made)
        else:
            write_table(options.file, row.name, protocol_rows(house, row, lot))
    print(options.file, file=sys.stderr)
    return _GOOD


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
