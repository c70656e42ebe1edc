"""METS of a package and of its representation (METS 1.12, E-ARK CSIP and SIP 2.1).

Written from front to back: what each document needs stands in sections that are iterated one after
the other, so that 10,000 documents cost no memory. Rule numbers are those of the CSIP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from pipeline.packaging.container import Entry
from pipeline.packaging.records import VIETNAM, Consignment
from pipeline.structure.profile import PackageRules

_M = "http://www.loc.gov/METS/"
_X = "http://www.w3.org/1999/xlink"
_C = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
NAMES = {None: _M, "xlink": _X, "csip": _C}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of files in the file section."""

    use: str
    files: Iterable[Entry]
    key: str
    """Start of the ids of its files, unique within the document."""
    described: bool = False
    """Whether its files and descriptions go in pairs (`dmd-KEY-N`)."""


class MetsWriter:
    """One METS document being written."""

    def __init__(
        self, out: Any, *, prefix: str, consignment: Consignment, rules: PackageRules
    ) -> None:
        self._out = out
        self._prefix = prefix
        self._consignment = consignment
        self._rules = rules
        self._created = consignment.created_at.astimezone(VIETNAM).isoformat(timespec="seconds")

    def header(self, *, previous: str | None) -> None:
        """Write who made it, when, and what it is (CSIP 7–16, 117)."""
        consignment = self._consignment
        attributes = {
            "CREATEDATE": self._created,
            "LASTMODDATE": self._created,
            "RECORDSTATUS": self._rules.record_status[consignment.status],
            _csip("OAISPACKAGETYPE"): "SIP",
        }
        made = etree.Element(_mets("metsHdr"), attributes, nsmap=NAMES)
        name, _, version = consignment.software.partition(" ")
        _agent(
            made,
            {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"},
            name,
            "SOFTWARE VERSION",
            version,
        )
        organization = {"TYPE": "ORGANIZATION"}
        _agent(
            made,
            {"ROLE": "OTHER", "OTHERROLE": "SUBMITTER", **organization},
            consignment.agency_name,
            "IDENTIFICATIONCODE",
            consignment.agency_code,
        )
        _agent(
            made,
            {"ROLE": "ARCHIVIST", **organization},
            consignment.agency_name,
            "IDENTIFICATIONCODE",
            consignment.fonds,
        )
        if previous:
            _sub(made, "altRecordID", {"TYPE": "PREVIOUSREFERENCECODE"}).text = previous
        self._out.write(made)

    def description(self, key: str, entry: Entry) -> None:
        """Write a reference to a description (CSIP 17–30)."""
        section = etree.Element(
            _mets("dmdSec"),
            {"ID": self.id(f"dmd-{key}"), "CREATED": self._created, "STATUS": "CURRENT"},
            nsmap=NAMES,
        )
        self._reference(section, entry, {"MDTYPE": "OTHER", "OTHERMDTYPE": "EAD"})
        self._out.write(section)

    def preservation(self, entry: Entry) -> None:
        """Write the reference to the preservation record (CSIP 31–44)."""
        section = etree.Element(_mets("amdSec"), nsmap=NAMES)
        inner = _sub(section, "digiprovMD", {"ID": self.id("amd"), "STATUS": "CURRENT"})
        self._reference(inner, entry, {"MDTYPE": "PREMIS"})
        self._out.write(section)

    def files(self, groups: Sequence[Group]) -> None:
        """Write the file section (CSIP 58–79); groups are iterated once."""
        with self._out.element(_mets("fileSec"), {"ID": self.id("files")}):
            for group in groups:
                attributes = {
                    "USE": group.use,
                    "ID": self.id(f"group-{group.key}"),
                    _csip("CONTENTINFORMATIONTYPE"): "OTHER",
                    _csip("OTHERCONTENTINFORMATIONTYPE"): self._consignment.profile.title,
                }
                with self._out.element(_mets("fileGrp"), attributes):
                    for at, entry in enumerate(group.files, start=1):
                        self._file(group, at, entry)

    def id(self, key: str) -> str:
        """Return an id that is unique within the package."""
        return f"{self._prefix}-{key}"

    def _file(self, group: Group, at: int, entry: Entry) -> None:
        attributes = {"ID": self.id(f"{group.key}-{at}"), **self._facts(entry)}
        if group.described:
            attributes |= {"DMDID": self.id(f"dmd-{at}"), "ADMID": self.id("amd")}
        made = etree.Element(_mets("file"), attributes, nsmap=NAMES)
        _sub(made, "FLocat", _link(entry.path))
        self._out.write(made)

    def _reference(self, parent: etree._Element, entry: Entry, kind: dict[str, str]) -> None:
        _sub(parent, "mdRef", {**_link(entry.path), **kind, **self._facts(entry)})

    def _facts(self, entry: Entry) -> dict[str, str]:
        return {
            "MIMETYPE": entry.media_type,
            "SIZE": str(entry.size_bytes),
            "CREATED": self._created,
            "CHECKSUM": entry.digest,
            "CHECKSUMTYPE": "SHA-256",
        }

    @contextmanager
    def map(self, label: str) -> Iterator[Any]:
        """Open the structural map with its one division (CSIP 80–85)."""
        attributes = {"ID": self.id("map"), "TYPE": "PHYSICAL", "LABEL": "CSIP"}
        with (
            self._out.element(_mets("structMap"), attributes),
            self._out.element(_mets("div"), {"ID": self.id("div"), "LABEL": label}),
        ):
            yield self._out

    @contextmanager
    def division(self, key: str, label: str, **attributes: str) -> Iterator[None]:
        """Open a division of the map."""
        with self._out.element(
            _mets("div"), {"ID": self.id(f"div-{key}"), "LABEL": label, **attributes}
        ):
            yield

    def pointer(self, key: str) -> None:
        """Point to a file or a group of files."""
        self._out.write(etree.Element(_mets("fptr"), {"FILEID": self.id(key)}, nsmap=NAMES))

    def mets_pointer(self, path: str, *, group: str) -> None:
        """Point to the METS of a representation (CSIP 108–112)."""
        attributes = {**_link(path), f"{{{_X}}}title": self.id(f"group-{group}")}
        self._out.write(etree.Element(_mets("mptr"), attributes, nsmap=NAMES))


@contextmanager
def mets(
    stream: IO[bytes], *, object_id: str, prefix: str, consignment: Consignment
) -> Iterator[MetsWriter]:
    """Open a METS document (CSIP 1–6).

    Args:
        stream: where it goes.
        object_id: name of the package's root folder, or of the representation's folder.
        prefix: start of every id.
        consignment: the delivery; its profile has a package format.
    """
    rules = consignment.profile.package
    if rules is None:
        raise ValueError("the profile has no package format")
    attributes = {
        "OBJID": object_id,
        "TYPE": rules.type,
        "PROFILE": rules.profile_url,
        _csip("CONTENTINFORMATIONTYPE"): rules.content_information,
    }
    with etree.xmlfile(stream, encoding="UTF-8") as out:
        out.write_declaration()
        with out.element(_mets("mets"), attributes, nsmap=NAMES):
            yield MetsWriter(out, prefix=prefix, consignment=consignment, rules=rules)


def _agent(parent: etree._Element, role: dict[str, str], name: str, kind: str, note: str) -> None:
    made = _sub(parent, "agent", role)
    _sub(made, "name", {}).text = name
    _sub(made, "note", {_csip("NOTETYPE"): kind}).text = note


def _sub(parent: etree._Element, name: str, attributes: dict[str, str]) -> etree._Element:
    return etree.SubElement(parent, _mets(name), attributes)


def _link(path: str) -> dict[str, str]:
    return {"LOCTYPE": "URL", f"{{{_X}}}type": "simple", f"{{{_X}}}href": path}


def _mets(name: str) -> str:
    return f"{{{_M}}}{name}"


def _csip(name: str) -> str:
    return f"{{{_C}}}{name}"
