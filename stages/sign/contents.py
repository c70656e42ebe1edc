"""The newest signature of a file that we have just written, found in its bytes.

pyHanko's reader takes the hexadecimal contents of a signature letter by letter: 25 ms for 12 KB. Of
our own output the place is known: the last `/Contents` and the last `/ByteRange`. Strangers' files
are read by `reading.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asn1crypto import cms

_CONTENTS = re.compile(rb"/Contents\s*<([0-9a-fA-F]+)>")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_TAIL_BYTES = 1 << 20
"""Room in which the newest signature is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature and where it stands."""

    signed: cms.SignedData
    first_end: int
    """End of the first signed part, where the hexadecimal string begins."""
    second_start: int
    length: int
    """Of the file up to the end of the second signed part."""
    gap: tuple[int, int]
    """Where the hexadecimal string really begins and ends, with its brackets."""


def newest(data: bytes) -> Signature:
    """Return the newest signature.

    Raises:
        ValueError: there is none, or it is no CMS.
    """
    start = max(0, len(data) - _TAIL_BYTES)
    contents = [*_CONTENTS.finditer(data, start)]
    ranges = [*_RANGE.finditer(data, start)]
    if not contents or not ranges:
        raise ValueError("no signature")
    found = contents[-1]
    zero, first_end, second_start, rest = (int(number) for number in ranges[-1].groups())
    if zero:
        raise ValueError("the signed part does not begin at the start")
    content = cms.ContentInfo.load(bytes.fromhex(found.group(1).decode()))
    return Signature(
        signed=content["content"],
        first_end=first_end,
        second_start=second_start,
        length=second_start + rest,
        gap=(found.start(1) - 1, found.end(1) + 1),
    )
