"""`sohoa batch …`: the backlog from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.assembly import acceptance_commands, answer_commands
from pipeline.assembly.acceptance_commands import Add
from pipeline.assembly.adding import Kind, add_growing, add_list, add_tree, levels_of
from pipeline.assembly.house import House
from pipeline.assembly.new_files import write_table
from pipeline.assembly.stack_commands import (
    add_options,
    check_options,
    stack_lines,
)
from pipeline.backlog.hours import is_hours
from pipeline.backlog.progress import Progress, progress
from pipeline.backlog.scanning import LEVELS
from pipeline.ledger.batch_rows import BatchRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import InputError
from pipeline.structure.profile import Profile, load_profile

_GOOD, _BAD = 0, 1
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
BATCH_OPTIONS = (
    "profile",
    "agency",
    "agency_name",
    "creator",
    "fonds",
    "transfer",
    "hours",
    "duplex",
)


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `batch` with its own commands."""
    parser = commands_of.add_parser(
        "batch", help="work through a backlog: stacks, shelves, tens of thousands of pages"
    )
    parts = parser.add_subparsers(metavar="PART", required=True)
    _add_new(add(parts, "new", "make a batch", new))
    _add_papers(
        add(parts, "add", "add papers: folders, files, a list, a folder that grows", add_papers)
    )
    one = add(parts, "status", "how far batches are: share, rate, time left, what fails", status)
    one.add_argument("name", nargs="?", metavar="NAME", help="one batch (default: all)")
    one.add_argument("--json", action="store_true", help="one JSON object a batch, one a line")
    for name, help_, call in (
        ("pause", "let a batch stand still, within one page", pause),
        ("resume", "let it go on", resume),
        ("run", "work on a batch here and now, until it is done (`sohoa watch` does it too)", run),
    ):
        _add_name(add(parts, name, help_, call))
    one = add(parts, "report", "write every paper of a batch and what became of it", report)
    _add_name(one)
    one.add_argument("file", type=Path, metavar="FILE.xlsx", help="written anew; must not exist")
    one.add_argument(
        "--sheet", action="store_true", help="the delivery sheet of 46 columns, finished papers"
    )
    _add_deliver(
        add(parts, "deliver", "hand a batch over: packages of TT 05/2025, or folders", deliver)
    )
    acceptance_commands.add_parsers(parts, add)
    answer_commands.add_parsers(parts, add)


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the batch")


def _add_new(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("--profile", metavar="NAME", help="circular (default: [batch] profile)")
    parser.add_argument(
        "--agency", metavar="CODE", help="code of the agency that keeps the archive"
    )
    parser.add_argument("--agency-name", metavar="TEXT", help="its name (default: as it signs)")
    parser.add_argument(
        "--creator", metavar="CODE", help="code of the agency whose papers they are"
    )
    parser.add_argument("--fonds", metavar="CODE", help="code of the fonds")
    parser.add_argument("--transfer", metavar="NN", help="ordinal of the transfer (default 01)")
    parser.add_argument("--hours", metavar="HH:MM-HH:MM", help="work only then, e.g. 20:00-06:00")
    parser.add_argument("--duplex", action="store_true", help="sheets have two pages")


def _add_papers(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="folders and files")
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help=".xlsx or .csv with what is known"
    )
    parser.add_argument(
        "--levels",
        default="",
        metavar="L1,L2…",
        help=f"what the levels of folders are, from the top: {','.join(LEVELS)} "
        "(notation is the dossier; default: each folder with papers is a dossier)",
    )
    parser.add_argument(
        "--as-document", action="store_true", help="each folder is ONE document of page images"
    )
    parser.add_argument(
        "--rescan", type=Path, metavar="FILE", help="papers scanned again: `batch rescan`'s list"
    )
    parser.add_argument("--growing", action="store_true", help="a scanner still writes there")
    add_options(parser)


def _add_deliver(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="new, or of a cut-short delivery"
    )
    parser.add_argument("--form", choices=("sip", "plain"), default="sip", help="default sip")
    parser.add_argument("--supplement", action="store_true", help="only what no earlier one holds")
    parser.add_argument(
        "--replace",
        action="append",
        metavar="DOSSIER",
        help="these dossiers once more, whole, in place of earlier packages (repeatable)",
    )
    parser.add_argument("--partial", action="store_true", help="although papers are unfinished")


def new(options: argparse.Namespace) -> int:
    """`sohoa batch new NAME`."""
    given = {name: getattr(options, name) or "" for name in BATCH_OPTIONS if name != "duplex"}
    with House.open(options.data, config=options.config) as house:
        make_batch(house, options.name, {**given, "duplex": "1" if options.duplex else ""})
    print(options.name)
    return _GOOD


def make_batch(house: House, name: str, given: Mapping[str, str]) -> None:
    """Make a batch; empty options are those of `[batch]`.

    Raises:
        InputError: INPUT-BATCH-NAME, INPUT-BATCH-HOURS, INPUT-PROFILE.
    """
    if _NAME.fullmatch(name) is None:
        raise InputError("INPUT-BATCH-NAME", detail=name)
    if given["hours"] and not is_hours(given["hours"]):
        raise InputError("INPUT-BATCH-HOURS", detail=given["hours"])
    defaults = {
        "profile": house.batch_options.profile,
        "agency": house.batch_options.agency_code,
        "agency_name": house.sign_stage.options.agency,
    }
    chosen = {**defaults, **{key: value for key, value in given.items() if value}}
    load_profile(_rules_dir(house), chosen["profile"])
    house.batches.create(name, chosen)


def add_papers(options: argparse.Namespace) -> int:
    """`sohoa batch add NAME PATH…`."""
    kind = Kind(
        levels=levels_of(options.levels),
        is_folder_document=options.as_document,
        is_stacks=options.stacks,
        piles=options.duplex_piles,
    )
    missing = [str(path) for path in options.paths if not path.exists()]
    if missing or not (options.paths or options.list or options.rescan):
        raise InputError("INPUT-BATCH-SOURCE", detail=", ".join(missing))
    check_options(options)
    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        count = left = 0
        if options.rescan is not None:
            count = _add_again(house, row, options.rescan)
        elif options.list is not None:
            files = options.paths[0] if options.paths else options.list.parent
            count, left = add_list(house, row, options.list, kind, files=files, seen=_unseen)
        elif options.growing:
            for path in options.paths:
                add_growing(house, row, path, kind)
        else:
            count = sum(add_tree(house, row, path, kind, seen=_unseen) for path in options.paths)
    if left:
        print(
            f"{left} tập đã tách từ trước, giữ nguyên / stacks were cut before and stay so",
            file=sys.stderr,
        )
    print(f"{count} tài liệu được thêm hoặc cập nhật / papers added or changed")
    return _GOOD


def _unseen(_: int) -> None:
    """Tell nobody how many were found so far."""


def _add_again(house: House, row: BatchRow, path: Path) -> int:
    from pipeline.assembly.archive_sheets import read_list, wrong_cells
    from pipeline.structure.sheet import load_columns

    every = load_columns(_rules_dir(house) / "sheet46.toml")
    columns = [column for column in every if column.field == "path"]
    profile = _profile(house, row)
    wrong = wrong_cells(read_list(path, columns, profile, files=path.parent))
    if wrong:
        raise InputError("INPUT-CELLS", detail="\n".join(map(str, wrong)))
    rows = read_list(path, columns, profile, files=path.parent)
    return house.batches.again(
        row.name, (str((path.parent / one.document["path"]).absolute()) for one in rows)
    )


def status(options: argparse.Namespace) -> int:
    """`sohoa batch status [NAME]`."""
    with House.open(options.data, config=options.config) as house:
        rows = house.batches.all() if options.name is None else [house.batches.batch(options.name)]
        now = dt.datetime.now(dt.UTC)
        for row in rows:
            one = progress(house.batches, row, now=now)
            if options.json:
                print(json.dumps(dataclasses.asdict(one), ensure_ascii=False))
            else:
                print("\n".join((*_lines(one), *stack_lines(house, row.name))))
    return _GOOD


def _lines(one: Progress) -> Iterator[str]:
    still = "  (tạm dừng / paused)" if one.is_paused else ""
    yield f"{one.name}: {one.share:.1%} của / of {one.total}{still}"
    yield "  " + "  ".join(f"{state}: {count}" for state, count in sorted(one.states.items()))
    left = "?" if one.seconds_left is None else str(dt.timedelta(seconds=round(one.seconds_left)))
    yield (
        f"  {one.pages} trang / pages, {one.pages_per_minute:.1f} trang/phút / pages/min, "
        f"còn / left {left}"
    )
    for cause in one.causes:
        words = CATALOGUE[cause.code]
        yield (
            f"  {cause.code}: {cause.documents} tài liệu / papers, {cause.seconds:.0f} s  "
            f"{words.message_vi} / {words.message_en}"
        )


def pause(options: argparse.Namespace) -> int:
    """`sohoa batch pause NAME`."""
    return _pause(options, is_paused=True)


def resume(options: argparse.Namespace) -> int:
    """`sohoa batch resume NAME`."""
    return _pause(options, is_paused=False)


def _pause(options: argparse.Namespace, *, is_paused: bool) -> int:
    with House.open(options.data, config=options.config) as house:
        house.batches.pause(house.batches.batch(options.name).name, is_paused=is_paused)
    return _GOOD


def run(options: argparse.Namespace) -> int:
    """`sohoa batch run NAME`; 0 all done, 1 something failed, waits or is left."""
    from pipeline.assembly.batches import work_off  # page workers, only where they serve

    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        work_off(house, row.name, threading.Event())
        after = progress(house.batches, house.batches.batch(row.name), now=dt.datetime.now(dt.UTC))
        print("\n".join((*_lines(after), *stack_lines(house, row.name))), file=sys.stderr)
        is_cut = set(house.stacks.counts(row.name)) <= {"cut"}
    return _GOOD if is_cut and set(after.states) <= {"done", "doubled"} else _BAD


def report(options: argparse.Namespace) -> int:
    """`sohoa batch report NAME FILE.xlsx`."""
    from pipeline.assembly.batch_reports import paper_rows, sheet_rows  # openpyxl

    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        made = (
            sheet_rows(house, row, _profile(house, row))
            if options.sheet
            else paper_rows(house, row)
        )
        write_table(options.file, row.name, made)
    print(options.file, file=sys.stderr)
    return _GOOD


def deliver(options: argparse.Namespace) -> int:
    """`sohoa batch deliver NAME FOLDER`."""
    from pipeline.assembly.handing_over import hand_over

    if options.supplement and options.replace:
        raise InputError("INPUT-BATCH-DELIVER", detail="--supplement, --replace")
    status_ = "supplement" if options.supplement else "replacement" if options.replace else "new"
    with House.open(options.data, config=options.config) as house:
        row = house.batches.batch(options.name)
        made = hand_over(
            house,
            row,
            _profile(house, row),
            folder=options.folder.absolute(),
            form=options.form,
            status=status_,
            notations=frozenset(options.replace or ()),
            is_partial=options.partial,
            tell=lambda package: print(
                f"{package.name}  {package.document_count}", file=sys.stderr
            ),
        )
        print(f"{made.folder}  {made.status} {made.revision}")
    return _GOOD


def _rules_dir(house: House) -> Path:
    return house.layout.config_dir / "archive"


def _profile(house: House, row: BatchRow) -> Profile:
    return load_profile(_rules_dir(house), row.options["profile"])
