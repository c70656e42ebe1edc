"""Where the search index is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Where the search index is kept; after a change run `sohoa reindex`."""

    engine: Literal["embedded", "elasticsearch"] = "embedded"
    """A file in the data folder, or an Elasticsearch 8 that several machines may share."""
    url: str = "http://127.0.0.1:9200"
    """Elasticsearch: http:// or https:// address of the server; no user name in it."""
    alias: str = "sohoa"
    """Elasticsearch: name that is asked, and beginning of the names of indexes and template."""
    user: str = ""
    """Elasticsearch: who asks, with the password; empty for none."""
    ca_file: Path | None = None
    """Elasticsearch: certificates (PEM) that the server's must come from; the system's when not
    set."""
    timeout_s: float = field(default=30.0, metadata={"min": 0.1, "max": 600.0})
    """Elasticsearch: seconds to wait for an answer before the index counts as down."""
    shards: int = field(default=1, metadata={"min": 1, "max": 64})
    """Elasticsearch: shards of an index made anew; one holds some ten million documents."""
    replicas: int = field(default=0, metadata={"min": 0, "max": 8})
    """Elasticsearch: copies of each shard; 1 on a cluster of several nodes."""
    refresh_s: float = field(default=1.0, metadata={"min": 0.01, "max": 60.0})
    """Elasticsearch: seconds until a document that was entered is found."""

    def __post_init__(self) -> None:
        """Refuse an address or name that cannot be used.

        Raises:
            ValueError: the address or the name is not usable.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("url is an http:// or https:// address without a user name")
        if _NAME.fullmatch(self.alias) is None:
            raise ValueError("alias is a-z, 0-9, - and _, at most 61 letters")
