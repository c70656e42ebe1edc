"""How a claim ends: as a document, or refused; nothing is deleted that has no other place.

Accepted: bytes in the store → ledger row (the caller's) → `close_received`. Refused: original
under a second name in `loi/` → note (`refuse`) → ledger row → `close_refused`. Killed anywhere, the
claim is taken up again and comes to the same files. What can get no second name (a file we may not
read, on another file system) is set aside in the drop folder, at a place the note names beforehand.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.arrivals import Arrival, Received
from pipeline.intake.claim import aside_path, discard, set_aside
from pipeline.intake.delivery import deliver
from pipeline.intake.listing import Kind, look
from pipeline.intake.names import numbered, safe_name
from pipeline.intake.notes import Paper
from pipeline.intake.results import Results
from pipeline.intake.source import open_regular
from pipeline.model.errors import SohoaError
from pipeline.store import make_folder, sync_folder, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What became of a claim that was refused."""

    note: Path
    original: Path | None
    """Where the untouched original lies, or will lie once closed; None when it vanished."""
    is_kept: bool
    """Whether a second name or copy lies in `loi/`, so that the claim may be deleted."""


def refuse(arrival: Arrival, error: SohoaError, results: Results) -> Refusal:
    """Keep the original of a refused claim and write the note; safe to repeat.

    Args:
        arrival: a claim; what was left in place is not touched and gets no second name.
        error: why.
        results: the results folder of its drop folder.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    paper = _paper(arrival)
    if look(arrival.path) is None:
        note = results.note_refusal(paper, error, None)
        return Refusal(note=note, original=None, is_kept=True)
    with translated(doing="refuse"):
        make_folder(results.refused_folder)
    kept = _second_name(arrival.path, results.refused_folder, safe_name(arrival.source_name))
    original = kept or aside_path(arrival)
    note = results.note_refusal(paper, error, original)
    return Refusal(note=note, original=original, is_kept=kept is not None)


def close_refused(arrival: Arrival, refusal: Refusal) -> None:
    """Take a refused claim away, after the ledger has its row; safe to repeat.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    if not arrival.is_claimed or look(arrival.path) is None:
        return
    if refusal.is_kept:
        discard(arrival, is_rest_kept=True)
    else:
        set_aside(arrival)


def close_received(received: Received, results: Results) -> Path | None:
    """Take an accepted claim away, after the ledger has its row; safe to repeat.

    A folder whose members were not all pages is kept in `loi/` with a note: what was left out may
    be a document too.

    Returns:
        Where something of it still lies: the folder kept, or a claim that was written to after it
        was stored and now lies in the drop folder again; None when all of it is in the store.

    Raises:
        OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
        TransientError: IO-BUSY.
    """
    arrival = received.arrival
    if not arrival.is_claimed or look(arrival.path) is None:
        return None
    kept = _keep_rest(received, results)
    return discard(arrival, is_rest_kept=kept is not None) or kept


def _keep_rest(received: Received, results: Results) -> Path | None:
    arrival = received.arrival
    remark = next((one for one in received.remarks if one.code == "DOC-MEMBER-IGNORED"), None)
    if remark is None:
        return None
    with translated(doing="keep rest"):
        make_folder(results.refused_folder)
    kept = _second_name(arrival.path, results.refused_folder, safe_name(arrival.source_name))
    if kept is not None:
        results.note_remark(_paper(arrival, received.document.id), remark, kept)
    return kept


def _paper(arrival: Arrival, document_id: str = "") -> Paper:
    return Paper(
        source_name=arrival.source_name,
        folder=arrival.folder,
        arrived_at=arrival.arrived_at,
        document_id=document_id,
    )


def _second_name(source: Path, folder: Path, name: str) -> Path | None:
    """Return a second name of an entry in a folder, or None when it can have none."""
    mode = source.lstat().st_mode
    if stat.S_ISDIR(mode):
        return _second_folder(source, folder, name)
    for candidate in numbered(name):
        target = folder / candidate
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            if _is_same(source, target):
                return target
        except OSError:
            break  # another file system, or not ours to link: a copy then
        else:
            sync_folder(folder)
            return target
    if not stat.S_ISREG(mode):
        return None
    try:
        open_regular(source).close()
    except OSError:
        return None
    return deliver(source, folder, name)


def _is_same(source: Path, target: Path) -> bool:
    if target.is_symlink() or not target.is_file():
        return source.lstat().st_ino == target.lstat().st_ino
    with contextlib.suppress(OSError):
        return target.samefile(source) or (
            stat.S_ISREG(source.lstat().st_mode) and filecmp.cmp(source, target, shallow=False)
        )
    return False


def _second_folder(source: Path, folder: Path, name: str) -> Path | None:
    found = look(source)
    if found is None or any(mark.kind is Kind.FOLDER for mark in found.fingerprint):
        return None  # too deep, or not to be listed
    temp = folder / f".sohoa-{source.parent.name}.tmp"
    shutil.rmtree(temp, ignore_errors=True)
    try:
        shutil.copytree(source, temp, symlinks=True, copy_function=_link_or_copy)
    except (OSError, shutil.Error):
        shutil.rmtree(temp, ignore_errors=True)
        return None
    with translated(doing="refuse"):
        for candidate in numbered(name):
            target = folder / candidate
            if not os.path.lexists(target):
                temp.rename(target)
                sync_folder(folder)
                return target
            if _looks(target) == _looks(temp):
                shutil.rmtree(temp, ignore_errors=True)
                return target
    return None


def _looks(path: Path) -> list[tuple[str, int]]:
    found = look(path)
    marks = () if found is None else found.fingerprint
    return [(mark.name, mark.size_bytes) for mark in marks]


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return target
