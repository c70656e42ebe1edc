"""Files that commands write for people: new ones only, and whole ones only."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from pipeline.model.errors import InputError
from pipeline.packaging.container import appearing


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears whole.

    Raises:
        InputError: INPUT-EXPORT-FILE, something bears the name.
    """
    try:
        with appearing(path) as file:
            yield file
    except FileExistsError as error:
        raise InputError("INPUT-EXPORT-FILE", detail=str(path)) from error


def write_table(path: Path, title: str, rows: Iterable[Sequence[object]]) -> None:
    """Write rows as XLSX, or as CSV (UTF-8 with BOM) where the name ends so.

    Raises:
        InputError: INPUT-EXPORT-FILE, something bears the name.
    """
    with new_file(path) as file:
        if path.suffix.lower() == ".csv":
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            csv.writer(lines).writerows(rows)
            lines.flush()
            lines.detach()
        else:
            # A spreadsheet library loads in 0.2 s; most commands need none.
            from stages.register.spreadsheet import table_xlsx

            table_xlsx(file, title, rows)
