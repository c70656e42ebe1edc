"""An Elasticsearch index made anew beside the live one; the alias moves in one step.

How far it is stands in the new index itself (`_meta`), so any machine can go on with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.errors import TransientError
from pipeline.model.search import IndexEntry
from stages.index.elastic_client import translated
from stages.index.elastic_mapping import refresh_interval, revision

if TYPE_CHECKING:
    from stages.index.elastic import ElasticIndex

_NEVER = "-1"
"""Nobody asks an index that is being made: it is not refreshed before the switch."""
_NUMBER = re.compile(r"-(\d{6,})\Z")


@dataclass(slots=True)
class ElasticRebuild:
    """The port `Rebuild` over the next index of the alias."""

    index: ElasticIndex
    name: str
    started_at: dt.datetime
    cursor: str = ""

    @classmethod
    def begin(cls, index: ElasticIndex, *, afresh: bool, now: dt.datetime) -> ElasticRebuild:
        """Go on with what was begun under this revision, else begin."""
        known = _indexes(index)
        begun = {name: meta for name, meta in known.items() if "building" in meta}
        for name, meta in begun.items():
            if not afresh and meta.get("revision") == revision():
                started_at = dt.datetime.fromisoformat(meta["building"])
                return cls(index, name, started_at, meta.get("cursor", ""))
        if begun:
            with translated():
                index.client.options(ignore_status=404).indices.delete(index=list(begun))
        numbers = [int(found[1]) for name in known if (found := _NUMBER.search(name))]
        name = f"{index.options.alias}-{max(numbers, default=0) + 1:06d}"
        index.make(
            name,
            meta={"building": now.astimezone(dt.UTC).isoformat()},
            aliases={},
            settings={"refresh_interval": _NEVER},
        )
        return cls(index, name, now)

    def put_many(self, entries: Iterable[IndexEntry], *, cursor: str) -> None:
        """Enter a batch, then note how far it is: a batch entered twice is the same batch."""
        chosen = list(entries)
        self._check()
        # The same places as now: pages of hits stay what they are over the switch.
        places = self.index.places(chosen, self.index.options.alias) if chosen else {}
        self.index.send(chosen, self.name, places=places)
        self.cursor = cursor
        self._note({"building": self.started_at.astimezone(dt.UTC).isoformat(), "cursor": cursor})

    def switch(self) -> None:
        """Let the new index be asked, and drop the one before."""
        self._check()
        alias = self.index.options.alias
        before, _ = self.index.live()
        actions: list[dict[str, dict[str, str]]] = [{"add": {"index": self.name, "alias": alias}}]
        if before:
            actions.append({"remove": {"index": before, "alias": alias}})
        client = self.index.client
        with translated():
            refresh_s = refresh_interval(self.index.options)
            client.indices.put_settings(index=self.name, settings={"refresh_interval": refresh_s})
            client.indices.refresh(index=self.name)
            self._note({})
            client.indices.update_aliases(actions=actions)
            if before:
                client.options(ignore_status=404).indices.delete(index=before)
        self.index.close()

    def _note(self, meta: dict[str, str]) -> None:
        with translated():
            self.index.client.indices.put_mapping(
                index=self.name, meta={"revision": revision(), **meta}
            )

    def _check(self) -> None:
        if "building" not in _indexes(self.index).get(self.name, {}):
            raise TransientError("IO-BUSY", detail="another reindex took over")


def _indexes(index: ElasticIndex) -> dict[str, dict[str, str]]:
    """Return every index of the alias's name with what it says of itself."""
    with translated():
        found = index.client.options(ignore_status=404).indices.get(
            index=f"{index.options.alias}-*", features="mappings"
        )
    if "error" in found:
        return {}
    return {name: dict(one["mappings"].get("_meta", {})) for name, one in found.items()}
