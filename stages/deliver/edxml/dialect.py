"""Dialects as data: config/rules/edxml.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.errors import OperatorError

VIETNAM = dt.timezone(dt.timedelta(hours=7), "+07")
"""Times of messages bear no zone; they are Vietnamese (QĐ 28/2018, Đ14.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a dialect fixes."""

    namespace: str
    date: str
    """Format of days, as `strftime` knows it."""
    timestamp: str
    lengths: Mapping[str, int]

    def day(self, iso: str) -> str:
        """Return an ISO date as the dialect writes it; nothing for nothing."""
        return f"{dt.date.fromisoformat(iso):{self.date}}" if iso else ""

    def moment(self, at: dt.datetime) -> str:
        """Return a time as the dialect writes it."""
        return f"{at.astimezone(VIETNAM):{self.timestamp}}"


def load_dialect(rules_dir: Path, name: str) -> Dialect:
    """Return a dialect by its name.

    Raises:
        OperatorError: SYS-CONFIG when there is no such dialect, or the table cannot be read.
    """
    path = rules_dir / "edxml.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        table = tables[name]
        return Dialect(
            namespace=table["namespace"],
            date=table["date"],
            timestamp=table["timestamp"],
            lengths=tables["lengths"] | table.get("lengths", {}),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OperatorError("SYS-CONFIG", detail=f"{path.name}: {name}: {error!r}") from error
