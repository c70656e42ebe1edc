"""The axis of state bodies (trục liên thông): edXML over the gateway's REST (VXP).

Nothing secret and nothing without a signature of legal value goes there (QĐ 28/2018, Đ1.2, Đ4).
The DocumentId follows from our key, so the same document is the same message however often it is
sent; the key itself stands in the attachment's description. The gateway has no question by
DocumentId: `find` reads the messages that its list of sent ones names, one by one, whole.

It is the port `Source` too: messages for us are fetched, and their senders told what becomes of
their documents.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.errors import DocumentError, TransientError
from pipeline.model.onward import Accepted, Held, MessageKey, Parcel
from stages.deliver.edxml.dialect import Dialect, load_dialect
from stages.deliver.edxml.gateway import Gateway, doc_id_of
from stages.deliver.edxml.message import (
    RECALL,
    URGENCIES,
    Agency,
    Attachment,
    Edoc,
    Response,
    StatusMessage,
)
from stages.deliver.edxml.reader import read_message
from stages.deliver.edxml.signing import signed
from stages.deliver.edxml.writer import write_edoc, write_status
from stages.deliver.http import Answer, Caller
from stages.deliver.rest import refuse_large, refuse_secret

_NAMESPACE = uuid.UUID("6f0a3f0e-7d0b-5c59-9b7f-2d1f3a3f7c11")
"""Under which DocumentIds follow from keys; changed never."""
_LEGAL = frozenset({"agency", "sender"})
_KEY = re.compile(r"sohoa ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdxmlTarget:
    """Port `Target` over the gateway of the axis."""

    gateway: Gateway
    sender: Agency
    receiver: Agency
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
        name = f"{parcel.name}.edxml"
        answer = self._post(message, "edoc", name, receiver=self.receiver.organ_id)
        doc_id = doc_id_of(answer)
        kept, digest = self._message(doc_id)
        if not isinstance(kept, Edoc) or kept.document_id != document_id(parcel.key):
            raise answer.garbled(f"docId {doc_id} is another document")
        return Accepted(external_id=doc_id, answer_digest=digest)

    def recall(self, parcel: Parcel, *, reason: str) -> str:
        """Ask back what was sent (status 13); return the gateway's name for it.

        Raises:
            DocumentError: DELIVER-UNSIGNED, DELIVER-VALUE, DELIVER-REFUSED.
            TransientError, OperatorError: as `send`.
        """
        if self.key is not None and self.key.is_development:
            raise DocumentError("DELIVER-UNSIGNED", detail="status: development key")
        number, notation = (parcel.fields.get(name, "") for name in ("number", "notation"))
        ours = Response(
            organ_id=self.sender.organ_id,
            code="/".join(part for part in (number, notation) if part),
            promulgation_date=parcel.fields.get("issued_date", ""),
            document_id=document_id(parcel.key),
        )
        status = StatusMessage(
            sender=self.sender, response_for=ours, code=RECALL, description=reason, at=self.clock()
        )
        return self.send_status(status, to=self.receiver.organ_id)

    def send_status(self, status: StatusMessage, *, to: str = "") -> str:
        """Send a status message (01–16), to who sent the document when no other is named.

        Returns the gateway's name for it. The gateway takes a status again without harm: it says
        the same of the same document.
        """
        message = write_status(status, self.dialect)
        receiver = to or status.response_for.organ_id
        return doc_id_of(self._post(message, "status", "status.edxml", receiver=receiver))

    def waiting(self) -> Iterator[str]:
        """Yield the names of the documents that wait for us at the gateway."""
        return self.gateway.received("edoc")

    def fetch(self, name: str) -> bytes:
        """Return a message that waits, as it is kept there."""
        return self.gateway.message(name)

    def acknowledge(self, name: str, *, is_taken: bool) -> None:
        """Tell the gateway that a message lies with us, or cannot be taken; safe to repeat."""
        self.gateway.mark(name, is_taken=is_taken)

    def tell(self, message: bytes, code: str, *, reason: str, at: dt.datetime) -> str:
        """Tell the sender of a document message what became of it; see the port `Source`."""
        if self.key is not None and self.key.is_development:
            raise DocumentError("DELIVER-UNSIGNED", detail="status: development key")
        edoc = read_message(message)
        if not isinstance(edoc, Edoc):
            raise DocumentError("DOC-EDXML", detail="a status message, and no document")
        answered = Response(
            organ_id=edoc.sender.organ_id,
            code="/".join(part for part in (edoc.code_number, edoc.code_notation) if part),
            promulgation_date=edoc.promulgation_date,
            document_id=edoc.document_id,
        )
        return self.send_status(
            StatusMessage(
                sender=self.sender, response_for=answered, code=code, description=reason, at=at
            )
        )

    def status_names(self) -> Iterator[str]:
        """Yield the gateway's names of the status messages that came in, ever; one question."""
        return self.gateway.all_received("status")

    def status(self, name: str) -> StatusMessage | None:
        """Return a status message by its name; None when it is another kind of message."""
        message = self._message(name)[0]
        return message if isinstance(message, StatusMessage) else None

    def held(self) -> Iterator[Held]:
        """Yield what we sent; one question a document."""
        for doc_id, edoc, _ in self._sent():
            found = (_KEY.search(one.description) for one in edoc.attachments)
            key = next((one[1] for one in found if one), "")
            yield Held(key=key, external_id=doc_id)

    def ping(self) -> str:
        """Ask for the list of agencies, which proves key and way."""
        self.gateway.ping()
        return f"edxml: {self.gateway.caller.url}"

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

    def _post(self, bare: bytes, kind: str, name: str, *, receiver: str) -> Answer:
        message = bare if self.key is None else signed(bare, self.key)
        return self.gateway.send(
            message, kind, name, sender=self.sender.organ_id, receiver=receiver
        )

    def _sent(self) -> Iterator[tuple[str, Edoc, str]]:
        for doc_id in self.gateway.sent("edoc"):
            message, digest = self._message(doc_id)
            if isinstance(message, Edoc):
                yield doc_id, message, digest

    def _message(self, doc_id: str) -> tuple[Edoc | StatusMessage, str]:
        message = self.gateway.message(doc_id)
        try:
            return read_message(message), hashlib.sha256(message).hexdigest()
        except DocumentError as error:
            detail = f"getEdoc {doc_id}: {error.detail}"
            raise TransientError("PORT-ANSWER", detail=detail) from error


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
        gateway=Gateway(caller=caller, system_id=system_id, secret=secret),
        sender=sender,
        receiver=receiver,
        dialect=load_dialect(rules_dir, dialect),
        max_bytes=max_bytes,
        key=key,
    )


def document_id(key: str) -> str:
    """Return the DocumentId that follows from a key."""
    return str(uuid.uuid5(_NAMESPACE, key))
