"""Compares extracted fields with the truth: exact after Unicode and space folding.

A label is no part of a value: a leading `V/v` of the subject and the strokes that join title lines
are folded away. Names of bodies, types and marks compare without case and with tones in the modern
place (`Uỷ` = `Ủy`), because a field may hold the normal form of what is printed.
"""

from __future__ import annotations

import re
import unicodedata

from bench.scoring import plain

FIELDS = (
    "number", "notation", "code", "issued_date", "place", "issuer", "issuer_parent", "type",
    "subject", "signer_name", "signer_title", "urgency", "addressee", "recipients",
)  # fmt: skip
DECIDING = (
    "number", "notation", "issued_date", "issuer", "issuer_parent", "type", "subject",
    "signer_name", "signer_title", "urgency",
)  # fmt: skip
"""Fields that decide whether a document was accepted wrongly."""
_CASELESS = {"issuer", "issuer_parent", "type", "signer_title", "urgency", "place", "signer_name"}
_OPEN_ENDS = {
    unicodedata.normalize("NFC", f"{head}{last}{tone}"): unicodedata.normalize(
        "NFC", f"{head}{tone}{last}"
    )
    for small in ("oa", "oe", "uy")
    for head, last in map(tuple, (small, small.upper(), small.capitalize()))
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
_OLD_TONE = re.compile(rf"(?<![qQ])({'|'.join(_OPEN_ENDS)})(?!\w)")


def is_same(name: str, expected: str, got: str) -> bool:
    """Whether a field's value is right."""
    return fold_field(name, expected) == fold_field(name, got)


def fold_field(name: str, value: str) -> str:
    """The value in the form in which it is compared."""
    text = plain(value.replace("|", " ").replace("\n", " "))
    if name in {"code", "notation", "number"}:
        text = re.sub(r"\s*([/.\-])\s*", r"\1", text).replace(" ", "")
        # `259/2025/NĐ-CP`: the year of a law stands between number and notation.
        return re.sub(r"^\d{4}/", "", text) if name == "notation" else text
    if name == "subject":
        text = re.sub(r"^[Vv]/v:?\s*", "", text)
    if name in {"addressee", "recipients"}:
        text = re.sub(r"\s*[;.]?\s*(?:;|$)\s*-?\s*", ";", text).strip("; -.")
    if name in _CASELESS:
        return modern_tones(text).casefold()
    return text


def modern_tones(text: str) -> str:
    """Moves the tone of open `oa`, `oe`, `uy` to where it is written today (hoà → hòa, uỷ → ủy)."""
    return _OLD_TONE.sub(lambda match: _OPEN_ENDS[match.group(1)], text)
