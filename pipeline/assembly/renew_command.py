"""The command `sohoa renew`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

from pipeline.assembly.house import House
from pipeline.assembly.renewal import Outcome, Renewal
from pipeline.model.catalogue import CATALOGUE

_GOOD, _BAD = 0, 1


def renew(options: argparse.Namespace) -> int:
    """`sohoa renew`: raise levels, stamp again before stamps end; 0 all well, 1 some not."""
    counted = {"renewed": 0, "failed": 0, "seen": 0}

    def tell(outcome: Outcome) -> None:
        counted["seen"] += 1
        counted["renewed"] += outcome.is_renewed
        if outcome.error is not None:
            counted["failed"] += 1
            fault = CATALOGUE[outcome.error.code]
            sys.stderr.write(
                f"{outcome.document_id[:12]} {fault.code}: {fault.message_vi} / "
                f"{fault.message_en} {outcome.error.detail}\n  → {fault.remedy}\n"
            )
        elif outcome.is_renewed:
            sys.stderr.write(f"{outcome.document_id[:12]} ✓\n")

    with House.open(options.data, config=options.config) as house:
        stage = house.sign_stage
        work = Renewal(
            ledger=house.ledger,
            history=house.history,
            store=house.store,
            services=stage.services or stage.options.services(),
            level=options.level or stage.options.level,
            ahead=dt.timedelta(days=options.days),
        )
        is_good = work.run(tell)
    sys.stdout.write(
        f"đã xem / seen {counted['seen']}, đã gia hạn / renewed {counted['renewed']}, "
        f"lỗi / failed {counted['failed']}\n"
    )
    return _GOOD if is_good else _BAD
