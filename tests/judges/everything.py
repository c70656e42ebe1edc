"""veraPDF and qpdf over everything that a run of the tests delivered, at the end of the run.

What counts is what the product says it made: artifacts of every ledger that a test left behind, and
the files that the stages `archive` and `sign` hand over. Files that claim no PDF/A are sealed
strangers' files of the tests of appearance.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from pipeline.model.errors import ContractError
from pipeline.store import Store
from stages.sign.verapdf import WarmVeraPdf
from tests.judges.verapdf import jar

_HANDED_OVER = ("document.pdf", "sealed.pdf")
_KINDS = ("pdfa", "sealed", "renewed")
_CLAIM = b"<pdfaid:part>"
_SPOILED = ("test_a_share_of_the_sealed",)
"""Folders of tests that break files to see the judge awake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What veraPDF said."""

    passed: int
    failed: dict[Path, str]
    files_per_s: float
    """Files a second in one JVM, once it is warm."""


def judge_everything(base: Path) -> Tally:
    """Judge every different file that was delivered below a folder, each by what it claims."""
    return judge_all(_delivered(base))


def judge_all(paths: Iterable[Path]) -> Tally:
    """Judge every different file that claims to be PDF/A, each by what it claims."""
    judge = WarmVeraPdf(jar())
    failed: dict[Path, str] = {}
    passed, started = 0, time.monotonic()
    try:
        for path in _different(paths):
            try:
                judge.check(path)
                with pikepdf.open(path) as pdf:  # what `qpdf --check` asks
                    _no_problems(pdf.check_pdf_syntax())
                passed += 1
            except ContractError as error:
                failed[path] = error.detail
            if passed == 1:
                started = time.monotonic()  # the JVM is up
    finally:
        judge.close()
    seconds = max(time.monotonic() - started, 1e-3)
    return Tally(passed=passed, failed=failed, files_per_s=(passed + len(failed) - 1) / seconds)


def _no_problems(told: Sequence[str]) -> None:
    if told:
        raise ContractError("BUG-PDFA", detail=f"qpdf: {told[0]}")


def _delivered(base: Path) -> Iterator[Path]:
    for path in sorted(base.rglob("*.pdf")):
        # What a killed process left in its scratch folder was never handed over.
        is_spoiled = any(name in str(path) for name in _SPOILED) or "scratch" in path.parts
        if path.name in _HANDED_OVER and not is_spoiled:
            yield path
    for ledger in sorted(base.rglob("ledger.sqlite")):
        yield from _kept(ledger)


def _kept(ledger: Path) -> Iterator[Path]:
    store = Store(ledger.parent / "store")
    marks = ", ".join("?" for _ in _KINDS)
    question = f"SELECT DISTINCT digest FROM artifacts WHERE kind IN ({marks})"  # noqa: S608
    with closing(sqlite3.connect(ledger)) as connection:
        try:
            digests = [row[0] for row in connection.execute(question, _KINDS)]
        except sqlite3.DatabaseError:  # left by a test of broken or strange ledgers
            return
    for digest in digests:
        path = store.path(digest)
        # A file that a test damaged in the store is not what was delivered; audits tell of it.
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            yield path


def _different(paths: Iterable[Path]) -> Iterator[Path]:
    seen: set[bytes] = set()
    for path in paths:
        if not path.is_file():
            continue
        data = path.read_bytes()
        digest = hashlib.sha256(data).digest()
        if _CLAIM in data and digest not in seen:
            seen.add(digest)
            yield path
