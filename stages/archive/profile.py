"""The kinds of PDF/A that can be made, and what each asks of the file.

2u (ISO 19005-2, level U) is the default: text can be taken out again letter by letter. 2b promises
the looks alone. 3b (ISO 19005-3) carries the received file and the document's fields as attached
files. 1b (ISO 19005-1) is for systems that know PDF 1.4 alone: no object streams, no transparency.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of PDF/A."""

    part: str
    """Part of ISO 19005."""
    conformance: str
    """`U` or `B`."""
    version: str
    """Version of PDF in the head."""
    has_object_streams: bool
    """Whether objects may be packed (PDF 1.5)."""
    attaches: bool
    """Whether received file and fields are attached."""


PROFILES = {
    "2u": Profile(
        part="2", conformance="U", version="1.7", has_object_streams=True, attaches=False
    ),
    "2b": Profile(
        part="2", conformance="B", version="1.7", has_object_streams=True, attaches=False
    ),
    "3b": Profile(part="3", conformance="B", version="1.7", has_object_streams=True, attaches=True),
    "1b": Profile(
        part="1", conformance="B", version="1.4", has_object_streams=False, attaches=False
    ),
}
"""By the name of the configuration."""
