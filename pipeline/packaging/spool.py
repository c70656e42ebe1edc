"""What is known of the documents already packed, on disk: a package's size does not cost memory."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import TracebackType

from pipeline.packaging.container import Entry
from pipeline.packaging.records import PackedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One document that lies in the container."""

    document_id: str
    file: Entry
    description: Entry
    events: tuple[PackedEvent, ...]


class Spool:
    """Documents in order, appended once and then iterated as often as needed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        self.count = 0

    def append(self, one: Packed) -> None:
        """Add a document."""
        events = [[event.kind, event.at.isoformat()] for event in one.events]
        record = [one.document_id, asdict(one.file), asdict(one.description), events]
        self._file.write(json.dumps(record) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[Packed]:
        """Yield the documents from the first; one iteration at a time."""
        self._file.seek(0)
        for line in self._file:
            document_id, file, description, events = json.loads(line)
            yield Packed(
                document_id=document_id,
                file=Entry(**file),
                description=Entry(**description),
                events=tuple(
                    PackedEvent(kind=kind, at=dt.datetime.fromisoformat(at)) for kind, at in events
                ),
            )

    def __enter__(self) -> Spool:
        """Return the spool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what was spooled."""
        self._file.close()
