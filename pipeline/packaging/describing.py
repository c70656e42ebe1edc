"""Descriptions: `simpledc` of dossier (EAD.xml) and document (EAD_doc), and their schemas.

The elements and their order are the profile's; the schemas are made from the same list, so that
description and schema cannot part. Source: TT 05/2025/TT-BNV, as read by implementers.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from pipeline.structure.profile import Profile
from pipeline.structure.values import coded

_ROOT = "simpledc"
_XS = "http://www.w3.org/2001/XMLSchema"


def description(profile: Profile, level: str, values: Mapping[str, str]) -> bytes:
    """Return the description of a dossier or document: every element, empty where unknown."""
    root = etree.Element(_ROOT)
    for element, name in profile.elements[level]:
        spec = profile.spec(level, name) or profile.spec("dossier", name)
        made = etree.SubElement(root, element)
        made.text = coded(profile, spec, values.get(name, "")) or None
    return _bytes(root)


def schema(profile: Profile, level: str) -> bytes:
    """Return the XML schema of a level's description."""
    root = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    top = etree.SubElement(root, f"{{{_XS}}}element", name=_ROOT)
    inner = etree.SubElement(top, f"{{{_XS}}}complexType")
    sequence = etree.SubElement(inner, f"{{{_XS}}}sequence")
    for element, name in profile.elements[level]:
        spec = profile.spec(level, name) or profile.spec("dossier", name)
        one = etree.SubElement(sequence, f"{{{_XS}}}element", name=element)
        simple = etree.SubElement(one, f"{{{_XS}}}simpleType")
        limit = etree.SubElement(simple, f"{{{_XS}}}restriction", base="xs:string")
        if spec is not None and spec.list:
            for code in ("", *(term.code for term in profile.lists[spec.list])):
                etree.SubElement(limit, f"{{{_XS}}}enumeration", value=code)
        elif spec is not None and spec.max:
            etree.SubElement(limit, f"{{{_XS}}}maxLength", value=str(spec.max))
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
