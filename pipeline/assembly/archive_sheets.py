"""Lists and sheets of the archive as files: XLSX and CSV in, XLSX out, one row at a time."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.ledger.batch_rows import ItemDraft
from pipeline.model.errors import InputError
from pipeline.structure.profile import Profile
from pipeline.structure.records import Place
from pipeline.structure.sheet import Column, SheetRow, WrongCell, read_rows

WRONG_CELLS_MAX = 200
"""More are not listed: the sheet is then another one than meant."""
_SNIFF_CHARS = 8192


def rows_of(path: Path) -> Iterator[Sequence[str]]:
    """Yield the rows of the first sheet of an XLSX, or of a CSV (UTF-8), as text.

    Raises:
        InputError: INPUT-SHEET, the file is neither.
        InputError: INPUT-BATCH-SOURCE, it cannot be opened.
    """
    try:
        if path.suffix.lower() == ".csv":
            yield from _csv_rows(path)
        else:
            yield from _xlsx_rows(path)
    except OSError as error:
        raise InputError("INPUT-BATCH-SOURCE", detail=f"{path}: {error.strerror}") from error
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        csv.Error,
    ) as error:
        raise InputError("INPUT-SHEET", detail=f"{path.name}: .xlsx, .csv (UTF-8)") from error


def _csv_rows(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(_SNIFF_CHARS)
        file.seek(0)
        delimiter = max(",;\t", key=head.partition("\n")[0].count)
        yield from csv.reader(file, delimiter=delimiter)


def _xlsx_rows(path: Path) -> Iterator[Sequence[str]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_list(
    path: Path,
    columns: Sequence[Column],
    profile: Profile,
    *,
    files: Path,
    within: Path | None = None,
    is_stacks: bool = False,
) -> Iterator[SheetRow]:
    """Yield the rows of a list; a file that is not there is a wrong cell.

    Args:
        path: the list.
        columns: of the sheet.
        profile: checks the values.
        files: folder that the paths in the list are relative to.
        within: a file that lies elsewhere, links followed, is none; None: files may lie anywhere.
        is_stacks: each row is a scan of many documents; see `read_rows`.
    """
    return read_rows(
        rows_of(path),
        columns,
        profile,
        is_there=lambda text: _is_there(_file(files, text), within),
        is_stacks=is_stacks,
    )


def wrong_cells(rows: Iterable[SheetRow]) -> list[WrongCell]:
    """Return the wrong cells of a list, at most WRONG_CELLS_MAX."""
    return list(islice((cell for row in rows for cell in row.wrong), WRONG_CELLS_MAX))


def list_drafts(rows: Iterable[SheetRow], *, files: Path) -> Iterator[ItemDraft]:
    """Yield the papers of a list."""
    for row in rows:
        place = Place.of(row.dossier)
        yield ItemDraft(
            path=str(_file(files, row.document["path"]).absolute()),
            place=place.key if place.notation else "",
            ordinal=int(row.document.get("ordinal") or 0),
            dossier=row.dossier,
            document={name: value for name, value in row.document.items() if name != "path"},
            is_listed=True,
        )


def _is_there(path: Path, within: Path | None) -> bool:
    return path.exists() and (within is None or path.resolve().is_relative_to(within.resolve()))


def _file(files: Path, text: str) -> Path:
    return files / text.replace("\\", "/")
