"""From the papers of a batch to contents of packages: what a list knows, then what was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.house import House
from pipeline.assembly.onward import HouseParcels
from pipeline.ledger.batch_rows import BatchRow, ItemRow
from pipeline.ledger.batches import Batches
from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.delivered import SEALED_KINDS
from pipeline.model.errors import ContractError
from pipeline.packaging.records import HOSO, TAILIEU, Content, PackedDocument, PackedEvent
from pipeline.store import Store
from pipeline.structure.profile import Profile
from pipeline.structure.records import (
    DocumentRecord,
    Naming,
    Place,
    file_code,
    numbered,
)
from pipeline.structure.values import checked

_FROM_FIELDS = {
    "type": "type",
    "number": "number",
    "code_notation": "notation",
    "issued_date": "issued_date",
    "issuer": "issuer",
    "subject": "subject",
}
"""Field of the archive → field as read, where the list says nothing."""
_WHOLE = frozenset({"number", "code_notation"})
_OTHER_KIND = "Khác"
_OF_COVER = ("notation", "title", "start_date", "end_date", "retention", "sheet_total")
"""What a cover may tell of its dossier, below sheets, lists and folders; fonds and box it does not
tell, for two sources of one place would part dossiers."""
_LEAST_OF_COVER = 0.8
"""Of 96 facts on generated covers all that were read with so much were right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """Makes the contents of one delivery; one dossier is held at a time, without its files."""

    batch: str
    batches: Batches
    history: History
    store: Store
    parcels: HouseParcels
    profile: Profile
    naming: Naming
    is_duplex: bool = False
    delivered: Callable[[Sequence[str]], frozenset[str]] = lambda _: frozenset()
    """Tells which of these documents are left out, because an earlier delivery holds them."""
    notations: frozenset[str] = frozenset()
    """Dossiers to be packed, by number and notation; all when empty."""

    def contents(self) -> Iterator[Content]:
        """Yield a content for each dossier and each loose document, in a stable order."""
        for ordinal, key in enumerate(self.batches.places(self.batch), start=1):
            if not self.notations or Place.of_key(key).notation in self.notations:
                yield from self._dossier(key, ordinal)
        if not self.notations:
            for item in self.batches.items(self.batch):
                if item.is_done and not item.place and not self.delivered([_id(item)]):
                    yield self._loose(item)

    def _dossier(self, key: str, ordinal: int) -> Iterator[Content]:
        place = Place.of_key(key)
        held = self.batches.papers(self.batch, key)
        covers = self.history.digests("cover", [_id(item) for item in held if item.is_done])
        papers = self._numbered([item for item in held if item.document_id not in covers])
        left_out = self.delivered([_id(item) for item, _ in papers if item.is_done])
        packed = [
            (item, values)
            for item, values in papers
            if item.is_done and item.document_id not in left_out
        ]
        if not packed:
            return
        values = {
            **self.profile.defaults.get("dossier", {}),
            "notation": place.notation,
            "title": place.notation,
            "document_total": str(len(packed)),
            "page_total": str(sum(item.page_count for item, _ in packed)),
            **self._of_cover(next(iter(covers.values()), None)),
            **packed[0][0].dossier,
        }
        yield Content(
            kind=HOSO,
            key=key,
            code=file_code(self.profile, self.naming, values, ordinal=ordinal),
            values=values,
            place=place,
            documents=lambda: self._documents(packed),
            document_ids=tuple(_id(item) for item, _ in packed),
        )

    def _of_cover(self, digest: str | None) -> dict[str, str]:
        """Return what the dossier's cover says for sure and in the form that the circular asks."""
        if digest is None:
            return {}
        told = json.loads(self.store.path(digest).read_bytes())
        specs = {spec.name: spec for spec in self.profile.fields["dossier"]}
        values = {
            name: checked(self.profile, specs[name], value)
            for name, (value, confidence) in told.items()
            if name in _OF_COVER and name in specs and confidence >= _LEAST_OF_COVER
        }
        return {name: value for name, value in values.items() if isinstance(value, str) and value}

    def _numbered(self, items: Sequence[ItemRow]) -> list[tuple[ItemRow, Mapping[str, str]]]:
        """Number all papers of a dossier, also unfinished ones: what comes later moves nothing."""
        records = (
            DocumentRecord(values=item.document, page_count=item.page_count) for item in items
        )
        made = numbered(records, is_duplex=self.is_duplex)
        return [(item, record.values) for item, record in zip(items, made, strict=True)]

    def _loose(self, item: ItemRow) -> Content:
        one = next(self._documents(self._numbered([item])))
        values = {
            **self.profile.defaults.get("dossier", {}),
            "title": one.values.get("subject", ""),
            "start_date": one.values.get("issued_date", ""),
        }
        return Content(
            kind=TAILIEU,
            key=_id(item),
            code=file_code(self.profile, self.naming, values, ordinal=0),
            values=values,
            place=Place(),
            documents=lambda: iter((one,)),
            document_ids=(_id(item),),
        )

    def _documents(
        self, packed: Sequence[tuple[ItemRow, Mapping[str, str]]]
    ) -> Iterator[PackedDocument]:
        for item, values in packed:
            yield self._document(item, values)

    def _document(self, item: ItemRow, known: Mapping[str, str]) -> PackedDocument:
        document_id = _id(item)
        job = self.history.job(document_id)
        if job is None:
            raise ContractError("BUG-STAGE", detail="a finished paper without a job")
        parcel = self.parcels(document_id)
        return PackedDocument(
            document_id=document_id,
            values=self._values(parcel.fields, known, item.page_count),
            path=parcel.pdf,
            digest=parcel.pdf_digest,
            size_bytes=parcel.pdf_bytes,
            events=_events(job, is_signed=bool(parcel.signature)),
            page_count=item.page_count,
        )

    def _values(
        self, fields: Mapping[str, str], known: Mapping[str, str], pages: int
    ) -> dict[str, str]:
        read = {name: fields.get(source, "") for name, source in _FROM_FIELDS.items()}
        values = {
            **self.profile.defaults.get("document", {}),
            "page_total": str(pages),
            **self._fitting(read),
            **{name: value for name, value in known.items() if value},
        }
        if "document_kind" in self.profile.lists and not values.get("kind"):
            term = self.profile.term("document_kind", values.get("type", ""))
            values["kind"] = _OTHER_KIND if term is None else term.label
        return values

    def _fitting(self, read: Mapping[str, str]) -> dict[str, str]:
        """Cut what was read to the circular's lengths: a machine's value breaks no schema.

        A part of a number or notation would be another one: what does not fit is left out.
        """
        limits = {one.name: one.max for one in self.profile.fields["document"]}
        cut = {name: value[: limits.get(name) or None] for name, value in read.items() if value}
        return {
            name: value for name, value in cut.items() if name not in _WHOLE or value == read[name]
        }


def _events(job: JobRow, *, is_signed: bool) -> tuple[PackedEvent, ...]:
    taken = PackedEvent(kind="capture", at=job.received_at)
    if not is_signed:
        return (taken,)
    return (taken, PackedEvent(kind="digital signature generation", at=job.updated_at))


def _id(item: ItemRow) -> str:
    if item.document_id is None:
        raise ContractError("BUG-STAGE", detail="a finished paper without a document")
    return item.document_id


def packing_of(
    house: House,
    row: BatchRow,
    profile: Profile,
    *,
    notations: frozenset[str] = frozenset(),
) -> Packing:
    """Return the packing of a batch; see `Packing` for the choices."""
    options = row.options
    return Packing(
        batch=row.name,
        batches=house.batches,
        history=house.history,
        store=house.store,
        parcels=HouseParcels(
            history=house.history,
            store=house.store,
            register=house.register,
            sealed=SEALED_KINDS,
        ),
        profile=profile,
        naming=Naming(
            agency=options.get("agency") or options.get("fonds", ""),
            creator=options.get("creator", ""),
            transfer=options.get("transfer", "01"),
        ),
        is_duplex="duplex" in options,
        notations=notations,
    )
