"""One SIP, written from front to back: schemas, documents, descriptions, records, METS.

    <OBJID>/METS.xml
            metadata/descriptive/EAD.xml
            metadata/preservation/PREMIS.xml
            representations/rep1/METS.xml
            representations/rep1/data/<code>.<ordinal>.pdf
            representations/rep1/metadata/descriptive/EAD_doc_File<N>.xml
            representations/rep1/metadata/preservation/PREMIS_rep1.xml
            schemas/*.xsd
            documentation/profile.toml

Source: TT 05/2025/TT-BNV (packages SIP_hoso and SIP_tailieu), E-ARK CSIP 2.1 and SIP 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO

from pipeline.packaging.container import Container, Entry
from pipeline.packaging.describing import description, schema
from pipeline.packaging.mets import Group, MetsWriter, mets
from pipeline.packaging.premis import files_premis, package_premis
from pipeline.packaging.records import TAILIEU, Consignment, Content, PackedDocument
from pipeline.packaging.spool import Packed, Spool
from pipeline.structure.records import document_names

_XML = "application/xml"
_REP = "rep1"
_REP_FOLDER = f"representations/{_REP}/"
_FIRST_ID = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the package's own METS names."""

    description: Entry
    preservation: Entry
    representation: Entry
    schemas: tuple[Entry, ...]
    documentation: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SipWriter:
    """Writes packages of one delivery."""

    consignment: Consignment
    rules_dir: Path
    """`config/archive`: the profile and `schemas/`."""

    def write(self, file: BinaryIO, content: Content, *, previous: str | None = None) -> None:
        """Write a package.

        Args:
            file: empty, seekable.
            content: what is packed.
            previous: name of the package that this one supplements or replaces.

        Raises:
            OperatorError: PACKAGE-SOURCE, a document's file is gone or damaged.
            TransientError: IO-BUSY.
        """
        object_id = self.consignment.object_id(content)
        box = Container(file, root=object_id, consignment=self.consignment)
        with box, Spool() as spool:
            pages = 0
            for document in content.documents():
                spool.append(self._document(box, content, document, spool.count + 1))
                pages += document.page_count
            parts = self._parts(box, content, spool, object_id, pages)

            def root(stream: IO[bytes]) -> None:
                self._root_mets(stream, object_id, content, parts, previous)

            box.add_written("METS.xml", root, media_type=_XML)

    def _document(
        self, box: Container, content: Content, document: PackedDocument, at: int
    ) -> Packed:
        profile = self.consignment.profile
        code, name = document_names(profile, content.code, document.values)
        inherited = {key: content.values[key] for key in ("retention",) if key in content.values}
        values = {
            **inherited,
            **document.values,
            "document_code": code,
            "file_code": content.code,
            "page_total": document.values.get("page_total") or str(document.page_count),
        }
        file = box.add_file(
            f"{_REP_FOLDER}data/{name}",
            document.path,
            digest=document.digest,
            media_type=document.media_type,
        )
        described = box.add_bytes(
            f"{_REP_FOLDER}metadata/descriptive/EAD_doc_File{at}.xml",
            description(profile, "document", values),
            media_type=_XML,
        )
        return Packed(
            document_id=document.document_id,
            file=_inside(file),
            description=_inside(described),
            events=document.events,
        )

    def _parts(
        self, box: Container, content: Content, spool: Spool, object_id: str, pages: int
    ) -> _Parts:
        consignment, profile = self.consignment, self.consignment.profile
        record = box.add_written(
            f"{_REP_FOLDER}metadata/preservation/PREMIS_{_REP}.xml",
            files_premis(_REP, spool, consignment),
            media_type=_XML,
        )
        representation = box.add_written(
            f"{_REP_FOLDER}METS.xml",
            lambda stream: self._rep_mets(stream, spool, _inside(record)),
            media_type=_XML,
        )
        counted = {"document_total": str(spool.count), "page_total": str(pages)}
        values = {**counted, **_known(content.values), "file_code": content.code}
        return _Parts(
            description=box.add_bytes(
                "metadata/descriptive/EAD.xml",
                description(profile, "dossier", values),
                media_type=_XML,
            ),
            preservation=box.add_written(
                "metadata/preservation/PREMIS.xml",
                package_premis(object_id, values.get("title", ""), consignment),
                media_type=_XML,
            ),
            representation=representation,
            schemas=tuple(self._schemas(box)),
            documentation=(
                box.add_bytes(
                    "documentation/profile.toml",
                    (self.rules_dir / f"{profile.name}.toml").read_bytes(),
                    media_type="application/toml",
                ),
            ),
        )

    def _schemas(self, box: Container) -> Iterator[Entry]:
        profile = self.consignment.profile
        made = {
            "EAD.xsd": schema(profile, "dossier"),
            "EAD_doc.xsd": schema(profile, "document"),
            **{
                path.name: path.read_bytes()
                for path in sorted((self.rules_dir / "schemas").glob("*.xsd"))
            },
        }
        for name, data in made.items():
            yield box.add_bytes(f"schemas/{name}", data, media_type=_XML)

    def _rep_mets(self, stream: IO[bytes], spool: Spool, record: Entry) -> None:
        with mets(stream, object_id=_REP, prefix=_REP, consignment=self.consignment) as out:
            out.header(previous=None)
            for at, one in enumerate(spool, start=1):
                out.description(str(at), one.description)
            out.preservation(record)
            files = (one.file for one in spool)
            out.files((Group(use="Data", key="data", files=files, described=True),))
            with out.map(_REP):
                with out.division("metadata", "Metadata", ADMID=out.id("amd")):
                    pass
                with out.division("data", "Data"):
                    out.pointer("group-data")
                with out.division("links", "MetadataLink"):
                    for at in range(1, spool.count + 1):
                        links = {"DMDID": out.id(f"dmd-{at}"), "ADMID": out.id("amd")}
                        with out.division(f"file-{at}", f"File{at}", **links):
                            out.pointer(f"data-{at}")

    def _root_mets(
        self,
        stream: IO[bytes],
        object_id: str,
        content: Content,
        parts: _Parts,
        previous: str | None,
    ) -> None:
        with mets(stream, object_id=object_id, prefix="ip", consignment=self.consignment) as out:
            out.header(previous=previous)
            out.description(_FIRST_ID, parts.description)
            out.preservation(parts.preservation)
            out.files(
                (
                    Group(use="Schemas", key="schemas", files=parts.schemas),
                    Group(use="Documentation", key="documentation", files=parts.documentation),
                    Group(use=f"Representations/{_REP}", key=_REP, files=(parts.representation,)),
                )
            )
            label = content.code if content.kind != TAILIEU else content.values.get("title", "")
            with out.map(label or object_id):
                self._root_divisions(out, parts)

    def _root_divisions(self, out: MetsWriter, parts: _Parts) -> None:
        links = {"DMDID": out.id(f"dmd-{_FIRST_ID}"), "ADMID": out.id("amd")}
        with out.division("metadata", "Metadata", **links):
            pass
        for key, label in (("schemas", "Schemas"), ("documentation", "Documentation")):
            with out.division(key, label):
                out.pointer(f"group-{key}")
        with out.division("representations", "Representations"):
            out.pointer(f"group-{_REP}")
            with out.division(_REP, f"Representations/{_REP}"):
                out.mets_pointer(parts.representation.path, group=_REP)


def _inside(entry: Entry) -> Entry:
    """Return an entry as the representation's own METS names it."""
    return replace(entry, path=entry.path.removeprefix(_REP_FOLDER))


def _known(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
