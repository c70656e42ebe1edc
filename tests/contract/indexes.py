"""Places of search indexes, so that each engine can be opened again, here or in another process."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.servers.elasticsearch import ElasticServer
from stages.index.elastic import ElasticIndex
from stages.index.embedded import EmbeddedIndex
from stages.index.options import Options

REFRESH_S = 0.01
_NAMES = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an index lies."""

    engine: str
    folder: Path | None = None
    url: str = ""
    name: str = ""

    def options(self) -> Options:
        """Return what Elasticsearch's adapter is told."""
        return Options(
            engine="elasticsearch",
            url=self.url,
            alias=self.name,
            refresh_s=REFRESH_S,
            timeout_s=30.0,
        )

    @contextlib.contextmanager
    def open(self) -> Iterator[EmbeddedIndex | ElasticIndex]:
        """Open the index for the length of the block."""
        made: EmbeddedIndex | ElasticIndex
        if self.folder is not None:
            made = EmbeddedIndex(self.folder / "index.sqlite")
        else:
            made = ElasticIndex(self.options())
        try:
            yield made
        finally:
            made.close()


@contextlib.contextmanager
def elastic_place(server: ElasticServer) -> Iterator[Place]:
    """Give a name that no index has yet; what was made under it goes with the block."""
    name = f"t{next(_NAMES)}"
    place = Place(engine="elasticsearch", url=server.url, name=name)
    yield place
    index = ElasticIndex(place.options())
    index.client.indices.delete(index=f"{name}-*")
    index.close()


__all__ = ["ElasticServer", "Place", "elastic_place"]
