"""The two forms of a delivery: one SIP (ZIP) a dossier, or plain folders of PDFs."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.model.errors import OperatorError
from pipeline.packaging.checking import Finding, check_package, documents_of, hashed
from pipeline.packaging.container import appearing
from pipeline.packaging.records import Content
from pipeline.packaging.sip import SipWriter
from pipeline.store.durable import sync_folder, translated
from pipeline.structure.records import TABLE_COLUMNS, DocumentRecord, document_names, table_rows

CHECKSUMS = "checksums-sha256.txt"
TABLE = "muc-luc-van-ban.xlsx"
_CHUNK_BYTES = 1 << 20

TableWriter = Callable[[IO[bytes], str, Iterable[Sequence[object]]], None]
"""Writes rows, the first of them headings, as a spreadsheet with a title of the sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipForm:
    """Each content one ZIP, `<OBJID>.zip`."""

    writer: SipWriter

    def name(self, content: Content) -> str:
        """Return the name of the package's file."""
        return f"{self.writer.consignment.object_id(content)}.zip"

    def write(self, target: Path, content: Content, *, previous: str | None) -> None:
        """Write the package; see `Form`."""
        with appearing(target) as file:
            self.writer.write(
                file, content, previous=None if previous is None else Path(previous).stem
            )

    def check(self, target: Path) -> Iterator[Finding]:
        """Read the package again."""
        return check_package(target)

    def documents(self, target: Path) -> frozenset[str]:
        """Return the sha-256 of each document of the package."""
        return documents_of(target)

    def lines(self, folder: Path, name: str) -> Iterator[tuple[str, str]]:
        """Yield the package's line."""
        with translated(doing="reading"), (folder / name).open("rb") as stream:
            yield hashed(stream)[0], name


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainForm:
    """Each content one folder, named by its code: PDFs, table of documents, checksums."""

    writer: SipWriter
    """Knows the profile's names."""
    table: TableWriter

    def name(self, content: Content) -> str:
        """Return the name of the folder; loose documents are told apart by their id."""
        return content.code if content.place.notation else f"{content.code}-{content.key[:12]}"

    def write(self, target: Path, content: Content, *, previous: str | None) -> None:
        """Write the folder under another name, then give it its own; see `Form`."""
        del previous
        part = target.with_name(f".{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        with translated(doing="delivery"):
            part.mkdir()
            self._fill(part, content)
            sync_folder(part)
            part.rename(target)  # a folder with anything in it is never replaced, rename(2)
            sync_folder(target.parent)

    def _fill(self, part: Path, content: Content) -> None:
        lines, records = [], []
        for document in content.documents():
            _, name = document_names(self.writer.consignment.profile, content.code, document.values)
            _copy(document.path, part / name, digest=document.digest)
            lines.append((document.digest, name))
            records.append(DocumentRecord(values=document.values, page_count=document.page_count))
        with _durable(part / TABLE) as file:
            self.table(file, content.code, (TABLE_COLUMNS, *table_rows(records)))
        with (part / TABLE).open("rb") as stream:
            lines.append((hashed(stream)[0], TABLE))
        with _durable(part / CHECKSUMS) as file:
            file.write("".join(f"{digest}  {name}\n" for digest, name in lines).encode())

    def check(self, target: Path) -> Iterator[Finding]:
        """Read every file of the folder again."""
        named = {CHECKSUMS}
        for digest, name in self._listed(target):
            named.add(name)
            try:
                with (target / name).open("rb") as stream:
                    is_same = hashed(stream)[0] == digest
            except OSError as error:
                yield Finding(code="PACKAGE-MISSING", path=name, detail=error.strerror or "")
                continue
            if not is_same:
                yield Finding(code="PACKAGE-CHANGED", path=name)
        for path in sorted(target.iterdir()):
            if path.name not in named:
                yield Finding(code="PACKAGE-FOREIGN", path=path.name)
        if len(named) == 1:
            yield Finding(code="PACKAGE-MISSING", path=CHECKSUMS)

    def documents(self, target: Path) -> frozenset[str]:
        """Return the sha-256 of each document of the folder."""
        return frozenset(digest for digest, name in self._listed(target) if name != TABLE)

    def lines(self, folder: Path, name: str) -> Iterator[tuple[str, str]]:
        """Yield a line for each file of the folder, and one for its own list."""
        for digest, inner in self._listed(folder / name):
            yield digest, f"{name}/{inner}"
        with (folder / name / CHECKSUMS).open("rb") as stream:
            yield hashed(stream)[0], f"{name}/{CHECKSUMS}"

    def _listed(self, target: Path) -> Iterator[tuple[str, str]]:
        with contextlib.suppress(FileNotFoundError):
            for line in (target / CHECKSUMS).read_text(encoding="utf-8").splitlines():
                digest, _, name = line.partition("  ")
                yield digest, name


def _copy(source: Path, target: Path, *, digest: str) -> None:
    try:
        stream = source.open("rb")
    except FileNotFoundError as error:
        raise OperatorError("PACKAGE-SOURCE", detail=digest) from error
    with stream, _durable(target) as out:
        shutil.copyfileobj(stream, out, _CHUNK_BYTES)
    with target.open("rb") as written:
        if hashed(written)[0] != digest:
            raise OperatorError("PACKAGE-SOURCE", detail=f"{digest}: other bytes")


@contextlib.contextmanager
def _durable(path: Path) -> Iterator[IO[bytes]]:
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
