"""The engine's Tray over the results folders of the intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.tray import Finished
from pipeline.intake.notes import Paper, ReceiptFacts
from pipeline.intake.results import Results
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import SohoaError
from pipeline.model.records import MediaType, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTrays:
    """Port `Tray`: each watched folder has its results folder, `sohoa run` has its own."""

    roots: Mapping[str, Path]
    """Watched folder → its results folder."""
    other: Path
    """Results of everything else (`sohoa run`)."""

    def results(self, folder: str) -> Results:
        """Return the results folder of a watched folder."""
        return Results(self.roots.get(folder, self.other))

    def sweep(self) -> None:
        """Remove what dead processes left half written."""
        for root in (*self.roots.values(), self.other):
            Results(root).sweep()

    def finish(self, finished: Finished) -> Path:
        """Put the result and its receipt into `xong/`; return the result's path."""
        facts = ReceiptFacts(
            book=finished.registered.book,
            year=finished.registered.year,
            arrival_number=finished.registered.arrival_number,
            page_count=len(finished.pages),
            fields={name: item.value for name, item in finished.fields.items()},
            remarks=finished.remarks,
        )
        return self.results(finished.job.folder).finish(_paper(finished.job), finished.pdf, facts)

    def reject(self, job: JobRow, error: SohoaError, *, original: Path) -> None:
        """Put the untouched original and a note into `loi/`."""
        is_folder = job.document.media_type is MediaType.IMAGE_FOLDER
        self.results(job.folder).reject(
            _paper(job), error, original=original, suffix=".zip" if is_folder else ""
        )

    def wait(self, job: JobRow, remark: Remark) -> None:
        """Put a note into `cho-ra-soat/`."""
        self.results(job.folder).wait(_paper(job), remark)

    def release(self, job: JobRow) -> None:
        """Take the waiting note away, because the document goes on."""
        self.results(job.folder).release(_paper(job))

    def quarantine(self, job: JobRow) -> None:
        """Leave a note in `loi/` that names neither the file nor anything in it."""
        self.results(job.folder).quarantine(
            document_id=job.id, folder=job.folder, at=job.received_at
        )


def _paper(job: JobRow) -> Paper:
    return Paper(
        source_name=job.source_name,
        folder=job.folder,
        arrived_at=job.received_at,
        document_id=job.id,
    )
