"""From the configuration to targets, and from a finished document to its parcel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.ledger.history import History
from pipeline.ledger.outbox import Outbox
from pipeline.ledger.rows import JobRow
from pipeline.model.codec import inspection_from_json
from pipeline.model.errors import ContractError
from pipeline.model.onward import Parcel, Target
from pipeline.model.records import JobState, Route
from pipeline.outbox import service
from pipeline.outbox.delivery import Delivery, Parcels, Patience
from pipeline.settings.secret import Secret
from pipeline.store import Store
from stages.deliver.folder import FolderTarget
from stages.deliver.http import Caller
from stages.deliver.paperless import PaperlessTarget
from stages.deliver.rest import RestTarget
from stages.register import BookKeeper, Place
from stages.register.journal import VIETNAM, JournalRow

_FROM_REGISTER = {
    "type": "type_name",
    "number": "code_number",
    "notation": "code_notation",
    "issued_date": "issued_date",
    "issuer": "organ_name",
    "subject": "subject",
    "signer_title": "signer_position",
    "signer_name": "signer_name",
    "urgency": "priority",
}
"""Field as read → field of the register, which people may have corrected since."""
_NO_VALUE = frozenset({"SIGN-EVIDENCE-INVALID", "SIGN-EVIDENCE-UNKNOWN"})
"""Remarks that say a sender's signature proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """One target that finished documents are pushed to; the section's name is its name."""

    name: str = ""
    adapter: Literal["rest", "folder", "paperless"] = "rest"
    """Kind of system: the REST contract (docs/registry-openapi.json), a drop folder,
    or paperless-ngx."""
    url: str = ""
    """Address, for all kinds but `folder`; `https://…`."""
    key: Secret = field(default_factory=lambda: Secret(""))
    """Token or secret key; `file:/path` reads it from a file."""
    ca_file: Path | None = None
    """Certificates (PEM) that the server's must come from; the system's when not set."""
    path: Path | None = None
    """Drop folder, for `folder`; it must exist."""
    folders: tuple[str, ...] = ()
    """Watched folders whose documents it gets; all when empty."""
    since: str = ""
    """Day (2026-01-01) before which received documents are left out; none when empty."""
    timeout_s: float = field(default=60.0, metadata={"min": 1.0, "max": 3600.0})
    """Seconds for one question and its answer."""
    tries_max: int = field(default=12, metadata={"min": 1, "max": 1000})
    """Failures of the other side after which a document is tried no more (alarm)."""
    retry_base_s: float = field(default=5.0, metadata={"min": 0.01, "max": 3600.0})
    """Seconds before the second attempt; doubled each time, with jitter."""
    retry_cap_s: float = field(default=3600.0, metadata={"min": 0.01, "max": 86400.0})
    """Longest wait between two attempts, seconds."""
    max_bytes: int = field(default=50 << 20, metadata={"min": 1})
    """Larger files are not sent (the gateway of the axis takes 50 MB)."""
    custom_field: str = "sohoa"
    """paperless: custom field (text) that bears sohoa's key; made when it is missing."""

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            ValueError: something that the adapter needs is not set.
        """
        if self.adapter == "folder":
            if self.path is None:
                raise ValueError("path must be given for the adapter folder")
        elif not self.url.startswith(("https://", "http://")):
            raise ValueError("url must be given: https://…")
        if self.since:
            dt.date.fromisoformat(self.since)


def build_target(options: TargetOptions) -> Target:
    """Return the adapter that a configuration asks for; nothing is asked yet."""
    match options.adapter:
        case "folder":
            return FolderTarget(path=options.path or Path(), max_bytes=options.max_bytes)
        case "paperless":
            return PaperlessTarget(
                caller=_caller(options, {"Authorization": f"Token {options.key.reveal()}"}),
                field=options.custom_field,
                max_bytes=options.max_bytes,
            )
        case "rest":
            return RestTarget(
                caller=_caller(options, {"Authorization": f"Bearer {options.key.reveal()}"}),
                max_bytes=options.max_bytes,
            )


def _caller(options: TargetOptions, headers: Mapping[str, str]) -> Caller:
    return Caller(
        url=options.url.rstrip("/"),
        headers=headers,
        timeout_s=options.timeout_s,
        ca_file="" if options.ca_file is None else str(options.ca_file),
    )


def build_route(
    options: TargetOptions, *, outbox: Outbox, parcels: Parcels
) -> service.Route:
    """Return a target with its rules."""
    since = None
    if options.since:
        day = dt.date.fromisoformat(options.since)
        since = dt.datetime.combine(day, dt.time(), VIETNAM)
    return service.Route(
        delivery=Delivery(
            name=options.name,
            target=build_target(options),
            outbox=outbox,
            parcels=parcels,
            patience=Patience(
                tries_max=options.tries_max,
                base_s=options.retry_base_s,
                cap_s=options.retry_cap_s,
            ),
        ),
        folders=options.folders,
        since=since,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseParcels:
    """Makes parcels of finished documents, from ledger, store and register."""

    history: History
    store: Store
    register: BookKeeper

    def __call__(self, document_id: str) -> Parcel:
        """Return the parcel of a finished document; see `pipeline.outbox.delivery.Parcels`."""
        job = self.history.job(document_id)
        if job is None or job.state is not JobState.DONE:
            raise ContractError("BUG-STAGE", detail="a parcel of a document that is not finished")
        row = self.register.row(_place(job))
        digest, signature = self._file(job)
        path = self.store.path(digest)
        if not path.is_file():
            raise ContractError("BUG-STAGE", detail="the delivered file is not in the store")
        return Parcel(
            key=job.id,
            book=row.entry.book,
            year=row.year,
            arrival_number=row.arrival_number,
            arrival_at=row.entry.arrival_at,
            folder=job.folder,
            annex=row.annex_vi(),
            fields=self._fields(job, row),
            pdf=path,
            pdf_digest=digest,
            pdf_bytes=path.stat().st_size,
            signature=signature,
        )

    def _file(self, job: JobRow) -> tuple[str, str]:
        """Return digest and signature of what is sent."""
        artifacts = self.history.artifacts(job.id)
        codes = {remark.code for remark in self.history.remarks(job.id)}
        if "sealed" in artifacts:
            signature = "development" if "SIGN-DEVELOPMENT" in codes else "agency"
            return artifacts["sealed"].digest, signature
        inspection = inspection_from_json(
            self.store.path(artifacts["inspection"].digest).read_bytes()
        )
        if inspection.route is Route.EVIDENCE:
            return job.id, "" if codes & _NO_VALUE else "sender"
        return artifacts["pdfa"].digest, ""

    def _fields(self, job: JobRow, row: JournalRow) -> Mapping[str, str]:
        fields = {name: item.value for name, item in self.history.fields(job.id).items()}
        kept = {name: getattr(row.entry, source) for name, source in _FROM_REGISTER.items()}
        is_same = all(fields.get(name, "") == kept[name] for name in ("number", "notation"))
        code = {} if is_same else {"code": row.code}
        return {**fields, **kept, **code}


def _place(job: JobRow) -> Place:
    if job.book is None or job.year is None or job.arrival_number is None:
        raise ContractError("BUG-STAGE", detail="a finished document without an arrival number")
    return Place(book=job.book, year=job.year, arrival_number=job.arrival_number)
