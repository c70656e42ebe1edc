"""The ledger: which document came, how far it is, what was made of it.

Every method is one transaction. A move that is not in `pipeline.model.moves` is refused. Files are
durable before a row that names them is written; nothing is deleted here but the name of a
quarantined file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from pipeline.ledger.database import empty_wal, open_database, transaction
from pipeline.ledger.owner import is_alive, this_owner
from pipeline.ledger.rows import JobRow, stamp
from pipeline.ledger.tables import (
    ARRIVALS,
    ARTIFACTS,
    ATTEMPTS,
    FIELDS,
    INTENTS,
    JOBS,
    RECEIPTS,
)
from pipeline.ledger.writes import (
    event,
    forget_facts,
    forget_papers,
    insert_job,
    name_or_blank,
    now,
    put_artifact,
    put_field,
    put_receipt,
    put_remarks,
    row,
)
from pipeline.model.errors import ContractError
from pipeline.model.moves import MOVES
from pipeline.model.records import (
    Artifact,
    Document,
    Field,
    FieldSource,
    JobState,
    Receipt,
    Registered,
    Remark,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A job's move to another state."""

    to: JobState
    stage: str = ""
    code: str | None = None
    detail: str = ""
    page: int | None = None
    next_try_at: dt.datetime | None = None
    tries: int = 0


class Ledger:
    """Rows of one data folder; safe to use from several threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.owner = this_owner()

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Open the ledger file, making or migrating it where needed; see `open_database`."""
        return cls(open_database(path))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def receive(
        self,
        document: Document,
        *,
        folder: str,
        source_name: str,
        arrival_id: str,
        at: dt.datetime,
        priority: int,
        remarks: Iterable[Remark] = (),
        artifacts: Iterable[Artifact] = (),
    ) -> bool:
        """Enter a durable original; return True when it is new, False for a duplicate.

        Remarks and artifacts (what came with it in one message) are those of the first arrival.

        The same arrival again (an interrupted `run`, or a claim taken up after a crash) is the
        first arrival once more and no duplicate; `arrival_id` tells them apart.
        """
        name = source_name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        with transaction(self.engine) as connection:
            first = connection.execute(
                sa.select(ARRIVALS.c.arrival_id)
                .where(ARRIVALS.c.document_id == document.id, ARRIVALS.c.outcome == "new")
                .limit(1)
            ).scalar()
            if first is None:
                insert_job(connection, document, folder, name, at=at, priority=priority)
            elif first == arrival_id:
                return True
            elif self._came_before(connection, arrival_id):
                return False
            connection.execute(
                ARRIVALS.insert().values(
                    at=stamp(at),
                    folder=folder,
                    source_name=name
                    if first is None
                    else name_or_blank(connection, document.id, name),
                    arrival_id=arrival_id,
                    document_id=document.id,
                    outcome="new" if first is None else "duplicate",
                    code=None if first is None else "DOC-DUPLICATE",
                )
            )
            event(connection, document.id, "received" if first is None else "duplicate", {})
            if first is None:
                put_remarks(connection, document.id, remarks)
                for artifact in artifacts:
                    put_artifact(connection, document.id, artifact)
        return first is None

    def _came_before(self, connection: sa.Connection, arrival_id: str) -> bool:
        found = connection.execute(
            sa.select(ARRIVALS.c.id).where(ARRIVALS.c.arrival_id == arrival_id).limit(1)
        ).scalar()
        return found is not None

    def refuse(
        self,
        *,
        folder: str,
        source_name: str,
        arrival_id: str,
        code: str,
        detail: str,
        at: dt.datetime,
    ) -> None:
        """Note a drop that has no usable bytes (empty, a link, unreadable, no known format)."""
        name = source_name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        with transaction(self.engine) as connection:
            if self._came_before(connection, arrival_id):
                return
            connection.execute(
                ARRIVALS.insert().values(
                    at=stamp(at),
                    folder=folder,
                    source_name=name,
                    arrival_id=arrival_id,
                    outcome="rejected",
                    code=code,
                    detail=detail,
                )
            )
            event(connection, None, "refused", {"code": code, "folder": folder})

    def take(self, document_id: str) -> JobRow | None:
        """Take a job for this process; None when it is finished or another live process has it."""
        with transaction(self.engine) as connection:
            job = row(connection, document_id)
            owner = connection.execute(
                sa.select(JOBS.c.owner).where(JOBS.c.document_id == document_id)
            ).scalar()
            if JobState.RUNNING not in MOVES[job.state]:
                return None
            if owner is not None and owner != self.owner and is_alive(owner):
                return None
            connection.execute(
                JOBS.update()
                .where(JOBS.c.document_id == document_id)
                .values(
                    owner=self.owner,
                    state=JobState.RUNNING.value,
                    code=None,
                    detail="",
                    page=None,
                    next_try_at=None,
                    updated_at=stamp(now()),
                )
            )
            return row(connection, document_id)

    def move(self, document_id: str, move: Move) -> None:
        """Move a job and give it free.

        Raises:
            ContractError: BUG-STAGE for a move that the table does not know.
        """
        with transaction(self.engine) as connection:
            self._move(connection, document_id, move)

    def _move(self, connection: sa.Connection, document_id: str, move: Move) -> None:
        before = row(connection, document_id).state
        if move.to not in MOVES[before]:
            raise ContractError("BUG-STAGE", detail=f"move {before.value} -> {move.to.value}")
        connection.execute(
            JOBS.update()
            .where(JOBS.c.document_id == document_id)
            .values(
                state=move.to.value,
                stage=move.stage,
                code=move.code,
                detail=move.detail,
                page=move.page,
                tries=move.tries,
                next_try_at=None if move.next_try_at is None else stamp(move.next_try_at),
                owner=None,
                updated_at=stamp(now()),
            )
        )
        event(
            connection,
            document_id,
            move.to.value,
            {"stage": move.stage, "code": move.code or "", "detail": move.detail},
        )

    def stage_done(
        self,
        document_id: str,
        *,
        stage: str,
        key: str,
        outcome: str,
        seconds: float,
        artifacts: Iterable[Artifact] = (),
        fields: Iterable[Field] = (),
        receipt: Receipt | None = None,
        registered: Registered | None = None,
        remarks: Iterable[Remark] = (),
        reason: str = "",
    ) -> None:
        """Note in one transaction all that a stage came to; its files are durable already.

        Fields that a person confirmed are never overwritten by a machine.
        """
        with transaction(self.engine) as connection:
            for artifact in artifacts:
                put_artifact(connection, document_id, artifact)
            for item in fields:
                put_field(connection, document_id, item, person=None)
            if receipt is not None:
                put_receipt(connection, document_id, receipt)
            values: dict[str, object] = {"stage": stage, "updated_at": stamp(now())}
            if registered is not None:
                values |= {
                    "book": registered.book,
                    "year": registered.year,
                    "arrival_number": registered.arrival_number,
                }
            connection.execute(
                JOBS.update().where(JOBS.c.document_id == document_id).values(**values)
            )
            connection.execute(
                ATTEMPTS.insert().values(
                    document_id=document_id,
                    stage=stage,
                    key=key,
                    outcome=outcome,
                    seconds=round(seconds, 4),
                    at=stamp(now()),
                )
            )
            put_remarks(connection, document_id, remarks)
            event(
                connection, document_id, f"{stage}.{outcome}", {"reason": reason} if reason else {}
            )

    def intend(self, document_id: str, *, port: str, key: str, target: str = "") -> str:
        """Note that the outside is about to be asked; return the target first intended."""
        with transaction(self.engine) as connection:
            where = (
                INTENTS.c.document_id == document_id,
                INTENTS.c.port == port,
                INTENTS.c.key == key,
            )
            found = connection.execute(sa.select(INTENTS.c.target).where(*where)).scalar()
            if found is not None:
                return str(found)
            connection.execute(
                INTENTS.insert().values(
                    document_id=document_id, port=port, key=key, target=target, at=stamp(now())
                )
            )
            event(connection, document_id, "intent", {"port": port})
        return target

    def deliver(self, document_id: str, path: str) -> None:
        """Note where the result lies and end the job; the file is durable already."""
        with transaction(self.engine) as connection:
            connection.execute(
                JOBS.update().where(JOBS.c.document_id == document_id).values(delivered_path=path)
            )
            self._move(connection, document_id, Move(to=JobState.DONE, stage="deliver"))

    def set_page_count(self, document_id: str, count: int) -> None:
        """Note how many pages a document has."""
        with transaction(self.engine) as connection:
            connection.execute(
                JOBS.update().where(JOBS.c.document_id == document_id).values(page_count=count)
            )

    def confirm(self, document_id: str, values: Mapping[str, str], *, person: str) -> None:
        """Set what a person says the fields are; the values replaced stay in the events."""
        with transaction(self.engine) as connection:
            for name, value in values.items():
                before = connection.execute(
                    sa.select(FIELDS.c.record).where(
                        FIELDS.c.document_id == document_id, FIELDS.c.name == name
                    )
                ).scalar()
                item = Field(name=name, value=value, confidence=1.0, source=FieldSource.PERSON)
                put_field(connection, document_id, item, person=person)
                event(
                    connection,
                    document_id,
                    "confirmed",
                    {
                        "field": name,
                        "person": person,
                        "before": "" if before is None else json.loads(before)["value"],
                        "after": value,
                    },
                )

    def send_back(self, document_id: str, *, stage: str, person: str, reason: str) -> bool:
        """Reject a document that waits for a person at a stage: its paper is scanned again.

        Returns:
            False when it does not wait there any more; then nothing was changed.
        """
        with transaction(self.engine) as connection:
            job = row(connection, document_id)
            if job.state is not JobState.WAITING or job.stage != stage:
                return False
            event(connection, document_id, "rescan", {"person": person, "reason": reason})
            move = Move(to=JobState.REJECTED, stage=stage, code="DOC-RESCAN", detail=reason)
            self._move(connection, document_id, move)
        return True

    def quarantine(self, document_id: str, *, page: int | None) -> None:
        """End a secret document: of it remain hash, time, folder and reason, and nothing else."""
        with transaction(self.engine) as connection:
            for table in (ARTIFACTS, FIELDS, INTENTS, RECEIPTS):
                connection.execute(table.delete().where(table.c.document_id == document_id))
            connection.execute(
                ARRIVALS.update()
                .where(ARRIVALS.c.document_id == document_id)
                .values(source_name="")
            )
            connection.execute(
                JOBS.update().where(JOBS.c.document_id == document_id).values(source_name="")
            )
            forget_papers(connection, document_id)
            forget_facts(connection, document_id)
            self._move(
                connection,
                document_id,
                Move(to=JobState.QUARANTINED, stage="guard", code="DOC-SECRET", page=page),
            )
        empty_wal(self.engine)
