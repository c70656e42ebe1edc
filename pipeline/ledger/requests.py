"""What other bodies ask about documents that came before: take back, update, replace.

A message of BussinessDocType 1–3 (QCVN 102:2016) is a document of its own, and a remark on each
earlier document that it names. Nothing is changed or deleted by it: a person decides, and the
sender is told so with status 15 (agreed) or 16 (refused).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.history import Summary
from pipeline.ledger.rows import stamp
from pipeline.ledger.tables import EVENTS, INBOX, NOTICES
from pipeline.ledger.writes import event, now, put_remarks
from pipeline.model.records import Remark

RECEIVED = "EDXML-RECEIVED"
"""Remark on every document that came in a message; its facts name sender, DocumentId and kind."""
ASKED = {"revoke": "EDXML-REVOKED", "update": "EDXML-UPDATED", "replace": "EDXML-REPLACED"}
"""Kind of message → remark on the earlier document."""
ASKED_BACK = "EDXML-ASKED-BACK"
"""Remark on a document that a status 13 asks back; the answer speaks of that document."""
NOT_HERE = "EDXML-NOT-HERE"
ANSWERED = frozenset({"revoke", "update"})
"""Kinds that ask for an answer; a replacement tells."""
AGREED, DECLINED = "15", "16"


@dataclass(frozen=True, slots=True)
class Requests:
    """Rows of one ledger; safe to use from several threads and processes."""

    engine: sa.Engine

    def note(self, document_id: str, facts: Mapping[str, str]) -> None:
        """Remark on the documents that a message names what it asks of them; safe to repeat.

        Args:
            document_id: the document that the message carries.
            facts: of its remark `RECEIVED`: `organ_id`, `document_id`, `kind`, `concerns`.
        """
        code = ASKED.get(facts.get("kind", ""))
        if code is None:
            return
        named = [one for one in facts.get("concerns", "").split("; ") if one]
        with transaction(self.engine) as connection:
            earlier = _earlier(connection, facts.get("organ_id", ""), named) - {document_id}
            for one in sorted(earlier):
                told = {"by": document_id, "organ_id": facts.get("organ_id", "")}
                _once(connection, one, Remark(code=code, facts=told))
            if not earlier:
                told = {"document_id": "; ".join(named)}
                _once(connection, document_id, Remark(code=NOT_HERE, facts=told))

    def asked_back(self, organ_id: str, document_id: str, *, message: str) -> None:
        """Remark on what came from a body that it asks it back (status 13); safe to repeat.

        Args:
            organ_id: the body's code.
            document_id: DocumentId of the message that it sent.
            message: name of the status at the gateway.
        """
        with transaction(self.engine) as connection:
            for one in sorted(_earlier(connection, organ_id, [document_id])):
                told = {"organ_id": organ_id, "document_id": message}
                _once(connection, one, Remark(code=ASKED_BACK, facts=told))

    def answer(self, document_id: str, status: str, *, reason: str, person: str) -> int:
        """Let the senders of a document's messages be told 15 or 16; return how many are.

        Each answer is said once; nothing is sent about messages that people dropped into folders.
        """
        at = stamp(now())
        came = sa.select(INBOX.c.source, INBOX.c.digest).where(INBOX.c.document_id == document_id)
        with transaction(self.engine) as connection:
            rows = [
                {"source": row.source, "digest": row.digest, "document_id": document_id,
                 "status": status, "reason": reason, "next_try_at": at, "at": at}
                for row in connection.execute(came)
            ]  # fmt: skip
            count = 0
            if rows:
                made = connection.execute(NOTICES.insert().prefix_with("OR IGNORE"), rows)
                count = max(0, made.rowcount)
            if count:
                said = {"exchange": status, "person": person, "reason": reason}
                event(connection, document_id, "answered", said)
        return count

    def is_open(self, document_id: str) -> bool:
        """Return whether a document was fetched and its sender is not told 15 or 16 yet."""
        came = sa.exists().where(INBOX.c.document_id == document_id)
        told = sa.exists().where(
            NOTICES.c.document_id == document_id, NOTICES.c.status.in_((AGREED, DECLINED))
        )
        with snapshot(self.engine) as connection:
            return bool(connection.execute(sa.select(sa.and_(came, ~told))).scalar())


def asks_for_answer(requests: Requests, document_id: str, summary: Summary) -> bool:
    """Return whether the sender of a document asks something that nobody answered yet."""
    asks = any(
        one.code == ASKED_BACK or (one.code == RECEIVED and one.facts.get("kind") in ANSWERED)
        for one in summary.remarks
    )
    return asks and requests.is_open(document_id)


def _earlier(connection: sa.Connection, organ_id: str, named: Collection[str]) -> set[str]:
    """Return the documents that came from a body under one of these DocumentIds.

    The remarks are looked through: such messages are few.
    """
    if not (organ_id and named):
        return set()
    query = sa.select(EVENTS.c.document_id).where(
        EVENTS.c.action == "remark",
        EVENTS.c.facts.like(f'%"{RECEIVED}"%'),
        sa.func.json_extract(EVENTS.c.facts, "$.organ_id") == organ_id,
        sa.func.json_extract(EVENTS.c.facts, "$.document_id").in_(list(named)),
    )
    return {row.document_id for row in connection.execute(query)}


def _once(connection: sa.Connection, document_id: str, remark: Remark) -> None:
    wanted = {"code": remark.code, "page": "", **remark.facts}
    there = sa.select(EVENTS.c.id).where(
        EVENTS.c.document_id == document_id,
        EVENTS.c.action == "remark",
        *(sa.func.json_extract(EVENTS.c.facts, f"$.{name}") == value
          for name, value in wanted.items()),
    )  # fmt: skip
    if connection.execute(there.limit(1)).first() is None:
        put_remarks(connection, document_id, [remark])
