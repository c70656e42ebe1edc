"""Names: which are no documents, in which order people count them, and how safe ones are made.

A dropped name may hold anything but NUL and "/": newlines, emoji, 255 bytes, bytes that are no
UTF-8 (Python shows them as lone surrogates). What sohoa writes beside it is read on Windows too,
so its own names follow the stricter rules of both worlds. Sources: POSIX NAME_MAX; Microsoft,
"Naming Files, Paths, and Namespaces".
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections.abc import Iterator

NAME_MAX_BYTES = 255
"""Longest file name on the file systems of Linux, bytes of UTF-8."""
PRIVATE_FOLDER = ".sohoa"
"""Folder of ours inside a drop folder."""

_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", "readme.md"})
_IGNORED_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_LITTER = re.compile(r"^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029]')
_LONE = re.compile("[\ud800-\udfff]")
_COUNTER_BYTES = len(" (999999)")
_LONGEST_SUFFIX_BYTES = 16


def is_ignored(name: str) -> bool:
    """Return whether a name in a drop folder is no document by rule.

    Hidden names, lock files of office programs, files that another program is still writing under
    a name for the time being, litter of Windows, and the folder's own README.md.
    """
    lower = name.lower()
    return (
        name.startswith((".", "~$")) or lower in _IGNORED_NAMES or lower.endswith(_IGNORED_SUFFIXES)
    )


def is_unfinished(name: str) -> bool:
    """Return whether another program still writes this file under a name for the time being."""
    return name.startswith("~$") or name.lower().endswith(_IGNORED_SUFFIXES)


def is_litter(name: str) -> bool:
    """Return whether an operating system made this file by itself (`sohoa run` passes it over)."""
    return _LITTER.match(name) is not None


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], bytes]:
    """Return a sort key that counts as people do: `page 2` before `page 10`."""
    parts = re.split(r"([0-9]+)", name)
    key = tuple(
        (0, int(part), "") if part[:1].isascii() and part[:1].isdigit() else (1, 0, part.casefold())
        for part in parts
        if part
    )
    return key, name.encode("utf-8", "surrogatepass")


def safe_name(name: str, *, suffix: str = "") -> str:
    """Derive a name that any system can hold, for a file that is about `name`.

    Args:
        name: the dropped name.
        suffix: put behind it whole, e.g. `.LOI.txt`.

    Returns:
        NFC, printable, at most 255 bytes of UTF-8 with room left for ` (2)`; the original's own
        suffix survives shortening.
    """
    shown = unicodedata.normalize("NFC", _LONE.sub(_percent, name))
    shown = _UNSAFE.sub("_", shown).strip().rstrip(". ")
    if not shown or shown.startswith("."):
        shown = "_" + shown
    if _DEVICES.match(shown):
        shown = "_" + shown
    room = NAME_MAX_BYTES - _COUNTER_BYTES - len(suffix.encode())
    return _shortened(shown, room) + suffix


def numbered(name: str, *, suffix: str = "") -> Iterator[str]:
    """Yield the name, then `name (2)`, `name (3)` … with the counter before the suffix.

    Args:
        name: any name, ending in `suffix`; its stem is cut where the counter needs the room.
        suffix: what stays behind the counter; the part from the last dot when empty.
    """
    suffix = suffix or _suffix(name)
    stem = name[: len(name) - len(suffix)] if suffix else name
    yield name
    for count in itertools.count(2):
        tail = f" ({count}){suffix}"
        room = NAME_MAX_BYTES - len(os.fsencode(tail))
        yield os.fsdecode(os.fsencode(stem)[:room]) + tail


def _percent(match: re.Match[str]) -> str:
    # Python keeps an undecodable byte XX as the lone surrogate U+DCXX (PEP 383).
    byte = ord(match[0]) - 0xDC00
    return f"%{byte:02X}" if 0x80 <= byte <= 0xFF else "_"


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    is_one = bool(stem) and len(suffix.encode()) < _LONGEST_SUFFIX_BYTES
    return dot + suffix if is_one and " " not in suffix else ""


def _shortened(name: str, room: int) -> str:
    if len(name.encode()) <= room:
        return name
    suffix = _suffix(name)
    stem = name[: len(name) - len(suffix)].encode()[: room - len(suffix.encode())]
    return stem.decode("utf-8", "ignore").rstrip(". ") + suffix
