"""How a claim ends: as a document, or refused; nothing is deleted that has no other place.

Accepted: bytes in the store → ledger row (the caller's) → `close_received`. Refused: original
under a second name in `loi/` → note (`refuse`) → ledger row → `close_refused`. Killed anywhere, the
claim is taken up again and comes to the same files. What can get no second name (a file we may not
read, on another file system) is set aside in the drop folder, at a place the note names beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.arrivals import Arrival, Received
from pipeline.intake.bundle import others
from pipeline.intake.claim import aside_path, discard, set_aside
from pipeline.intake.listing import look
from pipeline.intake.names import safe_name
from pipeline.intake.notes import Paper
from pipeline.intake.results import Results
from pipeline.intake.second_name import second_folder, second_name
from pipeline.intake.source import open_regular
from pipeline.model.errors import SohoaError
from pipeline.store import make_folder, translated


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
    kept = second_name(arrival.path, results.refused_folder, safe_name(arrival.source_name))
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

    Members of a folder that are no pages are kept in `loi/` with a note: they may be documents too.

    Returns:
        Where something of it still lies: the rest kept, or a claim that was written to after it
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
    # The rest alone, without the pages: they may turn out to be a secret.
    arrival = received.arrival
    remark = next((one for one in received.remarks if one.code == "DOC-MEMBER-IGNORED"), None)
    if remark is None:
        return None
    with translated(doing="keep rest"):
        make_folder(results.refused_folder)
    members = others(arrival, open_regular)
    name = safe_name(arrival.source_name)
    kept = second_folder(arrival.path, results.refused_folder, name, members=members)
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
