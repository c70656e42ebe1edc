"""Preservation records of a package (PREMIS 3.0): what it is, what was done, by what.

Written from front to back, one document at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from lxml import etree

from pipeline.packaging.records import VIETNAM, Consignment
from pipeline.packaging.spool import Packed

_P = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCAL = "local"


def package_premis(
    object_id: str, title: str, consignment: Consignment
) -> Callable[[IO[bytes]], None]:
    """Return the writer of the package's own record: its making, by which software."""

    def write(stream: IO[bytes]) -> None:
        with _premis(stream) as out:
            out.write(_object("intellectualEntity", {_LOCAL: object_id}, title))
            made = consignment.created_at
            out.write(
                _event(
                    f"{object_id}-1",
                    "information package creation",
                    made,
                    consignment.software,
                    object_id,
                )
            )
            out.write(_agent(consignment.software))

    return write


def files_premis(
    name: str, packed: Iterable[Packed], consignment: Consignment
) -> Callable[[IO[bytes]], None]:
    """Return the writer of a representation's record: each file, its digest, its events.

    Args:
        name: of the representation, `rep1`.
        packed: the documents, iterated twice (objects stand before events).
        consignment: names the software.
    """

    def write(stream: IO[bytes]) -> None:
        with _premis(stream) as out:
            out.write(_object("representation", {_LOCAL: name}))
            for one in packed:
                out.write(_file(one))
            for one in packed:
                for at, event in enumerate(one.events, start=1):
                    key = f"{one.file.path}-{at}"
                    out.write(
                        _event(key, event.kind, event.at, consignment.software, one.file.path)
                    )
            out.write(_agent(consignment.software))

    return write


@contextmanager
def _premis(stream: IO[bytes]) -> Iterator[Any]:
    with etree.xmlfile(stream, encoding="UTF-8") as out:
        out.write_declaration()
        with out.element(f"{{{_P}}}premis", {"version": "3.0"}, nsmap={None: _P, "xsi": _XSI}):
            yield out


def _sub(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_P}}}{name}")
    made.text = text
    return made


def _identified(parent: etree._Element, name: str, kind: str, value: str) -> None:
    inner = _sub(parent, name)
    _sub(inner, f"{name}Type", kind)
    _sub(inner, f"{name}Value", value)


def _object(kind: str, identifiers: dict[str, str], original: str = "") -> etree._Element:
    made = etree.Element(f"{{{_P}}}object", nsmap={None: _P, "xsi": _XSI})
    made.set(f"{{{_XSI}}}type", kind)
    for one, value in identifiers.items():
        _identified(made, "objectIdentifier", one, value)
    if original:
        _sub(made, "originalName", original)
    return made


def _file(one: Packed) -> etree._Element:
    made = _object("file", {_LOCAL: one.file.path, "sohoa": one.document_id})
    characteristics = _sub(made, "objectCharacteristics")
    fixity = _sub(characteristics, "fixity")
    _sub(fixity, "messageDigestAlgorithm", "SHA-256")
    _sub(fixity, "messageDigest", one.file.digest)
    _sub(characteristics, "size", str(one.file.size_bytes))
    _sub(
        _sub(_sub(characteristics, "format"), "formatDesignation"),
        "formatName",
        one.file.media_type,
    )
    _sub(made, "originalName", one.file.path.rpartition("/")[2])
    return made


def _event(key: str, kind: str, at: dt.datetime, agent: str, about: str) -> etree._Element:
    made = etree.Element(f"{{{_P}}}event", nsmap={None: _P})
    _identified(made, "eventIdentifier", _LOCAL, key)
    _sub(made, "eventType", kind)
    _sub(made, "eventDateTime", at.astimezone(VIETNAM).isoformat(timespec="seconds"))
    _identified(made, "linkingAgentIdentifier", _LOCAL, agent)
    _identified(made, "linkingObjectIdentifier", _LOCAL, about)
    return made


def _agent(software: str) -> etree._Element:
    made = etree.Element(f"{{{_P}}}agent", nsmap={None: _P})
    _identified(made, "agentIdentifier", _LOCAL, software)
    _sub(made, "agentName", software)
    _sub(made, "agentType", "software")
    return made
