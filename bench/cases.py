"""Documents with known fields: the generator's sets and the real letters kept elsewhere.

Real letters are read where they lie (`../shared/samples`) and never copied; a machine without them
skips that part with a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path("../shared/samples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document and what a perfect reader would say of it."""

    path: Path
    fields: dict[str, str]
    is_number_by_hand: bool
    is_day_by_hand: bool
    secrecy: str
    label: str
    """What may be printed of it: a name without personal data."""
    truth: dict[str, Any]
    """The generator's whole record; empty for real letters."""


def generator_cases(folder: Path, truths: list[dict[str, Any]]) -> list[Case]:
    """The cases of a generated set."""
    return [
        Case(
            path=folder / truth["file"],
            fields=truth["fields"],
            is_number_by_hand=truth["number_handwritten"],
            is_day_by_hand=truth["day_handwritten"],
            secrecy=truth["fields"]["secrecy"],
            label=Path(truth["file"]).name,
            truth=truth,
        )
        for truth in truths
    ]


def letter_cases(shared: Path) -> list[Case]:
    """The real letters; empty where the folder is absent."""
    listing = shared / "letters" / "truth.jsonl"
    if not listing.exists():
        return []
    rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines() if line]
    return [_letter(shared / "letters", index, row) for index, row in enumerate(rows, 1)]


def _letter(folder: Path, index: int, row: dict[str, Any]) -> Case:
    number, _, notation = row["number_symbol"].partition("/")
    return Case(
        path=folder / row["file"],
        fields={
            "number": number,
            "notation": notation,
            "code": row["number_symbol"],
            "issued_date": row["date"],
            "place": row["place"],
            "issuer_parent": row["issuer_parent"],
            "issuer": row["issuer"],
            "type": row["doc_type"],
            "subject": row["subject"],
            "signer_name": row["signer_name"],
            "signer_title": row["signer_title"],
            "urgency": row["urgency"],
        },
        is_number_by_hand=bool(row["number_handwritten"]),
        is_day_by_hand=bool(row["day_handwritten"]),
        secrecy=row["secrecy"],
        label=f"letter {index}",
        truth={},
    )
