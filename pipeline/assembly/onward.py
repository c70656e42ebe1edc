"""From the configuration to targets, and from a finished document to its parcel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.codec import inspection_from_json
from pipeline.model.errors import ContractError
from pipeline.model.onward import Parcel
from pipeline.model.records import JobState, Route
from pipeline.settings.secret import Secret
from pipeline.store import Store
from stages.register import BookKeeper, Place
from stages.register.journal import JournalRow

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
    adapter: Literal["rest", "folder", "sftp", "paperless", "edxml"] = "rest"
    """Kind of system: the REST contract (docs/registry-openapi.json), a drop folder of this machine
    or a mounted share, one behind SFTP, paperless-ngx, or the axis of state bodies (edXML)."""
    url: str = ""
    """Address, for all kinds but `folder`; `https://…`, for sftp `sftp://user@host/folder`."""
    key: Secret = field(default_factory=lambda: Secret(""))
    """Token, secret key, or password for sftp; `file:/path` reads it from a file."""
    login_key: Path | None = None
    """sftp: private key (OpenSSH, without a passphrase) instead of a password."""
    known_hosts: Path | None = None
    """sftp: keys of servers, as OpenSSH keeps them (`ssh-keyscan`, checked by a person)."""
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
    """Failures after which a document is tried no more (alarm); only those count during which the
    target was well otherwise."""
    retry_base_s: float = field(default=5.0, metadata={"min": 0.01, "max": 3600.0})
    """Seconds before the second attempt; doubled each time, with jitter."""
    retry_cap_s: float = field(default=3600.0, metadata={"min": 0.01, "max": 86400.0})
    """Longest wait between two attempts, seconds."""
    max_bytes: int = field(default=50 << 20, metadata={"min": 1})
    """Larger files are not sent (the gateway of the axis takes 50 MB)."""
    custom_field: str = "sohoa"
    """paperless: custom field (text) that bears sohoa's key; made when it is missing."""

    system_id: str = ""
    """edXML: this system's name at the gateway."""
    organ_id: str = ""
    """edXML: code of this agency."""
    organ_name: str = ""
    """edXML: name of this agency."""
    to_organ_id: str = ""
    """edXML: code of the agency that gets the documents."""
    to_organ_name: str = ""
    """edXML: name of that agency."""
    dialect: str = "qcvn-102-2016"
    """edXML: dialect of config/rules/edxml.toml."""
    sign_messages: bool = True
    """edXML: sign each message with the agency's key (XMLDSIG over envelope and files); without an
    identity of the agency nothing is sent then."""

    takes: bool = False
    """edXML: take the messages that the gateway has for this agency, and tell their senders what
    becomes of them (statuses 01–06); `since` holds for telling too."""
    into: str = "den"
    """edXML: watched folder whose treatment (book, review, units) taken documents get."""

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            ValueError: something that the adapter needs is not set.
        """
        if self.adapter == "folder":
            if self.path is None:
                raise ValueError("path must be given for the adapter folder")
        elif self.adapter == "sftp":
            if not self.url.startswith("sftp://") or not urlsplit(self.url).username:
                raise ValueError("url must be given: sftp://user@host/folder")
            if self.known_hosts is None:
                raise ValueError("known_hosts must be given for the adapter sftp")
        elif not self.url.startswith(("https://", "http://")):
            raise ValueError("url must be given: https://…")
        ours = (self.organ_id, self.organ_name, self.to_organ_id, self.to_organ_name)
        if self.adapter == "edxml" and not all(ours):
            raise ValueError("codes and names of both agencies must be given for edxml")
        if self.takes and self.adapter != "edxml":
            raise ValueError("takes is for edxml alone")
        if self.since:
            dt.date.fromisoformat(self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseParcels:
    """Makes parcels of finished documents, from ledger, store and register."""

    history: History
    store: Store
    register: BookKeeper
    sealed: Sequence[str] = ("sealed",)
    """Kinds of the sealed PDF that is handed on, best first. Registries are told of the PDF as it
    was when the document was finished: asked again, they must be shown the same bytes."""

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
        sealed = next((artifacts[kind] for kind in self.sealed if kind in artifacts), None)
        if sealed is not None:
            signature = "development" if "SIGN-DEVELOPMENT" in codes else "agency"
            return sealed.digest, signature
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
