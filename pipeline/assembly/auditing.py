"""`sohoa audit`: the store read again, slowly, for years.

Every file is hashed at a given rate (disks must not suffer, clerks must not wait); what the ledger
promises and is not there, what lies there and nobody put there, and signatures whose proof ends
soon are named. Cut short, the next run goes on with the next file.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import sqlalchemy as sa

from pipeline.ledger import audited
from pipeline.ledger.audited import Promised
from pipeline.model.errors import ContractError
from pipeline.store import Store

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NOTE_FILES = 200
"""Files between two notes of how far the audit is."""
_TEMPORARIES = "tmp"
_SEALED, _RENEWED = "sealed", "renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person must see to."""

    code: str
    """AUDIT-ROT, AUDIT-MISSING, AUDIT-FOREIGN, AUDIT-ENDING."""
    path: str
    document_id: str = ""
    detail: str = ""


@dataclass(slots=True)
class Auditing:
    """One audit of a store."""

    engine: sa.Engine
    store: Store
    rate_bytes_s: float
    """Most bytes a second that are read; 0: as fast as it goes."""
    ahead: dt.timedelta
    """Name signatures whose proof ends within this time."""
    tell: Callable[[Finding], None]
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    files: int = 0
    """Read so far."""
    unused: int = 0
    """Whole files that no row names: left by attempts that were repeated."""
    wrong: int = 0
    _owed_s: float = 0.0
    _since_s: float = field(default=0.0)

    def run(self, *, afresh: bool = False) -> bool:
        """Read the whole store, then what the ledger promises; return whether all is well."""
        self._since_s = self.clock()
        start = "" if afresh else audited.cursor(self.engine)
        self._read_store(start)
        self._ask_ledger()
        audited.note(self.engine, cursor="", files=self.files, wrong=self.wrong)
        return self.wrong == 0

    def _read_store(self, start: str) -> None:
        chunk: list[str] = []
        for path in self._listed(start):
            digest = path.name
            self.files += 1
            self._pace(path.stat().st_size)
            if not self.store.verify(digest):
                self._say("AUDIT-ROT", path)
            chunk.append(digest)
            if len(chunk) >= _NOTE_FILES:
                self.unused += len(audited.unnamed(self.engine, chunk))
                audited.note(self.engine, cursor=digest, files=self.files, wrong=self.wrong)
                chunk = []
        self.unused += len(audited.unnamed(self.engine, chunk))

    def _listed(self, start: str) -> Iterator[Path]:
        """Yield the store's files in order of their digests; what is none of them is said."""
        root = self.store.root
        if not root.is_dir():
            return
        for folder in sorted(root.iterdir()):
            if folder.name == _TEMPORARIES or folder.name < start[:2]:
                continue
            if not folder.is_dir():
                self._say("AUDIT-FOREIGN", folder)
                continue
            for path in sorted(folder.iterdir()):
                is_named = _DIGEST.fullmatch(path.name) and self.store.path(path.name) == path
                if not is_named or path.is_symlink() or not path.is_file():
                    self._say("AUDIT-FOREIGN", path)
                elif path.name > start:
                    yield path

    def _ask_ledger(self) -> None:
        of_one: dict[str, Promised] = {}
        document_id = ""
        for one in chain(audited.promised(self.engine), audited.promised_stacks(self.engine)):
            if one.kind != "original" and one.document_id != document_id:
                self._look_at_seal(of_one)
                document_id, of_one = one.document_id, {}
            if one.kind != "original":
                of_one[one.kind] = one
            place = self.store.quarantine_path if one.is_quarantined else self.store.path
            if not place(one.digest).is_file():
                self._say("AUDIT-MISSING", place(one.digest), one.document_id, one.kind)
        self._look_at_seal(of_one)

    def _look_at_seal(self, of_one: Mapping[str, Promised]) -> None:
        one = of_one.get(_RENEWED) or of_one.get(_SEALED)
        if one is None or not self.store.exists(one.digest):
            return
        from stages.sign.lasting import provable_until  # pyHanko, not at every start

        path = self.store.path(one.digest)
        self._pace(path.stat().st_size)
        try:
            ends = provable_until(path.read_bytes())
        except ContractError as error:
            self._say("AUDIT-ROT", path, one.document_id, error.detail)
            return
        if ends is not None and ends - dt.datetime.now(dt.UTC) <= self.ahead:
            self._say("AUDIT-ENDING", path, one.document_id, f"{ends:%Y-%m-%d}")

    def _say(self, code: str, path: Path, document_id: str = "", detail: str = "") -> None:
        self.wrong += 1
        self.tell(Finding(code=code, path=str(path), document_id=document_id, detail=detail))

    def _pace(self, size_bytes: int) -> None:
        if self.rate_bytes_s <= 0:
            return
        self._owed_s += size_bytes / self.rate_bytes_s
        ahead_s = self._owed_s - (self.clock() - self._since_s)
        if ahead_s > 0:
            self.sleep(ahead_s)
