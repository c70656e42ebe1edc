"""What a person says of doubtful fields: into the ledger, and kept as an example where that is on.

An example is a labelled reading for later evaluation (`python -m bench examples`): the snippet of
the page, what was read with its other readings, and what is right. It is personal data of the
agency's papers, so it is kept only where the keeper turned it on, and never leaves the machine.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.assembly.pictures import PagePictures
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.model.records import Field, FieldSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """Takes confirmed values; thread-safe."""

    ledger: Ledger
    history: History
    pictures: PagePictures
    examples_dir: Path | None
    """Folder of labelled examples; None keeps none."""

    def confirm(self, document_id: str, values: Mapping[str, str], *, person: str) -> None:
        """Make what a person typed the fields of a document, its code following its number."""
        before = self.history.fields(document_id)
        known = {name: item.value for name, item in before.items()}
        self.ledger.confirm(document_id, {**values, **_code_of(known, values)}, person=person)
        if self.examples_dir is not None:
            for name, value in values.items():
                item = before.get(name)
                if item is not None and item.source is not FieldSource.PERSON:
                    self._keep(self.examples_dir, document_id, item, value)

    def snippet(self, document_id: str, item: Field) -> bytes | None:
        """Return the PNG of a field's place on its page, None where it has none."""
        if item.page is None or item.box is None:
            return None
        artifacts = self.history.artifacts(document_id)
        return self.pictures.of_document(artifacts, item.page, item.box)

    def _keep(self, folder: Path, document_id: str, item: Field, value: str) -> None:
        now = dt.datetime.now(dt.UTC)
        folder = folder / f"{now:%Y-%m}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = f"{document_id[:12]}-{item.name}-{now:%Y%m%dT%H%M%S%f}"
        example = {
            "document_id": document_id,
            "field": item.name,
            "page": item.page,
            "source": item.source.value,
            "read": item.value,
            "confidence": item.confidence,
            "alternatives": list(item.alternatives),
            "value": value,
            "confirmed_at": now.isoformat(timespec="seconds"),
        }
        picture = self.snippet(document_id, item)
        if picture is not None:
            (folder / f"{stem}.png").write_bytes(picture)
        text = json.dumps(example, ensure_ascii=False, indent=1)
        (folder / f"{stem}.json").write_text(text, encoding="utf-8")


def _code_of(known: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return the code that follows from a corrected number or notation, parted as on the paper."""
    if "code" in values or not {"number", "notation"} & values.keys():
        return {}
    number = values.get("number", known.get("number", ""))
    notation = values.get("notation", known.get("notation", ""))
    # Party documents write `210-CV/TU` where the state writes `210/CV-TU`.
    has_dash = known.get("code", "").startswith(f"{known.get('number', '')}-")
    separator = "-" if has_dash and known.get("number") else "/"
    return {"code": separator.join(part for part in (number, notation) if part)}
