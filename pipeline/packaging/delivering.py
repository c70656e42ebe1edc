"""A delivery: package after package, each durable and read again before its receipt.

File durable → read again → row. Killed anywhere and started again, what has its row is passed over,
what lies there without its row is read and gets it, and a rest is written anew. Nothing that bears
a final name is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.ledger.deliveries import Deliveries, DeliveryRow, PackageRow
from pipeline.model.errors import InputError, OperatorError
from pipeline.packaging.checking import Finding
from pipeline.packaging.container import forget_twin
from pipeline.packaging.manifest import MANIFEST, write_manifest
from pipeline.packaging.records import Content, Signer
from pipeline.store.durable import make_folder, translated


class Form(Protocol):
    """How a content lies in a delivery: a SIP, or a plain folder."""

    def name(self, content: Content) -> str:
        """Return its name in the delivery folder; the same content has the same name."""

    def write(self, target: Path, content: Content, *, previous: str | None) -> None:
        """Write it; `target` appears whole and durable, or not at all.

        Raises:
            FileExistsError: something bears the name.
            OperatorError: PACKAGE-SOURCE, SYS-DISK-FULL, SYS-PERMISSION.
            TransientError: IO-BUSY.
        """

    def check(self, target: Path) -> Iterator[Finding]:
        """Read it again and yield what is wrong."""

    def documents(self, target: Path) -> frozenset[str]:
        """Return the sha-256 of each document that it holds, once `check` found it whole."""

    def lines(self, folder: Path, name: str) -> Iterator[tuple[str, str]]:
        """Yield (digest, path) of each of its files for the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """One delivery being made."""

    row: DeliveryRow
    form: Form
    deliveries: Deliveries
    signer: Signer | None
    tell: Callable[[PackageRow], None] = field(default=lambda _: None)
    """Is told of each package that has its receipt."""

    @property
    def folder(self) -> Path:
        """Where the delivery lies."""
        return Path(self.row.folder)

    def run(self, contents: Iterable[Content]) -> DeliveryRow:
        """Write what has no receipt yet, then the signed manifest; return the ended delivery.

        One that ended before stays as it is.

        Raises:
            InputError: PACKAGE-TAKEN, something else lies under a package's name;
                PACKAGE-SAME-CODE, two dossiers would have one name.
            OperatorError: PACKAGE-SOURCE, SYS-DISK-FULL, SYS-PERMISSION, SIGN-…
            TransientError: IO-BUSY, SIGN-TOKEN-DOWN.
        """
        if self.row.finished_at is not None:
            return self.row
        with translated(doing="delivery folder"):
            make_folder(self.folder)
        # The list is written when every package has its receipt: where it lies, only the end is
        # missing, and what was finished since belongs to a supplement.
        if not (self.folder / MANIFEST).exists():
            self._pack(contents)
        write_manifest(self.folder, self._lines(), self.signer)
        return self.deliveries.finish(self.row.id)

    def _pack(self, contents: Iterable[Content]) -> None:
        for content in contents:
            name = self.form.name(content)
            held = self.deliveries.package(self.row.id, name)
            if held is None:
                self.tell(self._one(content, name))
            elif held.key != content.key:
                # Passed over, the second one would be lost.
                raise InputError("PACKAGE-SAME-CODE", detail=name)

    def _one(self, content: Content, name: str) -> PackageRow:
        target = self.folder / name
        previous = self.deliveries.previous(self.row, key=content.key)
        is_ours = True
        if not target.exists():
            self.form.write(target, content, previous=previous)
        else:
            is_ours = False  # from before a crash, or somebody else's: only a reading tells
            forget_twin(target)
        for finding in self.form.check(target):
            detail = f"{target}: {finding.code} {finding.path} {finding.detail}"
            if is_ours:
                raise OperatorError("PACKAGE-WRITE", detail=detail)
            raise InputError("PACKAGE-TAKEN", detail=detail)
        # A receipt for documents that were finished after the crash would have them left out of
        # every supplement.
        if not is_ours and self.form.documents(target) != {
            one.digest for one in content.documents()
        }:
            raise InputError("PACKAGE-TAKEN", detail=f"{target}: tài liệu khác / other documents")
        return self.deliveries.packed(
            self.row.id,
            name=name,
            kind=content.kind,
            key=content.key,
            previous=previous,
            documents=content.document_ids,
        )

    def _lines(self) -> Iterator[tuple[str, str]]:
        for name in self.deliveries.names(self.row.id):
            yield from self.form.lines(self.folder, name)
