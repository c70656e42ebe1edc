"""Sessions of browsers: kept here, known to the browser by a random key alone.

A session ends when it has been idle, when it is old, when the password changes or the account is
shut. The key is 256 random bits; here lies its SHA-256, so that a copy of the file opens nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.access.accounts import roles_of, units_of
from pipeline.access.records import Account, Person
from pipeline.access.tables import ACCOUNTS, SESSIONS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.writes import now

_SEEN_EVERY = dt.timedelta(seconds=60)
"""How often a session's last use is written: not with every picture of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sessions of one house; thread-safe."""

    engine: sa.Engine
    idle: dt.timedelta = dt.timedelta(minutes=60)
    """Unused for so long, it ends."""
    longest: dt.timedelta = dt.timedelta(hours=12)
    """It ends then, however busy."""

    def begin(self, account: Account) -> str:
        """Begin a session; return the key for the browser, which is kept nowhere else."""
        key = secrets.token_urlsafe(32)
        at = now()
        over = sa.or_(
            SESSIONS.c.seen_at < stamp(at - self.idle),
            SESSIONS.c.created_at < stamp(at - self.longest),
        )
        values = {"account": account.name, "created_at": stamp(at), "seen_at": stamp(at)}
        with transaction(self.engine) as connection:
            connection.execute(SESSIONS.delete().where(over))
            connection.execute(SESSIONS.insert().values(digest=digest(key), **values))
        return key

    def person(self, key: str, *, is_used: bool = True) -> Person | None:
        """Return whose session a key opens; None when it is none, over, or the account is shut.

        Args:
            key: what the browser has.
            is_used: whether a person asks; a page that asks by itself keeps no session alive.
        """
        query = (
            sa.select(SESSIONS, ACCOUNTS.c.full_name, ACCOUNTS.c.roles, ACCOUNTS.c.units)
            .join(ACCOUNTS, ACCOUNTS.c.name == SESSIONS.c.account)
            .where(SESSIONS.c.digest == digest(key), ACCOUNTS.c.disabled_at.is_(None))
        )
        with snapshot(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        at, seen_at = now(), moment(row.seen_at)
        if at - seen_at > self.idle or at - moment(row.created_at) > self.longest:
            self.end(key)
            return None
        if is_used and at - seen_at > _SEEN_EVERY:
            seen = SESSIONS.update().where(SESSIONS.c.digest == digest(key))
            with transaction(self.engine) as connection:
                connection.execute(seen.values(seen_at=stamp(at)))
        return Person(
            name=row.account,
            full_name=row.full_name,
            roles=roles_of(row.roles),
            units=units_of(row.units),
        )

    def end(self, key: str) -> None:
        """End a session; safe to repeat."""
        with transaction(self.engine) as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.digest == digest(key)))


def digest(key: str) -> str:
    """Return what is kept of a random key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
