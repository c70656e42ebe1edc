"""An edXML message that came in: its document, the other files, and what it says of them.

The document is the first file that can be worked on (PDF, then pictures). What the message says of
it was typed at the other side: it is evidence beside the paper's own words, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model.errors import DocumentError
from pipeline.model.inward import Package
from stages.deliver.edxml.message import URGENCIES, Attachment, Edoc
from stages.deliver.edxml.reader import MESSAGE_BYTES_MAX, read_message
from stages.deliver.edxml.verifying import Judge, Worth, checked

_STARTS = (b"%PDF", b"II*\x00", b"MM\x00*", b"\xff\xd8\xff", b"\x89PNG")
"""Of files that can be worked on, best first."""
_SAID = re.compile(rb"<\s*(?:[\w.-]+:)?edxml", re.IGNORECASE)
_KINDS = {0: "new", 1: "revoke", 2: "update", 3: "replace"}


_LEAST = {"any": Worth.NONE, "intact": Worth.INTACT, "trusted": Worth.TRUSTED}
_WARNINGS = {Worth.NONE: ("EDXML-UNSIGNED",), Worth.INTACT: ("EDXML-SIGNER-UNKNOWN",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EdxmlUnpacker:
    """Port `Unpacker` for edXML of every dialect."""

    judge: Judge
    signature: str = "any"
    """What it must be worth: `any`, `intact` or `trusted`."""

    def is_message(self, head: bytes) -> bool:
        """Tell whether the first bytes open an edXML message."""
        return is_message(head)

    def open(self, message: bytes) -> Package:
        """Return what a message carries; raises DOC-TOO-LARGE besides what the port says."""
        if len(message) > MESSAGE_BYTES_MAX:
            raise DocumentError("DOC-TOO-LARGE", detail=f"edXML: {len(message)} bytes")
        seen = checked(message, self.judge)
        if seen.worth < _LEAST[self.signature]:
            raise DocumentError("DOC-EDXML-UNSIGNED", detail=f"{self.signature}: {seen.signer}")
        edoc = read_message(seen.content)
        if not isinstance(edoc, Edoc):
            raise DocumentError("DOC-EDXML", detail="a status message, and no document")
        main = _main(edoc)
        return Package(
            document=main.data,
            name=main.name,
            fields={name: value for name, value in _fields(edoc).items() if value},
            others=tuple(one.data for one in edoc.attachments if one is not main),
            facts={
                "organ_id": edoc.sender.organ_id[:35],
                "document_id": edoc.document_id[:200],
                "kind": _KINDS.get(edoc.business_type, str(edoc.business_type)),
                **_asked(edoc),
                "files": str(len(edoc.attachments)),
                "oddities": "; ".join(edoc.oddities)[:500],
                "signer": seen.signer,
            },
            warnings=_WARNINGS.get(seen.worth, ()),
        )


def _asked(edoc: Edoc) -> dict[str, str]:
    """Return which earlier documents a message speaks of: an update may bear the same id."""
    if not edoc.business_type:
        return {}
    answered = (one.document_id for one in edoc.response_for)
    named = dict.fromkeys((*edoc.concerns, *answered, edoc.document_id))
    return {"concerns": "; ".join(one for one in named if one)[:1000]}


def is_message(head: bytes) -> bool:
    """Tell whether the first bytes open an edXML message."""
    return _SAID.search(head.replace(b"\x00", b"")) is not None


def _main(edoc: Edoc) -> Attachment:
    for start in _STARTS:
        for one in edoc.attachments:
            if start in one.data[:1024] if start == _STARTS[0] else one.data.startswith(start):
                return one
    raise DocumentError("DOC-EDXML", detail="no file that can be worked on")


def _fields(edoc: Edoc) -> dict[str, str]:
    number = edoc.code_number.strip()
    code = "/".join(part for part in (number, edoc.code_notation.strip()) if part)
    urgencies = {value: name for name, value in URGENCIES.items() if value}
    return {
        "number": number,
        "notation": edoc.code_notation,
        "code": code if number and edoc.code_notation else "",
        "issued_date": edoc.promulgation_date,
        "place": edoc.place,
        "issuer": edoc.sender.organ_name,
        "issuer_parent": edoc.sender.in_charge,
        "type": edoc.type_name,
        "subject": edoc.subject,
        "signer_name": edoc.full_name,
        "signer_title": edoc.position,
        "urgency": urgencies.get(edoc.priority, ""),
    }
