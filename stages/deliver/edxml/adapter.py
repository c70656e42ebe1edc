"""The axis of state bodies (trục liên thông): edXML over the gateway's REST (VXP).

Nothing secret and nothing without a signature of legal value goes there (QĐ 28/2018, Đ1.2, Đ4).
The DocumentId follows from our key, so the same document is the same message however often it is
sent; the key itself stands in the attachment's description. The gateway has no question by
DocumentId: `find` reads the messages that its list of sent ones names, one by one, whole.

Paths, parameters and headers are those of the vendor's SDK 2.0.1; what the lists look like in full
is not documented there, so answers are read leniently. Not tried against the real gateway.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.model.errors import DocumentError, OperatorError
from pipeline.model.onward import Accepted, Held, MessageKey, Parcel
from stages.deliver.edxml.dialect import VIETNAM, Dialect, load_dialect
from stages.deliver.edxml.message import URGENCIES, Agency, Attachment, Edoc, StatusMessage
from stages.deliver.edxml.reader import read_message
from stages.deliver.edxml.signing import signed
from stages.deliver.edxml.writer import write_edoc, write_status
from stages.deliver.http import Answer, Caller
from stages.deliver.rest import refuse_large, refuse_secret

_NAMESPACE = uuid.UUID("6f0a3f0e-7d0b-5c59-9b7f-2d1f3a3f7c11")
"""Under which DocumentIds follow from keys; changed never."""
_LEGAL = frozenset({"agency", "sender"})
_KEY = re.compile(r"sohoa ([0-9a-f]{64})")
_VERSION = "3.0.201608"
_REFUSED_CODES = frozenset({"22"})
"""Invalid edXML, at the provincial gateways; every other error code is asked again."""
_LOGIN_CODES = frozenset({"15"})
"""Credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdxmlTarget:
    """Port `Target` over the gateway of the axis."""

    caller: Caller
    sender: Agency
    receiver: Agency
    system_id: str
    secret: Callable[[], str]
    dialect: Dialect
    key: MessageKey | None = None
    """Signs every message (XMLDSIG); None sends them bare."""
    max_bytes: int = 50 << 20
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    @property
    def name(self) -> str:
        """Name of the adapter."""
        return "edxml"

    def check(self, parcel: Parcel) -> None:
        """Refuse secrets, what is not signed, what is too large, what no strict message can say."""
        refuse_secret(parcel)
        if parcel.signature not in _LEGAL:
            raise DocumentError("DELIVER-UNSIGNED", detail=parcel.signature)
        if self.key is not None and self.key.is_development:
            raise DocumentError("DELIVER-UNSIGNED", detail="message: development key")
        refuse_large(parcel, self.max_bytes)
        write_edoc(self._edoc(parcel, data=b"%PDF"), self.dialect)

    def find(self, parcel: Parcel) -> Accepted | None:
        """Look for our DocumentId among the messages that the gateway lists as sent."""
        for doc_id, edoc, digest in self._sent():
            if edoc.document_id == document_id(parcel.key):
                ours = [hashlib.sha256(one.data).hexdigest() for one in edoc.attachments]
                if ours != [parcel.pdf_digest]:
                    raise DocumentError("DELIVER-REFUSED", detail=f"{doc_id}: other bytes")
                return Accepted(external_id=doc_id, answer_digest=digest)
        return None

    def send(self, parcel: Parcel) -> Accepted:
        """Send the document message, and read back what the gateway keeps under its name."""
        message = write_edoc(self._edoc(parcel, data=parcel.pdf.read_bytes()), self.dialect)
        answer = self._post(message, "edoc", f"{parcel.name}.edxml")
        doc_id = _doc_id(answer)
        kept, digest = self._message(doc_id)
        if not isinstance(kept, Edoc) or kept.document_id != document_id(parcel.key):
            raise answer.garbled(f"docId {doc_id} is another document")
        return Accepted(external_id=doc_id, answer_digest=digest)

    def send_status(self, status: StatusMessage) -> str:
        """Send a status message (01–16); return the gateway's name for it.

        The gateway takes a status again without harm: it says the same of the same document.
        """
        answer = self._post(write_status(status, self.dialect), "status", "status.edxml")
        return _doc_id(answer)

    def statuses(self) -> Iterator[tuple[str, StatusMessage]]:
        """Yield the status messages that came in, with the gateway's names; oddities are kept."""
        for doc_id in self._listed("getReceivedEdocList", "status"):
            message = self._message(doc_id)[0]
            if isinstance(message, StatusMessage):
                yield doc_id, message

    def held(self) -> Iterator[Held]:
        """Yield what we sent; one question a document."""
        for doc_id, edoc, _ in self._sent():
            found = (_KEY.search(one.description) for one in edoc.attachments)
            key = next((one[1] for one in found if one), "")
            yield Held(key=key, external_id=doc_id)

    def ping(self) -> str:
        """Ask for the list of agencies, which proves key and way."""
        answer = self.caller.ask(
            "GET", "/getAgenciesList", params={"servicetype": "eDoc"}, headers=self._headers()
        )
        _judged(answer)
        return f"edxml: {self.caller.url}"

    def _edoc(self, parcel: Parcel, *, data: bytes) -> Edoc:
        annex, fields = parcel.annex, parcel.fields
        number = fields.get("number", "").strip()
        return Edoc(
            sender=self.sender,
            receivers=(self.receiver,),
            document_id=document_id(parcel.key),
            code_number=number,
            code_notation=fields.get("notation", ""),
            place=fields.get("place", ""),
            promulgation_date=fields.get("issued_date", ""),
            type_name=fields.get("type", ""),
            # Cut to the annex's length; what was cut is named in the content.
            subject=annex.get("Subject", ""),
            content=annex.get("Description", ""),
            position=fields.get("signer_title", ""),
            full_name=fields.get("signer_name", ""),
            priority=URGENCIES.get(fields.get("urgency", "").strip().upper(), 0),
            page_amount=int(annex.get("PageAmount") or 0),
            to_places=(self.receiver.organ_name,),
            sent_at=self.clock(),
            attachments=(
                Attachment(
                    name=f"{parcel.name}.pdf",
                    content_type="application/pdf",
                    data=data,
                    description=f"sohoa {parcel.key}",
                    content_id=document_id(parcel.key),
                ),
            ),
        )

    def _post(self, bare: bytes, kind: str, name: str) -> Answer:
        message = bare if self.key is None else signed(bare, self.key)
        return _judged(
            self.caller.ask(
                "POST",
                "/sendEdoc",
                params={
                    "servicetype": "eDoc",
                    "messagetype": kind,
                    "from": self.sender.organ_id,
                    "to": self.receiver.organ_id,
                },
                headers=self._headers(),
                files={"file_doc": (name, message, "application/octet-stream")},
            )
        )

    def _sent(self) -> Iterator[tuple[str, Edoc, str]]:
        for doc_id in self._listed("getSentEdocList", "edoc"):
            message, digest = self._message(doc_id)
            if isinstance(message, Edoc):
                yield doc_id, message, digest

    def _listed(self, path: str, kind: str) -> Iterator[str]:
        answer = self.caller.ask(
            "GET",
            f"/{path}",
            params={"servicetype": "eDoc", "messagetype": kind},
            headers=self._headers(),
        )
        said = _judged(answer).json()
        rows = _insensitive(said, "data")
        if not isinstance(rows, list):
            raise answer.garbled("no list")
        for row in rows:
            doc_id = _insensitive(row, "docid") if isinstance(row, dict) else None
            if not isinstance(doc_id, str | int) or not str(doc_id):
                raise answer.garbled("a document without a name")
            yield str(doc_id)

    def _message(self, doc_id: str) -> tuple[Edoc | StatusMessage, str]:
        answer = _judged(
            self.caller.ask("GET", "/getEdoc", params={"docId": doc_id}, headers=self._headers())
        )
        data = _insensitive(answer.json(), "data")
        if not isinstance(data, str):
            raise answer.garbled("no message")
        try:
            message = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise answer.garbled("no base64") from error
        try:
            return read_message(message), hashlib.sha256(message).hexdigest()
        except DocumentError as error:
            raise answer.garbled(f"docId {doc_id}: {error.detail}") from error

    def _headers(self) -> Mapping[str, str]:
        at = self.clock().astimezone(VIETNAM)
        names = {
            "XroadVnpt-systemid": self.system_id,
            "XroadVnpt-timestamp": f"{at:%d%m%YT%H%M%S%z}",
            "XroadVnpt-version": _VERSION,
        }
        told = json.dumps(names, separators=(",", ":"), sort_keys=True).encode()
        digest = hmac.new(self.secret().encode(), told, hashlib.sha256).hexdigest()
        return {**names, "XroadVnpt-hash-header": digest}


def edxml_target(
    *,
    caller: Caller,
    sender: Agency,
    receiver: Agency,
    system_id: str,
    secret: Callable[[], str],
    dialect: str,
    rules_dir: Path,
    max_bytes: int,
    key: MessageKey | None = None,
) -> EdxmlTarget:
    """Return the adapter of a dialect; raises SYS-CONFIG when there is no such."""
    return EdxmlTarget(
        caller=caller,
        sender=sender,
        receiver=receiver,
        system_id=system_id,
        secret=secret,
        dialect=load_dialect(rules_dir, dialect),
        max_bytes=max_bytes,
        key=key,
    )


def document_id(key: str) -> str:
    """Return the DocumentId that follows from a key."""
    return str(uuid.uuid5(_NAMESPACE, key))


def _judged(answer: Answer) -> Answer:
    """Return an answer that says OK.

    Raises:
        TransientError: PORT-ANSWER: it says something else, or nothing that can be understood.
        DocumentError: DELIVER-REFUSED: the message is not valid for the gateway.
        OperatorError: DELIVER-LOGIN.
    """
    said = answer.json() if answer.status == 200 else None
    if not isinstance(said, dict):
        raise answer.garbled("no answer of the gateway")
    if str(_insensitive(said, "status")).upper() == "OK":
        return answer
    code = str(_insensitive(said, "errorcode"))
    if code in _REFUSED_CODES:
        raise answer.refused()
    if code in _LOGIN_CODES:
        raise OperatorError("DELIVER-LOGIN", detail=f"{answer.where}: ErrorCode {code}")
    raise answer.garbled(f"ErrorCode {code[:20]}")


def _doc_id(answer: Answer) -> str:
    doc_id = _insensitive(answer.json(), "docid")
    if not isinstance(doc_id, str | int) or not str(doc_id):
        raise answer.garbled("no DocId")
    return str(doc_id)


def _insensitive(said: Any, name: str) -> Any:
    """Return a value by its name, whatever its letters' case: gateways differ."""
    if not isinstance(said, dict):
        return None
    return next((value for key, value in said.items() if str(key).lower() == name), None)
