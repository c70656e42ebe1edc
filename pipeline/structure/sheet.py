"""The delivery sheet (46 columns, A–AT): rows to records and back, every wrong cell named.

Which columns there are is data (`config/archive/sheet46.toml`). Columns are known by their heading,
in any order; of equal headings the first is the dossier's and the second the document's. Where the
rows come from (XLSX, CSV) is the caller's business; one row is held at a time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from pipeline.model.errors import InputError, OperatorError
from pipeline.structure.profile import Profile
from pipeline.structure.values import Expected, checked, joined_date, tidy

_PARTS = ("year", "month", "day")
_FILE = Expected(vi="tệp hoặc thư mục có thật", en="a file or folder that exists")
_EMPTY = Expected(vi="để trống: tập có nhiều văn bản", en="nothing: a stack holds many documents")
_DATE = Expected(vi="ngày, tháng, năm có thật", en="day, month and year of a real date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the sheet."""

    heading: str
    level: str
    """`dossier` or `document`."""
    field: str
    part: str = ""
    """`day`, `month` or `year` of a date, empty for a whole value."""
    needed: bool = False
    """The sheet cannot be read without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCell:
    """A cell that a person must correct."""

    row: int
    """From 1, as spreadsheets count."""
    column: str
    """Letters, as spreadsheets name it."""
    heading: str
    value: str
    expected: Expected

    def __str__(self) -> str:
        """Return the cell and what is expected there, Vietnamese first."""
        return (
            f"{self.column}{self.row} ({self.heading}): {self.value!r} → "
            f"{self.expected.vi} / {self.expected.en}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row: a document and what it says of its dossier."""

    row: int
    dossier: Mapping[str, str]
    document: Mapping[str, str]
    wrong: Sequence[WrongCell] = ()


@dataclass(slots=True)
class _Cells:
    row: int
    values: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"dossier": {}, "document": {}}
    )
    parts: dict[tuple[str, str], dict[str, tuple[str, int]]] = field(default_factory=dict)
    wrong: list[WrongCell] = field(default_factory=list)


def load_columns(path: Path) -> tuple[Column, ...]:
    """Read which columns the sheet has.

    Raises:
        OperatorError: SYS-CONFIG.
    """
    try:
        with path.open("rb") as file:
            return tuple(Column(**one) for one in tomllib.load(file)["columns"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise OperatorError("SYS-CONFIG", detail=f"{path.name}: {error}") from error


def read_rows(
    rows: Iterable[Sequence[str]],
    columns: Sequence[Column],
    profile: Profile,
    *,
    is_there: Callable[[str], bool] = lambda _: True,
    is_stacks: bool = False,
) -> Iterator[SheetRow]:
    """Yield the rows below the heading row, checked; empty rows are passed over.

    The heading row is the first that has every needed heading; titles above it are passed over.

    Args:
        rows: cells as text.
        columns: of the sheet.
        profile: its fields say which values are right.
        is_there: whether the path in a row is that of a file.
        is_stacks: each row is a scan of many documents: what it says of one document is wrong.

    Raises:
        InputError: INPUT-SHEET, no heading row; the detail names the headings that are missing.
    """
    numbered = enumerate(rows, start=1)
    at = _headings(numbered, columns)
    for number, cells in numbered:
        if any(tidy(cell) for cell in cells):
            row = _row(number, cells, at, profile)
            row = _with_file(row, at, is_there)
            yield _without_document(row, cells, at) if is_stacks else row


_HEADING_ROWS_MAX = 20


def _headings(
    rows: Iterator[tuple[int, Sequence[str]]], columns: Sequence[Column]
) -> dict[int, Column]:
    missing: list[str] = [one.heading for one in columns if one.needed]
    for number, cells in rows:
        at = _matched(cells, columns)
        found = {id(one) for one in at.values()}
        lacking = [one.heading for one in columns if one.needed and id(one) not in found]
        if not lacking:
            return at
        if len(lacking) < len(missing):
            missing = lacking
        if number >= _HEADING_ROWS_MAX:
            break
    raise InputError("INPUT-SHEET", detail="; ".join(missing))


def _matched(cells: Sequence[str], columns: Sequence[Column]) -> dict[int, Column]:
    waiting: dict[str, list[Column]] = {}
    for column in columns:
        waiting.setdefault(column.heading.casefold(), []).append(column)
    at: dict[int, Column] = {}
    for index, cell in enumerate(cells):
        rest = waiting.get(tidy(cell).casefold())
        if rest:
            at[index] = rest.pop(0)
    return at


def _row(number: int, cells: Sequence[str], at: Mapping[int, Column], profile: Profile) -> SheetRow:
    found = _Cells(row=number)
    for index, column in at.items():
        text = tidy(cells[index]) if index < len(cells) else ""
        if column.part:
            parts = found.parts.setdefault((column.level, column.field), {})
            parts[column.part] = (text, index)
        else:
            _whole(found, index, column, text, profile)
    for (level, name), parts in found.parts.items():
        _date(found, level, name, parts, at)
    return SheetRow(row=number, wrong=tuple(found.wrong), **found.values)


def _with_file(
    row: SheetRow, at: Mapping[int, Column], is_there: Callable[[str], bool]
) -> SheetRow:
    path = row.document.get("path", "")
    if path and is_there(path):
        return row
    index, column = next((index, one) for index, one in at.items() if one.field == "path")
    return replace(row, wrong=(*row.wrong, _wrong(row.row, index, column, path, _FILE)))


def _without_document(row: SheetRow, cells: Sequence[str], at: Mapping[int, Column]) -> SheetRow:
    filled = [
        _wrong(row.row, index, column, tidy(cells[index]), _EMPTY)
        for index, column in at.items()
        if column.level == "document" and column.field != "path"
        if index < len(cells) and tidy(cells[index])
    ]
    return replace(row, wrong=(*row.wrong, *filled))


def _whole(found: _Cells, index: int, column: Column, text: str, profile: Profile) -> None:
    spec = profile.spec(column.level, column.field)
    value = text if spec is None else checked(profile, spec, text)
    if isinstance(value, Expected):
        found.wrong.append(_wrong(found.row, index, column, text, value))
    elif value:
        found.values[column.level][column.field] = value


def _date(
    found: _Cells,
    level: str,
    name: str,
    parts: Mapping[str, tuple[str, int]],
    at: Mapping[int, Column],
) -> None:
    texts = [parts.get(part, ("", -1))[0] for part in _PARTS]
    is_numeric = all(text.isdigit() or not text for text in texts)
    value = joined_date(*texts) if is_numeric else None
    if value is None:
        for text, index in parts.values():
            if text or at[index].part == "year":
                found.wrong.append(_wrong(found.row, index, at[index], text, _DATE))
    elif value:
        found.values[level][name] = value


def _wrong(row: int, index: int, column: Column, text: str, expected: Expected) -> WrongCell:
    return WrongCell(
        row=row,
        column=get_column_letter(index + 1),
        heading=column.heading,
        value=text,
        expected=expected,
    )


def sheet_row(
    dossier: Mapping[str, str], document: Mapping[str, str], columns: Sequence[Column]
) -> list[str]:
    """Return the cells of one document, in the order of the columns."""
    values = {"dossier": dossier, "document": document}
    return [_cell(values[column.level].get(column.field, ""), column.part) for column in columns]


def _cell(value: str, part: str) -> str:
    if not part:
        return value
    parts = dict(zip(_PARTS, value.split("-"), strict=False)) if value else {}
    return parts.get(part, "")
