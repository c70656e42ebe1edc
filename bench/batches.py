"""What a batch's questions cost: `python -m bench batches [--papers 100000]`.

Adds so many papers, lets half of them be done, and prints the time of what the feeder asks every
second (`waiting`, `open`), of a status, and of one dossier of 50.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.backlog.progress import progress
from pipeline.ledger.batch_rows import ItemDraft
from pipeline.ledger.batches import Batches
from pipeline.ledger.ledger import Ledger

_PER_DOSSIER = 50
_AT = "2026-01-01T00:00:00.000000+00:00"
_HALF_IS_DONE = (
    "INSERT INTO documents SELECT printf('%064x', id), 'application/pdf', 1 "
    "FROM batch_items WHERE id <= :half",
    "INSERT INTO jobs (document_id, folder, source_name, received_at, state, updated_at, "
    "arrival_number, delivered_path, book, year, page_count) SELECT printf('%064x', id), 'batch', "
    "'x', :at, 'done', :at, id, '/x/' || id, 'luu-tru', 2026, 2 FROM batch_items WHERE id <= :half",
    "UPDATE batch_items SET state = 'entered', document_id = printf('%064x', id) WHERE id <= :half",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the table may be asked."""
    parser.add_argument("--papers", type=int, default=100_000, metavar="N")


def main(options: argparse.Namespace) -> int:
    """Print the times."""
    with tempfile.TemporaryDirectory(prefix="batches-") as folder:
        ledger = Ledger.open(Path(folder) / "ledger.sqlite")
        batches = Batches(ledger.engine)
        batches.create("bench", {})
        drafts = (
            ItemDraft(path=f"/bench/{number}.pdf", place=f"p{number // _PER_DOSSIER}")
            for number in range(options.papers)
        )
        _time("add all", lambda: batches.add("bench", drafts))
        facts = {"half": options.papers // 2, "at": _AT}
        with ledger.engine.begin() as connection:
            for statement in _HALF_IS_DONE:
                connection.exec_driver_sql(statement, facts)
        row = batches.batch("bench")
        _time("waiting", lambda: batches.waiting(["bench"], limit=16))
        _time("open", batches.open_documents)
        _time("status", lambda: progress(batches, row, now=dt.datetime.now(dt.UTC)))
        _time("dossier", lambda: batches.papers("bench", "p0"))
        ledger.close()
    return 0


def _time(name: str, ask: Callable[[], object]) -> None:
    started = time.perf_counter()
    ask()
    print(f"{name:<10} {1000 * (time.perf_counter() - started):10.1f} ms")
