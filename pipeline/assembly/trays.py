"""Results and notes where people look: `xong/`, `loi/`, `cho-ra-soat/` of each folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.tray import Finished
from pipeline.intake.names import numbered, safe_name
from pipeline.ledger.rows import JobRow
from pipeline.model.errors import SohoaError
from pipeline.model.records import Remark
from pipeline.store import Store, make_folder, place, sync_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTrays:
    roots: Mapping[str, Path]
    other: Path
    store: Store

    def _root(self, job: JobRow) -> Path:
        return self.roots.get(job.folder, self.other)

    def _put(self, folder: Path, name: str, data: bytes) -> Path:
        make_folder(folder)
        for candidate in numbered(safe_name(name)):
            target = folder / candidate
            if target.exists():
                if target.read_bytes() == data:
                    return target
                continue
            fd, temp = tempfile.mkstemp(dir=folder, prefix=".")
            with os.fdopen(fd, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            place(Path(temp), target)
            sync_folder(folder)
            return target
        raise AssertionError

    def finish(self, finished: Finished) -> Path:
        stem = Path(finished.job.source_name).stem
        return self._put(self._root(finished.job) / "xong", stem + ".pdf", finished.pdf.read_bytes())

    def reject(self, job: JobRow, error: SohoaError, *, original: Path) -> None:
        self._put(self._root(job) / "loi", job.source_name, original.read_bytes())

    def wait(self, job: JobRow, remark: Remark) -> None:
        pass

    def release(self, job: JobRow) -> None:
        pass

    def quarantine(self, job: JobRow) -> None:
        pass
