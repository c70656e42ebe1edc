"""The door of the house: who comes in, by password, session or token.

Sign-in is slowed by what the record holds: so many refusals of one name, or from one address, and
nobody comes in under it for a while, not even with the right password. Counted in the record, a
restart forgets nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from argon2 import PasswordHasher

from pipeline.access.accounts import Accounts
from pipeline.access.audit import Audit
from pipeline.access.records import Account, Deed
from pipeline.access.sessions import Sessions
from pipeline.access.tables import open_tables
from pipeline.access.tokens import Tokens
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError

REFUSALS_MAX = 8
"""Refused sign-ins of one name within `WINDOW`, after which the name must wait."""
REFUSALS_OF_ADDRESS_MAX = 40
"""The same for one address, which several people may share."""
WINDOW = dt.timedelta(minutes=15)
FILE = "access.sqlite"
"""Name of the file in the data folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Everything that says who may come in; thread-safe."""

    engine: sa.Engine
    accounts: Accounts
    sessions: Sessions
    tokens: Tokens
    audit: Audit
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    """One sign-in at a time: each takes 64 MiB, and many at once would pass the limit together."""

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        folder: Path,
        *,
        idle_minutes: int = 60,
        longest_hours: int = 12,
        hasher: PasswordHasher | None = None,
    ) -> Iterator[Door]:
        """Open the file of a data folder, making it where needed.

        Raises:
            OperatorError: SYS-PERMISSION or SYS-DISK-FULL.
            TransientError: IO-BUSY.
        """
        engine = open_tables(folder / FILE)
        try:
            yield cls(
                engine=engine,
                accounts=Accounts(engine, hasher or PasswordHasher()),
                sessions=Sessions(
                    engine=engine,
                    idle=dt.timedelta(minutes=idle_minutes),
                    longest=dt.timedelta(hours=longest_hours),
                ),
                tokens=Tokens(engine),
                audit=Audit(engine),
            )
        finally:
            engine.dispose()

    def sign_in(self, name: str, password: str, *, address: str) -> str:
        """Return the key of a new session; success and refusal are on record.

        Raises:
            InputError: INPUT-SIGNIN-WRONG, or INPUT-SIGNIN-WAIT after too many refusals.
        """
        name = name.strip().casefold()
        with self._turn:
            account = self._account(name, password, address)
        key = self.sessions.begin(account)
        self._note(name, address, status=200)
        return key

    def _account(self, name: str, password: str, address: str) -> Account:
        if self._must_wait(name, address):
            self._note(name, address, status=429)
            raise InputError("INPUT-SIGNIN-WAIT")
        account = self.accounts.check(name, password)
        if account is None:
            self._note(name, address, status=401)
            raise InputError("INPUT-SIGNIN-WRONG")
        return account

    def _must_wait(self, name: str, address: str) -> bool:
        since = now() - WINDOW
        refused = self.audit.refused_since
        if refused(since, address=address) >= REFUSALS_OF_ADDRESS_MAX:
            return True
        return bool(name) and refused(since, account=name) >= REFUSALS_MAX

    def _note(self, name: str, address: str, *, status: int) -> None:
        # A password typed into the box of the name must not stand in the record.
        known = any(account.name == name for account in self.accounts.all())
        self.audit.write(
            Deed(account=name if known else "", action="sign-in", address=address, status=status)
        )
