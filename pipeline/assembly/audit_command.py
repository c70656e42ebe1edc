"""The command `sohoa audit`."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys

from pipeline.assembly.auditing import Auditing, Finding
from pipeline.assembly.house import House
from pipeline.model.catalogue import CATALOGUE

_GOOD, _BAD = 0, 1


def audit(options: argparse.Namespace) -> int:
    """`sohoa audit`: read the store again; 0 all well, 1 something needs a person."""

    def tell(one: Finding) -> None:
        fault = CATALOGUE[one.code]
        if options.json:
            line = json.dumps(dataclasses.asdict(one), ensure_ascii=False)
        else:
            line = (
                f"{one.code} {one.document_id[:12]} {one.path} {one.detail}\n"
                f"  {fault.message_vi} / {fault.message_en}\n  → {fault.remedy}"
            )
        sys.stdout.write(f"{line}\n")

    with House.open(options.data, config=options.config) as house:
        work = Auditing(
            engine=house.ledger.engine,
            store=house.store,
            rate_bytes_s=options.rate * 1e6,
            ahead=dt.timedelta(days=options.days),
            tell=tell,
        )
        is_good = work.run(afresh=options.afresh)
    sys.stderr.write(
        f"{work.files} tệp đã đọc / files read, {work.wrong} cần xem / need a person, "
        f"{work.unused} không còn dùng / no longer used\n"
    )
    return _GOOD if is_good else _BAD
