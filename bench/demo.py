"""`make run`: the project's own sample scans through the whole job, then watcher and page stay.

The samples are dropped into the drop folder as a clerk would; nothing is special about them. Those
that the ledger knows already are not dropped again, so that a second `make run` is quick and
changes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from pipeline.assembly.answer import state_of
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from pipeline.assembly.user_commands import first_account_lines
from pipeline.ledger.rows import ArrivalRow, JobRow
from pipeline.model.records import JobState

_SAMPLES = Path(__file__).resolve().parents[1] / "build" / "samples"
_RUNNING = {JobState.RECEIVED, JobState.RUNNING}
_LONGEST_S = 600.0
_WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit code."""
    options = _parser().parse_args(arguments)
    console = Console()
    console.width = max(console.width, _WIDTH)
    with House.open(options.data) as house, Standing(house) as standing:
        address = standing.serve()
        console.print(f"Trang web / web page: http://{address}/")
        for line in first_account_lines(standing.first_password):
            console.print(line, markup=False, highlight=False)
        standing.start()
        dropped = drop_samples(house)
        wait_for(house, dropped, console)
        console.print(result_table(house))
        console.print(where(house))
        if not options.once:
            console.print("Đang theo dõi; Ctrl-C để dừng / watching; Ctrl-C ends")
            standing.wait_until_interrupted()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.demo", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder, as of `sohoa watch --data`")
    parser.add_argument("--once", action="store_true", help="end after the table")
    return parser


def drop_samples(house: House) -> int:
    """Make the samples where needed and drop those that have not arrived yet; return how many."""
    if not (_SAMPLES / "truth.jsonl").is_file():
        shutil.rmtree(_SAMPLES, ignore_errors=True)
        # In a process of its own: its workers import the main module, which is light there.
        command = [sys.executable, "-m", "bench.generator", "samples", "--out", str(_SAMPLES)]
        subprocess.run(command, check=True, cwd=_SAMPLES.parents[1])
    known = {row.source_name for row in house.history.arrivals(limit=1_000_000)}
    drop = house.folders["den"].drop_path(house.layout)
    # The quarantined sample has no name in the ledger; its bytes tell.
    secrets = {job.id for job in house.history.jobs(limit=1000, state=JobState.QUARANTINED)}
    count = 0
    for sample in sorted((_SAMPLES / "scans").iterdir()):
        if sample.name in known or (sample.is_file() and _digest(sample) in secrets):
            continue
        _drop(sample, drop)
        count += 1
    return count


def _drop(sample: Path, drop: Path) -> None:
    # Under a hidden name first: a folder must not be taken before its last page is there.
    hidden = drop / f".{sample.name}"
    if sample.is_dir():
        shutil.copytree(sample, hidden, dirs_exist_ok=True)
    else:
        shutil.copyfile(sample, hidden)
    hidden.rename(drop / sample.name)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def wait_for(house: House, dropped: int, console: Console) -> None:
    """Show progress until everything dropped has come to an end or waits for a person."""
    if dropped == 0:
        return
    before = len(house.history.arrivals(limit=1_000_000))
    ends_at = time.monotonic() + _LONGEST_S
    pause = threading.Event()
    with Live(progress_table(house), console=console, refresh_per_second=4) as live:
        while time.monotonic() < ends_at:
            live.update(progress_table(house))
            arrived = len(house.history.arrivals(limit=1_000_000)) - before
            counts = house.history.counts()
            if arrived >= dropped and not any(counts.get(state) for state in _RUNNING):
                return
            pause.wait(0.25)
    sys.exit("quá lâu / took too long: sohoa status")


def progress_table(house: House) -> Table:
    """Return how many documents are in which state."""
    counts = house.history.counts()
    table = Table.grid(padding=(0, 2))
    table.add_row(*(f"{state.value}: {counts.get(state, 0)}" for state in JobState))
    return table


def result_table(house: House) -> Table:
    """Return the table of everything that has arrived."""
    table = Table(title="sohoa")
    for heading in (
        "tệp / file",
        "trang",
        "số, ký hiệu",
        "cơ quan ban hành",
        "ngày",
        "loại",
        "số đến",
        "trạng thái / state",
        "giây",
    ):
        table.add_column(heading)
    for arrival in sorted(house.history.arrivals(limit=1000), key=lambda row: row.source_name):
        table.add_row(*_cells(house, arrival))
    return table


def _cells(house: House, arrival: ArrivalRow) -> list[str]:
    name = arrival.source_name or "(cách ly / quarantined)"
    if arrival.outcome != "new" or arrival.document_id is None:
        state = "duplicate" if arrival.outcome == "duplicate" else "rejected"
        return [name, "", "", "", "", "", "", f"{state} {arrival.code or ''}", ""]
    job = house.history.job(arrival.document_id)
    return [name] if job is None else [name, *_job_cells(house, job)]


def _job_cells(house: House, job: JobRow) -> list[str]:
    if job.state is JobState.QUARANTINED:
        return ["", "", "", "", "", "", f"quarantined {job.code}", ""]
    fields = house.history.fields(job.id)
    values = [
        fields[name].value if name in fields else ""
        for name in ("code", "issuer", "issued_date", "type")
    ]
    seconds = sum(house.history.seconds(job.id).values())
    number = "" if job.arrival_number is None else str(job.arrival_number)
    state = f"{state_of(job)} {job.code or ''}".strip()
    return [str(job.page_count or ""), *values, number, state, f"{seconds:.1f}"]


def where(house: House) -> str:
    """Return where things lie."""
    folder = house.folders["den"]
    lines = {
        "Thả tệp vào / drop into": folder.drop_path(house.layout),
        "Kết quả / results": folder.results_root(house.layout),
        "Dữ liệu / data": house.layout.data_dir,
        "Sự thật của mẫu / truth of the samples": _SAMPLES / "truth.jsonl",
    }
    return "\n".join(f"{label}: {path}" for label, path in lines.items())


if __name__ == "__main__":
    sys.exit(main())
