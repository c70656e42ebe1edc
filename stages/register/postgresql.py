"""The register in a PostgreSQL database, shared by several machines.

The database is asked first when it is needed: a server that is down stops registering (PORT-DOWN,
tried again) and nothing else. The user needs the right to create tables and functions in its
schema on first use, afterwards SELECT and INSERT alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from stages.register.book_keeper import BookKeeper
from stages.register.database import Database, PostgresServer, postgresql_engine


class PostgresRegister(BookKeeper):
    """The port `Register` over a PostgreSQL server."""

    def __init__(
        self,
        server: PostgresServer,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Name the server; nothing is asked yet."""
        super().__init__(Database(postgresql_engine(server), name="postgresql"), clock=clock)
