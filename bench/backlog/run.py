"""`python -m bench backlog`: generated pages through a batch with kills, to the delivery.

    python -m bench backlog --pages 5000 --make-only --folder DIR     # an hour, niced, beforehand
    python -m bench backlog --pages 5000 --kills 3 --folder DIR

Steps that ended are noted in DIR/report.json; started again, it goes on with the next one.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.backlog.judging import quarantined, scores, wrongs
from bench.backlog.killing import Cost, moments, run_with_kills
from bench.backlog.making import PAPERS, TRUTH, make_papers
from bench.generator.truthfile import read_truths
from bench.sohoa_runs import program
from pipeline.assembly.accepting import Choice, draw
from pipeline.assembly.house import House
from pipeline.cli import main as sohoa
from pipeline.model.records import JobState
from tests.judges.eark import judge
from tests.judges.test_eark import SELF_CONTRADICTION

_NAME = "bench"
_JUDGED_AT_ONCE = 20
Step = Callable[[], Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m bench backlog`."""
    parser.add_argument("--pages", type=int, default=200, metavar="N")
    parser.add_argument("--kills", type=int, default=3, metavar="N", help="SIGKILLs on the way")
    parser.add_argument("--seed", type=int, default=91)
    parser.add_argument("--folder", type=Path, help="papers, state and report (default: build/…)")
    parser.add_argument("--make-only", action="store_true", help="only write the papers")


def main(options: argparse.Namespace) -> int:
    """Make, run, judge, deliver, print; 1 when something is not as it must be (`faults`)."""
    folder = (options.folder or Path("build/bench") / f"backlog-{options.pages}").absolute()
    program("sohoa")
    pages = make_papers(folder, pages=options.pages, seed=options.seed, tell=_tell(options.pages))
    if options.make_only:
        print(f"{pages} pages: {folder}")
        return 0
    run = LongRun(folder, kills=options.kills, seed=options.seed)
    for name, step in run.steps():
        run.once(name, step)
    run.print_table()
    wrong = faults(run.told, kills=options.kills)
    for line in wrong:
        print(f"wrong: {line}")
    return 1 if wrong else 0


def faults(told: Mapping[str, Any], *, kills: int) -> list[str]:
    """Return what of a report is not as it must be.

    Args:
        told: what each step came to, by its name.
        kills: SIGKILLs that were asked for.
    """
    delivered, judged = told["delivered"], told["judged"]
    found = {
        "papers not whole": len(told["whole"]),
        "papers taken for secret": told["quarantined"],
        "kills that did not come": kills - told["run"]["kills"],
        "exit code of the delivery": delivered["exit_code"],
        "exit code of reading it again": delivered["checked"],
        "packages not clean": len(judged["wrong"]),
        "deliveries without a package": int(not judged["packages"]),
    }
    return [f"{name}: {count}" for name, count in found.items() if count]


def _tell(pages: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if done % 100 < 3:
            print(f"{done} / {pages} pages made", flush=True)

    return tell


def _ended(house: House) -> int:
    open_states = {JobState.RECEIVED, JobState.RUNNING}
    return sum(count for state, count in house.history.counts().items() if state not in open_states)


class LongRun:
    """One shelf: its steps in order, each done once, their results kept in report.json."""

    def __init__(self, folder: Path, *, kills: int, seed: int) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._delivery = folder / "delivery"
        self._seed = seed
        self._kills = moments(kills, seed=seed)
        self._truths = read_truths(folder / TRUTH)
        self._report = folder / "report.json"
        self.told: dict[str, Any] = {}
        if self._report.exists():
            self.told = json.loads(self._report.read_text(encoding="utf-8"))

    def steps(self) -> list[tuple[str, Step]]:
        """The steps by name."""
        return [
            ("added", self._add),
            ("run", self._run),
            ("whole", self._whole),
            ("scores", self._scores),
            ("machine check", self._machine_check),
            ("sampled", self._sample),
            ("delivered", self._deliver),
            ("judged", self._judge),
            ("sizes", self._sizes),
        ]

    def once(self, name: str, step: Step) -> None:
        """Do a step unless the report has its result."""
        if name in self.told:
            return
        started = time.monotonic()
        self.told[name] = step()
        seconds = time.monotonic() - started
        print(f"{name}: {seconds:.0f} s", flush=True)
        self._report.write_text(json.dumps(self.told, indent=1), encoding="utf-8")

    def _sohoa(self, *arguments: str) -> int:
        return sohoa([*arguments, "--data", str(self._data)])

    def _add(self) -> int:
        with House.open(self._data, environment={}) as house:
            is_new = all(row.name != _NAME for row in house.batches.all())
        if is_new:
            self._sohoa("batch", "new", _NAME, "--agency", "H30", "--fonds", "P05")
        self._sohoa("batch", "add", _NAME, str(self._folder / PAPERS))
        return len(self._truths)

    def _run(self) -> dict[str, Any]:
        with House.open(self._data, environment={}) as house:
            cost: Cost = run_with_kills(
                ["batch", "run", _NAME, "--data", str(self._data)],
                kills_at=self._kills,
                share=lambda: _ended(house) / len(self._truths),
                folder=self._folder,
            )
        return asdict(cost)

    def _whole(self) -> list[str]:
        files = [self._folder / truth["file"] for truth in self._truths]
        with House.open(self._data, environment={}) as house:
            self.told["quarantined"] = quarantined(house)
            return list(wrongs(house, _NAME, files))

    def _scores(self) -> dict[str, Any]:
        with House.open(self._data, environment={}) as house:
            found = scores(house, self._folder, self._truths)
        return {
            kind: {
                "documents": one.documents,
                "pages": one.pages,
                "errors": one.text.lines.errors,
                "letters": one.text.lines.letters,
            }
            for kind, one in found.items()
        }

    def _machine_check(self) -> dict[str, Any]:
        started = time.monotonic()
        code = self._sohoa("batch", "check", _NAME)
        return {"exit_code": code, "seconds": time.monotonic() - started}

    def _sample(self) -> dict[str, Any]:
        """Draw the second round's sample (ISO 2859-1, level II, AQL 1.0)."""
        with House.open(self._data, environment={}) as house:
            row = house.batches.batch(_NAME)
            lot = draw(house, row, Choice(), person="bench", seed=str(self._seed))
            return {"lot": lot.draft.lot_size, "sample": lot.draft.sample_size}

    def _deliver(self) -> dict[str, Any]:
        started = time.monotonic()
        code = self._sohoa("batch", "deliver", _NAME, str(self._delivery))
        written_s = time.monotonic() - started
        started = time.monotonic()
        checked = self._sohoa("batch", "check", str(self._delivery))
        return {
            "exit_code": code,
            "seconds": written_s,
            "checked": checked,
            "checked_s": time.monotonic() - started,
        }

    def _judge(self) -> dict[str, Any]:
        packages = sorted(self._delivery.glob("*.zip"))
        unpacked = self._folder / "unpacked"
        unpacked.mkdir(exist_ok=True)
        wrong = []
        for at in range(0, len(packages), _JUDGED_AT_ONCE):
            for verdict in judge(packages[at : at + _JUDGED_AT_ONCE], unpacked):
                rules = {rule for grade, rule, _ in verdict["messages"] if grade != "INFORMATION"}
                is_whole = (verdict["structure"], verdict["schema"]) == ("WellFormed", "VALID")
                if not is_whole or rules != {SELF_CONTRADICTION}:
                    wrong.append(sorted(rules))
        return {"packages": len(packages), "wrong": wrong}

    def _sizes(self) -> dict[str, int]:
        def size(folder: Path) -> int:
            return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

        with House.open(self._data, environment={}) as house:
            sealed = 0
            for item in house.batches.items(_NAME):
                found = house.history.artifacts(item.document_id or "").get("sealed")
                sealed += 0 if found is None else found.size_bytes
        return {
            "scans": size(self._folder / PAPERS),
            "sealed": sealed,
            "delivery": size(self._delivery),
        }

    def print_table(self) -> None:
        """Print what came of it."""
        told = self.told
        pages = sum(one["pages"] for one in told["scores"].values())
        cost, sizes, delivered = told["run"], told["sizes"], told["delivered"]
        per_page = {name: count / pages / 1000 for name, count in sizes.items()}
        rows = [
            ("papers, pages", f"{told['added']}, {pages}"),
            ("kills", str(cost["kills"])),
            ("pages a minute, restarts included", f"{60 * pages / cost['wall_s']:.0f}"),
            ("memory: largest process, all together",
             f"{cost['peak_process_mb']:.0f} MB, {cost['peak_tree_mb']:.0f} MB"),
            ("not whole (each paper one document, one number, sealed, indexed)",
             str(len(told["whole"]))),
            ("taken for secret; none is", str(told["quarantined"])),
            ("KB a page: scan, sealed PDF/A, in the delivery",
             ", ".join(f"{per_page[name]:.0f}" for name in ("scans", "sealed", "delivery"))),
            ("documents drawn for the second round (ISO 2859-1, II, AQL 1.0)",
             f"{told['sampled']['sample']} of {told['sampled']['lot']}"),
            ("machine check of the batch", f"{told['machine check']['seconds']:.0f} s"),
            ("delivered as SIP, read again",
             f"{delivered['seconds']:.0f} s, {delivered['checked_s']:.0f} s"),
            ("packages; not clean by eark-validator",
             f"{told['judged']['packages']}; {len(told['judged']['wrong'])}"),
        ]  # fmt: skip
        print("\n| what | figure |\n|---|---|")
        for name, figure in rows:
            print(f"| {name} | {figure} |")
        print("\n| kind | documents | pages | CER |\n|---|---|---|---|")
        for kind, one in told["scores"].items():
            rate = one["errors"] / max(1, one["letters"])
            print(f"| {kind} | {one['documents']} | {one['pages']} | {rate:.2%} |")
        for line in told["whole"][:20]:
            print(f"not whole: {line}")
