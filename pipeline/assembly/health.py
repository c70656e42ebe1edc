"""What the keeper should know: disk, engines, certificate, index, register, queue.

One list for `sohoa doctor`, the page and, later, metrics. Each line asks the real thing now.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ledger.history import History
from pipeline.ledger.inbox import Inbox
from pipeline.ledger.indexed import entered
from pipeline.ledger.outbox import Outbox
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import SohoaError
from pipeline.model.faults import Family
from pipeline.model.ports import Register, SearchIndex
from pipeline.model.records import JobState
from pipeline.model.working_days import WorkingDays
from pipeline.web.api import HealthLine, Level
from stages.deliver.edxml.deadline import is_late
from stages.deliver.edxml.dialect import VIETNAM
from stages.sign.api import SealProvider

_GIB = 1 << 30
_DISK_WARN_BYTES = 5 * _GIB
_DISK_BAD_BYTES = 1 * _GIB
_CERTIFICATE_WARN_DAYS = 30
_CERTIFICATE_BAD_DAYS = 1
_OUTAGE_BAD = dt.timedelta(days=1)
"""A target that fails for longer is an alarm."""
_TOOLS = ("tesseract", "pdftotext", "gs", "qpdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """Asks everything that sohoa leans on."""

    data_dir: Path
    drop_folders: tuple[tuple[str, Path], ...]
    history: History
    index: SearchIndex
    register: Register
    seal: SealProvider
    engine: str
    """Name and version of the reader."""
    outbox: Outbox
    inbox: Inbox
    targets: tuple[str, ...] = ()
    """Names of the systems that documents are pushed to."""
    axes: frozenset[str] = frozenset()
    """Those of them that are the axis of state bodies."""
    working_days: WorkingDays = field(default_factory=WorkingDays)
    has_trust: bool = True
    """Whether a trusted root is configured."""

    def lines(self) -> tuple[HealthLine, ...]:
        """Return one line each, in a fixed order."""
        return (
            self._disk(),
            *self._folders(),
            HealthLine(name="engine", level=Level.OK, message=self.engine),
            *_tools(),
            self._certificate(),
            *self._trust(),
            self._index(),
            self._register(),
            self._queue(),
            *self._held(),
            *map(self.target, self.targets),
            *self._calendar(),
        )

    def _disk(self) -> HealthLine:
        usage = shutil.disk_usage(self.data_dir)
        message = f"{usage.free / _GIB:.1f} GiB / {usage.total / _GIB:.1f} GiB"
        if usage.free < _DISK_BAD_BYTES:
            return HealthLine(name="disk", level=Level.BAD, message=message, code="SYS-DISK-FULL")
        level = Level.WARN if usage.free < _DISK_WARN_BYTES else Level.OK
        return HealthLine(name="disk", level=level, message=message)

    def _folders(self) -> Iterator[HealthLine]:
        for name, path in self.drop_folders:
            if path.is_dir():
                yield HealthLine(name="folder", level=Level.OK, message=f"{name}: {path}")
            else:
                # A folder that nothing ever came from is made by the first `sohoa watch`.
                is_missed = self.history.has_arrivals(name)
                yield HealthLine(
                    name="folder",
                    level=Level.BAD if is_missed else Level.WARN,
                    message=f"{name}: {path}",
                    code="SYS-FOLDER-GONE",
                )

    def _certificate(self) -> HealthLine:
        try:
            identity = self.seal.identity
        except SohoaError as error:
            return HealthLine(
                name="certificate", level=Level.BAD, message=error.detail, code=error.code
            )
        days = math.floor(identity.days_left(dt.datetime.now(dt.UTC)))
        message = f"{identity.subject}; {identity.not_after:%Y-%m-%d} ({days} d)"
        level, code = certificate_level(days)
        if not code and identity.is_development:
            level, code = Level.WARN, "SIGN-DEVELOPMENT"
        return HealthLine(name="certificate", level=level, message=message, code=code)

    def _trust(self) -> Iterator[HealthLine]:
        try:
            is_development = self.seal.identity.is_development
        except SohoaError:
            return  # the line on the certificate says it
        if not self.has_trust and not is_development:
            yield HealthLine(
                name="trust", level=Level.WARN, message="[stages.sign] trust", code="SIGN-NO-TRUST"
            )

    def _index(self) -> HealthLine:
        try:
            message = self.index.ping()
            wanted, held = entered(self.history.engine), self.index.count()
            if held < wanted:
                message = f"{message}; {held} / {wanted}"
                return HealthLine(
                    name="index", level=Level.WARN, message=message, code="SYS-INDEX-BEHIND"
                )
            return HealthLine(name="index", level=Level.OK, message=message)
        except SohoaError as error:
            return HealthLine(name="index", level=Level.BAD, message=error.detail, code=error.code)

    def _register(self) -> HealthLine:
        try:
            return HealthLine(name="register", level=Level.OK, message=self.register.ping())
        except SohoaError as error:
            return HealthLine(
                name="register", level=Level.BAD, message=error.detail, code=error.code
            )

    def target(self, target: str) -> HealthLine:
        """Return how a target is: what was sent and waits, and what is wrong with it."""
        counts = self.outbox.counts(target)
        facts = ", ".join(f"{state} {count}" for state, count in sorted(counts.items()))
        told = self.inbox.counts(target)
        facts += "".join(f"; 01–06 {state} {count}" for state, count in sorted(told.items()))
        level, code = Level.OK, ""
        failing = [row for row in self.outbox.parcels(target, state="waiting") if row.code]
        if self._is_late(target):
            level, code = Level.BAD, "DELIVER-LATE"
        elif counts.get("poison"):
            level, code = Level.BAD, "OUTBOX-POISON"
        elif failing:
            oldest = min(row.created_at for row in failing)
            is_long = dt.datetime.now(dt.UTC) - oldest > _OUTAGE_BAD
            level, code = Level.BAD if is_long else Level.WARN, failing[0].code or ""
        elif counts.get("refused") or told.get("refused"):
            level, code = Level.WARN, "DELIVER-REFUSED"
        return HealthLine(
            name="outbox", level=level, message=f"{target}: {facts or '0'}", code=code
        )

    def _is_late(self, target: str) -> bool:
        # QĐ 28/2018 binds the axis alone; other targets have no such hour.
        if target not in self.axes:
            return False
        now = dt.datetime.now(dt.UTC)
        unsent = ("waiting", "sending", "poison")
        return any(
            is_late(row.created_at, self.working_days, now=now)
            for state in unsent
            for row in self.outbox.parcels(target, state=state)
        )

    def _queue(self) -> HealthLine:
        counts = self.history.counts()
        message = ", ".join(
            f"{state.value} {counts[state]}" for state in JobState if counts.get(state)
        )
        is_bad = counts.get(JobState.HALTED, 0) > 0
        return HealthLine(
            name="queue",
            level=Level.BAD if is_bad else Level.OK,
            message=message or "0",
            code="BUG-STAGE" if is_bad else "",
        )

    def _calendar(self) -> Iterator[HealthLine]:
        year = dt.datetime.now(VIETNAM).year
        if not self.working_days.knows(year):
            yield HealthLine(
                name="calendar",
                level=Level.WARN,
                message=f"[working_days] off: {year}?",
                code="SYS-HOLIDAYS",
            )

    def _held(self) -> Iterator[HealthLine]:
        """Documents that wait for a service (warning) or for the keeper (alarm), by cause."""
        for code, count in sorted(self.history.held().items()):
            is_outage = CATALOGUE[code].family is Family.TRANSIENT
            level = Level.WARN if is_outage else Level.BAD
            yield HealthLine(name="sign", level=level, message=str(count), code=code)


def certificate_level(days: int) -> tuple[Level, str]:
    """Return how a certificate's last days weigh: a warning from 30 days, an alarm from one."""
    if days < 0:
        return Level.BAD, "SIGN-EXPIRED"
    if days <= _CERTIFICATE_BAD_DAYS:
        return Level.BAD, "SIGN-ENDING"
    if days <= _CERTIFICATE_WARN_DAYS:
        return Level.WARN, "SIGN-ENDING"
    return Level.OK, ""


def _tools() -> Iterator[HealthLine]:
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if absent:
        yield HealthLine(
            name="tools", level=Level.BAD, message=", ".join(absent), code="SYS-TOOL-MISSING"
        )
    else:
        yield HealthLine(name="tools", level=Level.OK, message=", ".join(_TOOLS))
