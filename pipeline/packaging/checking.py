"""Packages read again: every file named once in METS, with its size and digest, and nothing else.

Reads what anybody may have changed meanwhile, so XML is read without entities and network, and the
ZIP's directory is not trusted for sizes. Source: E-ARK CSIP 2.1, TT 05/2025/TT-BNV.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from pipeline.model.zips import UNREADABLE

_CHUNK_BYTES = 1 << 20
_REPRESENTATIONS = "representations/"
_M = "{http://www.loc.gov/METS/}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SCHEMAS = {
    "EAD.xml": "EAD.xsd",
    "EAD_doc_": "EAD_doc.xsd",
    "PREMIS": "PREMIS.xsd",
}
"""Start of a description's name → its schema, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong with a delivery."""

    code: str
    """Catalogue code with the prefix PACKAGE-."""
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    path: str
    size_bytes: int
    digest: str


def check_package(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a package; nothing for a whole one."""
    try:
        with zipfile.ZipFile(path) as box:
            yield from _Opened(box, path.stem).findings()
    except UNREADABLE as error:
        yield Finding(code="PACKAGE-DAMAGED", path=path.name, detail=str(error))
    except (etree.LxmlError, ValueError) as error:
        yield Finding(code="PACKAGE-METS", path=path.name, detail=str(error)[:300])


def documents_of(path: Path) -> frozenset[str]:
    """Return the sha-256 of each document of a package that `check_package` finds whole."""
    found: set[str] = set()
    with zipfile.ZipFile(path) as box:
        for name in box.namelist():
            if name.startswith(f"{path.stem}/{_REPRESENTATIONS}") and name.endswith("/METS.xml"):
                with box.open(name) as stream:
                    found |= {one.digest for one in _named(stream) if one.path.startswith("data/")}
    return frozenset(found)


class _Opened:
    """A package whose ZIP is open."""

    def __init__(self, box: zipfile.ZipFile, object_id: str) -> None:
        self._box = box
        self._root = f"{object_id}/"
        self._left = {one.filename for one in box.infolist() if not one.is_dir()}
        self._schemas: dict[str, etree.XMLSchema | None] = {}

    def findings(self) -> Iterator[Finding]:
        yield from self._mets("")
        for name in sorted(self._left):
            yield Finding(code="PACKAGE-FOREIGN", path=name)

    def _mets(self, folder: str) -> Iterator[Finding]:
        own = f"{self._root}{folder}METS.xml"
        if own not in self._left and not folder:
            yield Finding(code="PACKAGE-METS", path=own, detail="không có / missing")
            return
        self._left.discard(own)
        inner: list[str] = []
        with self._box.open(own) as stream:
            for named in _named(stream):
                yield from self._file(folder, named)
                if named.path.endswith("/METS.xml"):
                    inner.append(named.path.removesuffix("METS.xml"))
        for one in inner:
            if f"{self._root}{folder}{one}METS.xml" in self._box.NameToInfo:
                yield from self._mets(folder + one)

    def _file(self, folder: str, named: _Named) -> Iterator[Finding]:
        name = f"{self._root}{folder}{named.path}"
        if name not in self._left:
            yield Finding(code="PACKAGE-MISSING", path=name)
            return
        self._left.discard(name)
        with self._box.open(name) as stream:
            digest, size_bytes = hashed(stream)
        if (digest, size_bytes) != (named.digest, named.size_bytes):
            yield Finding(code="PACKAGE-CHANGED", path=name)
            return
        yield from self._description(name)

    def _description(self, name: str) -> Iterator[Finding]:
        base = name.rpartition("/")[2]
        if "/metadata/" not in name:
            return
        schema_name = next((xsd for start, xsd in _SCHEMAS.items() if base.startswith(start)), None)
        schema = None if schema_name is None else self._schema(schema_name)
        if schema is None:
            return
        with self._box.open(name) as stream:
            tree = etree.parse(stream, _parser())
        if not schema.validate(tree):
            detail = str(schema.error_log.last_error)[:300]
            yield Finding(code="PACKAGE-SCHEMA", path=name, detail=detail)

    def _schema(self, name: str) -> etree.XMLSchema | None:
        if name not in self._schemas:
            path = f"{self._root}schemas/{name}"
            made = None
            if path in self._box.NameToInfo:
                with self._box.open(path) as stream:
                    made = etree.XMLSchema(etree.parse(stream, _parser()))
            self._schemas[name] = made
        return self._schemas[name]


def _named(stream: IO[bytes]) -> Iterator[_Named]:
    """Yield the files that a METS names, one at a time."""
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=(f"{_M}file", f"{_M}mdRef"),
        resolve_entities=False,
        no_network=True,
    )
    for _, element in events:
        link = element if element.tag == f"{_M}mdRef" else element.find(f"{_M}FLocat")
        yield _Named(
            path="" if link is None else link.get(_HREF, ""),
            size_bytes=int(element.get("SIZE", "-1")),
            digest=element.get("CHECKSUM", ""),
        )
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def hashed(stream: IO[bytes]) -> tuple[str, int]:
    """Return sha-256 and number of the bytes up to the end."""
    hasher, size_bytes = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        hasher.update(chunk)
        size_bytes += len(chunk)
    return hasher.hexdigest(), size_bytes
