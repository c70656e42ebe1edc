"""Deliveries to an archive: which there were, what each package held, how far one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from pipeline.ledger.backlog_tables import (
    DELIVERED_DOCUMENTS,
    DELIVERIES,
    DELIVERY_ANSWERS,
    DELIVERY_PACKAGES,
)
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import stamp
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError

_CHUNK_ROWS = 500
ARCHIVE_STATUSES = ("received", "accepted", "rejected")
"""What an archive says of a package: it has it, it keeps it, it sends it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery."""

    id: int
    batch: str
    revision: int
    """From 1, one series a batch."""
    status: str
    """`new`, `supplement` or `replacement`."""
    form: str
    """`sip` or `plain`."""
    folder: str
    created_at: str
    """ISO 8601, UTC."""
    finished_at: str | None
    """None while packages are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """The receipt of one package."""

    delivery: int
    name: str
    """Of its file or folder in the delivery folder."""
    kind: str
    key: str
    """Identity of what it holds: a dossier's place, or a document's id."""
    previous: str | None
    """Name of the package that it supplements or replaces."""
    document_count: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What the archive said of a package at one time."""

    status: str
    """One of ARCHIVE_STATUSES."""
    detail: str
    """Number of its receipt, why it was sent back …"""
    person: str
    """Who noted it here."""
    at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Rows of deliveries; safe to use from several threads and processes."""

    engine: sa.Engine

    def begin(self, batch: str, *, status: str, form: str, folder: str) -> DeliveryRow:
        """Return the delivery of this batch into this folder, entering it when it is new.

        A repetition into the same folder is the same delivery, so that a cut-short one goes on.
        """
        with transaction(self.engine) as connection:
            where = (DELIVERIES.c.batch == batch, DELIVERIES.c.folder == folder)
            found = connection.execute(sa.select(DELIVERIES).where(*where)).one_or_none()
            if found is None:
                last = connection.execute(
                    sa.select(sa.func.max(DELIVERIES.c.revision)).where(DELIVERIES.c.batch == batch)
                ).scalar()
                connection.execute(
                    DELIVERIES.insert().values(
                        batch=batch,
                        revision=(last or 0) + 1,
                        status=status,
                        form=form,
                        folder=folder,
                        created_at=stamp(now()),
                    )
                )
                found = connection.execute(sa.select(DELIVERIES).where(*where)).one()
            return DeliveryRow(**found._mapping)

    def of(self, batch: str) -> Sequence[DeliveryRow]:
        """Return the deliveries of a batch, first one first."""
        query = (
            sa.select(DELIVERIES).where(DELIVERIES.c.batch == batch).order_by(DELIVERIES.c.revision)
        )
        with snapshot(self.engine) as connection:
            return [DeliveryRow(**row._mapping) for row in connection.execute(query)]

    def package(self, delivery: int, name: str) -> PackageRow | None:
        """Return a package's receipt, None while there is none."""
        query = sa.select(DELIVERY_PACKAGES).where(
            DELIVERY_PACKAGES.c.delivery == delivery, DELIVERY_PACKAGES.c.name == name
        )
        with snapshot(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else PackageRow(**row._mapping)

    def names(self, delivery: int) -> Iterator[str]:
        """Yield the names of the packages that have a receipt, in order."""
        after = ""
        while True:
            query = (
                sa.select(DELIVERY_PACKAGES.c.name)
                .where(DELIVERY_PACKAGES.c.delivery == delivery, DELIVERY_PACKAGES.c.name > after)
                .order_by(DELIVERY_PACKAGES.c.name)
                .limit(_CHUNK_ROWS)
            )
            with snapshot(self.engine) as connection:
                names = list(connection.execute(query).scalars())
            yield from names
            if len(names) < _CHUNK_ROWS:
                return
            after = names[-1]

    def previous(self, row: DeliveryRow, *, key: str) -> str | None:
        """Return the name of the newest package of the same content in an earlier delivery."""
        query = (
            sa.select(DELIVERY_PACKAGES.c.name)
            .join(DELIVERIES, DELIVERIES.c.id == DELIVERY_PACKAGES.c.delivery)
            .where(
                DELIVERIES.c.batch == row.batch,
                DELIVERIES.c.form == row.form,
                DELIVERIES.c.revision < row.revision,
                DELIVERY_PACKAGES.c.key == key,
            )
            .order_by(DELIVERIES.c.revision.desc())
            .limit(1)
        )
        with snapshot(self.engine) as connection:
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def delivered(
        self, document_ids: Iterable[str], *, batch: str, form: str, before: int | None
    ) -> frozenset[str]:
        """Return those of these documents that a delivery of this form holds.

        Args:
            document_ids: any number.
            batch: its name.
            form: `sip` or `plain`.
            before: only deliveries before this revision count; all when None.
        """
        where = [DELIVERIES.c.batch == batch, DELIVERIES.c.form == form]
        if before is not None:
            where.append(DELIVERIES.c.revision < before)
        ids = iter(document_ids)
        found: set[str] = set()
        while chunk := list(islice(ids, _CHUNK_ROWS)):
            query = (
                sa.select(DELIVERED_DOCUMENTS.c.document_id)
                .join(DELIVERIES, DELIVERIES.c.id == DELIVERED_DOCUMENTS.c.delivery)
                .where(*where, DELIVERED_DOCUMENTS.c.document_id.in_(chunk))
            )
            with snapshot(self.engine) as connection:
                found.update(connection.execute(query).scalars())
        return frozenset(found)

    def packed(
        self,
        delivery: int,
        *,
        name: str,
        kind: str,
        key: str,
        previous: str | None,
        documents: Iterable[str],
    ) -> PackageRow:
        """Enter a package that lies durable in its place, with its documents."""
        ids = iter(documents)
        count = 0
        with transaction(self.engine) as connection:
            while chunk := list(islice(ids, _CHUNK_ROWS)):
                count += len(chunk)
                connection.execute(
                    DELIVERED_DOCUMENTS.insert(),
                    [{"delivery": delivery, "package": name, "document_id": one} for one in chunk],
                )
            row = PackageRow(
                delivery=delivery,
                name=name,
                kind=kind,
                key=key,
                previous=previous,
                document_count=count,
                at=stamp(now()),
            )
            connection.execute(
                DELIVERY_PACKAGES.insert().values(
                    **{column.name: getattr(row, column.name) for column in DELIVERY_PACKAGES.c}
                )
            )
        return row

    def answer(
        self,
        batch: str,
        *,
        package: str | None,
        revision: int | None,
        status: str,
        detail: str,
        person: str,
    ) -> int:
        """Add what the archive said; earlier answers stay. Return of how many packages.

        Args:
            batch: its name.
            package: one package, or None for every one of the delivery.
            revision: of the delivery; the newest when None.
            status: one of ARCHIVE_STATUSES.
            detail: as the archive says.
            person: who notes it.

        Raises:
            InputError: INPUT-PACKAGE, there is no such package.
        """
        found = self.of(batch)
        row = next((one for one in reversed(found) if revision in {None, one.revision}), None)
        where = [DELIVERY_PACKAGES.c.delivery == (None if row is None else row.id)]
        if package is not None:
            where.append(DELIVERY_PACKAGES.c.name == package)
        said = [sa.literal(one) for one in (status, detail, person, stamp(now()))]
        columns = (DELIVERY_PACKAGES.c.delivery, DELIVERY_PACKAGES.c.name)
        statement = DELIVERY_ANSWERS.insert().from_select(
            ["delivery", "package", "status", "detail", "person", "at"],
            sa.select(*columns, *said).where(*where),
        )
        with transaction(self.engine) as connection:
            count = connection.execute(statement).rowcount
        if not count:
            raise InputError("INPUT-PACKAGE", detail=f"{batch} {revision or ''} {package or ''}")
        return count

    def answers(self, delivery: int, package: str) -> Sequence[AnswerRow]:
        """Return what the archive said of a package, first answer first."""
        query = (
            sa.select(DELIVERY_ANSWERS)
            .where(DELIVERY_ANSWERS.c.delivery == delivery, DELIVERY_ANSWERS.c.package == package)
            .order_by(DELIVERY_ANSWERS.c.id)
        )
        with snapshot(self.engine) as connection:
            return [
                AnswerRow(status=row.status, detail=row.detail, person=row.person, at=row.at)
                for row in connection.execute(query)
            ]

    def answered(self, delivery: int) -> Mapping[str, int]:
        """Return the archive's last word → packages; the empty word: it has not answered."""
        last = (
            sa.select(sa.func.max(DELIVERY_ANSWERS.c.id).label("id"), DELIVERY_ANSWERS.c.package)
            .where(DELIVERY_ANSWERS.c.delivery == delivery)
            .group_by(DELIVERY_ANSWERS.c.package)
            .subquery()
        )
        word = sa.func.coalesce(DELIVERY_ANSWERS.c.status, "")
        query = (
            sa.select(word, sa.func.count())
            .select_from(DELIVERY_PACKAGES)
            .outerjoin(last, last.c.package == DELIVERY_PACKAGES.c.name)
            .outerjoin(DELIVERY_ANSWERS, DELIVERY_ANSWERS.c.id == last.c.id)
            .where(DELIVERY_PACKAGES.c.delivery == delivery)
            .group_by(word)
        )
        with snapshot(self.engine) as connection:
            return {str(status): int(count) for status, count in connection.execute(query)}

    def finish(self, delivery: int) -> DeliveryRow:
        """Note that every package and the manifest lie there; a repetition changes nothing."""
        with transaction(self.engine) as connection:
            connection.execute(
                DELIVERIES.update()
                .where(DELIVERIES.c.id == delivery, DELIVERIES.c.finished_at.is_(None))
                .values(finished_at=stamp(now()))
            )
            found = connection.execute(
                sa.select(DELIVERIES).where(DELIVERIES.c.id == delivery)
            ).one()
        return DeliveryRow(**found._mapping)
