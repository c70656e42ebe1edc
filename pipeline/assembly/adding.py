"""Adding to a batch: a folder tree, a list, a folder that grows; documents, or stacks of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.assembly.house import House
from pipeline.backlog.scanning import LEVELS, drafts
from pipeline.ledger.batch_rows import BatchRow, ItemDraft
from pipeline.model.errors import InputError
from pipeline.structure.profile import load_profile

if TYPE_CHECKING:
    from pipeline.structure.sheet import SheetRow

PILES = ("same", "reversed")
LISTS = frozenset({".xlsx", ".csv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What lies where something is added from."""

    levels: tuple[str, ...] = ()
    """Meaning of the levels of folders; empty: each folder with papers is a dossier."""
    is_folder_document: bool = False
    """Each folder of page images is one document, or one stack."""
    is_stacks: bool = False
    """Each file or folder holds many documents."""
    piles: str = ""
    """Of stacks: one of PILES where all fronts lie before all backs, else empty."""

    def __post_init__(self) -> None:
        """Refuse what does not go together.

        Raises:
            InputError: INPUT-BATCH-LEVELS, INPUT-BATCH-STACKS.
        """
        if not set(self.levels) <= set(LEVELS):
            raise InputError("INPUT-BATCH-LEVELS", detail=",".join(self.levels))
        if self.piles and not (self.is_stacks and self.piles in PILES):
            raise InputError("INPUT-BATCH-STACKS", detail="--duplex-piles")


def levels_of(text: str) -> tuple[str, ...]:
    """Return the levels named by commas."""
    return tuple(level for level in text.split(",") if level)


def add_tree(
    house: House, row: BatchRow, path: Path, kind: Kind, *, seen: Callable[[int], None]
) -> int:
    """Add what lies below a folder, or one file; return how many are new or tried again.

    Args:
        house: has the batch.
        row: the batch.
        path: the folder or file.
        kind: what lies there.
        seen: is told how many were found.

    Raises:
        InputError: INPUT-BATCH-SOURCE, something cannot be listed.
    """
    found = drafts(path, levels=kind.levels, is_folder_document=kind.is_folder_document)
    return _add(house, row, _listable(found, seen), kind)


def add_growing(house: House, row: BatchRow, path: Path, kind: Kind) -> None:
    """Note a folder that a scanner still writes to; the last word about it holds."""
    house.batches.add_growing(
        row.name,
        path=str(path.absolute()),
        levels=",".join(kind.levels),
        is_stacks=kind.is_stacks,
        piles=kind.piles,
    )


def add_list(
    house: House,
    row: BatchRow,
    path: Path,
    kind: Kind,
    *,
    files: Path,
    within: Path | None = None,
    seen: Callable[[int], None],
) -> tuple[int, int]:
    """Add what a list says; while a cell is wrong no row is taken.

    Returns how many rows are new or changed, and how many name stacks that were cut before and stay
    as they are.

    Args:
        house: has the batch.
        row: the batch; its profile checks the values.
        path: the list.
        kind: of stacks only what a row says of the dossier counts, and more is a wrong cell.
        files: folder that the paths in the list are relative to.
        within: files that lie elsewhere are wrong cells; None: files may lie anywhere.
        seen: is told how many rows were taken.

    Raises:
        InputError: INPUT-CELLS, INPUT-SHEET, INPUT-BATCH-SOURCE.
    """
    # A spreadsheet library loads in 0.2 s; only lists need it.
    from pipeline.assembly.archive_sheets import list_drafts, read_list, wrong_cells
    from pipeline.structure.sheet import load_columns

    rules = house.layout.config_dir / "archive"
    columns = load_columns(rules / "sheet46.toml")
    profile = load_profile(rules, row.options["profile"])

    def rows() -> Iterator[SheetRow]:
        return read_list(
            path, columns, profile, files=files, within=within, is_stacks=kind.is_stacks
        )

    if wrong := wrong_cells(rows()):
        raise InputError("INPUT-CELLS", detail="\n".join(map(str, wrong)))
    total = 0

    def counted(so_far: int) -> None:
        nonlocal total
        total = so_far
        seen(so_far)

    found = _listable(list_drafts(rows(), files=files), counted)
    count = _add(house, row, found, kind)
    return count, total - count


def _add(house: House, row: BatchRow, found: Iterator[ItemDraft], kind: Kind) -> int:
    if kind.is_stacks:
        return house.stacks.add(row.name, found, piles=kind.piles)
    return house.batches.add(row.name, found)


def _listable(found: Iterator[ItemDraft], seen: Callable[[int], None]) -> Iterator[ItemDraft]:
    try:
        for count, one in enumerate(found, start=1):
            seen(count)
            yield one
    except OSError as error:
        detail = f"{error.filename}: {error.strerror}"
        raise InputError("INPUT-BATCH-SOURCE", detail=detail) from error
