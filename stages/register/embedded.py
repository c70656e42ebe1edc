"""The register in one SQLite file of the data folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from stages.register.book_keeper import BookKeeper
from stages.register.database import Database, sqlite_engine


class EmbeddedRegister(BookKeeper):
    """The port `Register` over one SQLite file."""

    def __init__(
        self, path: Path, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        """Open or make the register; its folder must exist.

        Raises:
            OperatorError: SYS-PERMISSION, SYS-DISK-FULL.
            TransientError: IO-BUSY, PORT-DOWN.
        """
        database = Database(sqlite_engine(path), name="embedded")
        database.make_ready()
        super().__init__(database, clock=clock)
