"""The results folder of a drop folder: `xong/`, `loi/`, `cho-ra-soat/`.

Everything written here may be written again after a crash and comes out once: names follow from
the paper, contents from its facts, and a file with the same bytes counts as written.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from pathlib import Path, PurePosixPath

from pipeline.intake import notes
from pipeline.intake.delivery import deliver, deliver_bytes, sweep_temporaries, withdraw
from pipeline.intake.names import numbered, safe_name
from pipeline.intake.notes import Paper, ReceiptFacts
from pipeline.model.errors import SohoaError
from pipeline.model.records import Remark

DONE, REFUSED, WAITING = "xong", "loi", "cho-ra-soat"
_ID_LETTERS = 12
_WAITING_NOTES_MAX = 20
_SCAN_SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})


class Results:
    """Writes into one results folder; thread-safe, since it only makes new names."""

    def __init__(self, root: Path) -> None:
        """Name the folder; it is made with the first result."""
        self.root = root

    def sweep(self) -> int:
        """Remove what dead processes left half written; return how many files."""
        return sum(sweep_temporaries(self.root / name) for name in (DONE, REFUSED, WAITING))

    def finish(self, paper: Paper, pdf: Path, facts: ReceiptFacts) -> Path:
        """Put a result with its receipt (`.bien-nhan.txt` and `.json`) into `xong/`.

        Args:
            paper: the paper.
            pdf: the finished PDF.
            facts: what the receipt says; its `pdf_name` is filled in here.

        Returns:
            Where the PDF lies.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        folder = self.root / DONE
        stem = paper.source_name
        if PurePosixPath(stem).suffix.lower() in _SCAN_SUFFIXES:
            stem = PurePosixPath(stem).stem
        path = deliver(pdf, folder, safe_name(stem, suffix=".pdf"))
        self.receipt(paper, facts, beside=path)
        return path

    def receipt(self, paper: Paper, facts: ReceiptFacts, *, beside: Path) -> Path:
        """Write the receipt of a result; return the one for people. Raises as `finish` does."""
        whole = dataclasses.replace(facts, pdf_name=beside.name)
        for make, suffix in (
            (notes.receipt_json, ".bien-nhan.json"),
            (notes.receipt_text, ".bien-nhan.txt"),
        ):
            name = safe_name(beside.stem, suffix=suffix)
            path = deliver_bytes(make(paper, whole), beside.parent, name, suffix=suffix)
        return path

    @property
    def refused_folder(self) -> Path:
        """Folder of the originals that were refused, and of the notes on them."""
        return self.root / REFUSED

    def reject(
        self, paper: Paper, error: SohoaError, *, original: Path | None, suffix: str = ""
    ) -> Path:
        """Put the untouched original of a rejected document and a note into `loi/`.

        Args:
            paper: the paper.
            error: why.
            original: the received bytes in the store; None when they are not to be shown.
            suffix: put behind its name, e.g. `.zip` for a folder of page images.

        Returns:
            The note's path.

        Raises:
            OperatorError: SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """
        kept = None
        if original is not None:
            kept = deliver(original, self.refused_folder, safe_name(paper.source_name + suffix))
        return self.note_refusal(paper, error, kept)

    def note_refusal(self, paper: Paper, error: SohoaError, kept: Path | None) -> Path:
        """Write the note on a refused paper into `loi/`; raises as `finish` does.

        Args:
            paper: the paper.
            error: why.
            kept: where its untouched original lies; None when there is none.
        """
        data = notes.refusal_text(
            paper,
            error.code,
            detail=error.detail,
            page=error.page,
            original="" if kept is None else str(kept),
        )
        name = safe_name(paper.source_name if kept is None else kept.name, suffix=".LOI.txt")
        return deliver_bytes(data, self.refused_folder, name, suffix=".LOI.txt")

    def note_remark(self, paper: Paper, remark: Remark, kept: Path) -> Path:
        """Write a note on something in `loi/` that is no refusal; raises as `finish` does."""
        data = notes.remark_text(paper, remark, kept=str(kept))
        name = safe_name(kept.name, suffix=".LUU-Y.txt")
        return deliver_bytes(data, self.refused_folder, name, suffix=".LUU-Y.txt")

    def note_duplicate(self, paper: Paper, remark: Remark, *, first: str) -> Path:
        """Write a note on bytes that came before into `xong/`; raises as `finish` does.

        Args:
            paper: the second drop.
            remark: DOC-DUPLICATE with its facts.
            first: where the first one's result lies, or what became of it.
        """
        data = notes.remark_text(paper, remark, kept=first)
        name = safe_name(paper.source_name, suffix=".LUU-Y.txt")
        return deliver_bytes(data, self.root / DONE, name, suffix=".LUU-Y.txt")

    def wait(self, paper: Paper, remark: Remark) -> Path:
        """Write the note of a document that waits into `cho-ra-soat/`; raises as `finish` does."""
        path = self._waiting_path(paper)
        return deliver_bytes(notes.waiting_text(paper, remark), path.parent, path.name)

    def release(self, paper: Paper) -> None:
        """Take the waiting note away: the document goes on. Raises as `finish` does."""
        path = self._waiting_path(paper)
        for name in itertools.islice(numbered(path.name), _WAITING_NOTES_MAX):
            if (path.parent / name).exists():
                withdraw(path.parent / name)

    def quarantine(self, *, document_id: str, folder: str, at: dt.datetime) -> Path:
        """Note a quarantined secret in `loi/` by its digest alone; raises as `finish` does."""
        data = notes.secret_text(document_id=document_id, folder=folder, at=at)
        name = f"CACH-LY {document_id[:_ID_LETTERS]}.LOI.txt"
        return deliver_bytes(data, self.refused_folder, name, suffix=".LOI.txt")

    def _waiting_path(self, paper: Paper) -> Path:
        # The id is part of the name, so that the note of this very document can be taken away.
        suffix = f" [{paper.document_id[:_ID_LETTERS]}].cho-ra-soat.txt"
        return self.root / WAITING / safe_name(paper.source_name, suffix=suffix)
