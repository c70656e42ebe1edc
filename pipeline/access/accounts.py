"""Accounts: made, listed, given another password, shut and opened again; never deleted.

Passwords are kept as argon2id (RFC 9106, second recommended option as argon2-cffi ships it). A
wrong name takes as long as a wrong password, so that names cannot be tried out by the clock.
"""

from __future__ import annotations

import functools
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.access.records import ACCOUNT_ROLES, Account, Role
from pipeline.access.tables import ACCOUNTS, SESSIONS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError

PASSWORD_CHARS_MIN = 10
PASSWORD_CHARS_MAX = 200
"""More would let a stranger make the hash slow."""
FIRST_KEEPER = "quantri"
"""Name of the account that the first start makes."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike in print: i l o 0 1."""
_GROUPS, _GROUP = 4, 4
_FULL_NAME_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one house; thread-safe."""

    engine: sa.Engine
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def add(
        self,
        name: str,
        *,
        full_name: str,
        roles: Iterable[Role],
        units: Iterable[str] | None,
        password: str,
    ) -> Account:
        """Make an account.

        Args:
            name: a–z, 0–9, `.`, `_`, `-`; 2 to 40 letters.
            full_name: as it is written beside what the person does; the name where empty.
            roles: at least one.
            units: whose documents the person sees; None for the whole agency.
            password: 10 to 200 characters.

        Raises:
            InputError: INPUT-ACCOUNT-NAME, INPUT-ACCOUNT-ROLES, INPUT-ACCOUNT-UNITS,
                INPUT-ACCOUNT-PASSWORD, INPUT-ACCOUNT-TAKEN.
        """
        values = self._values(name, full_name, roles, units, password)
        with transaction(self.engine) as connection:
            if _row(connection, name) is not None:
                raise InputError("INPUT-ACCOUNT-TAKEN", detail=name)
            connection.execute(ACCOUNTS.insert().values(**values))
            return _account(_row(connection, name))

    def make_first(self) -> str | None:
        """Make the first account where there is none; return its password, which is kept nowhere.

        It has every role: one machine, one person, until that person makes others.
        """
        password = generated_password()
        values = self._values(FIRST_KEEPER, "Quản trị", ACCOUNT_ROLES, None, password)
        with transaction(self.engine) as connection:
            if connection.execute(sa.select(ACCOUNTS.c.name).limit(1)).scalar() is not None:
                return None
            connection.execute(ACCOUNTS.insert().values(**values))
        return password

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        with snapshot(self.engine) as connection:
            found = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.name)).all()
        return tuple(_account(row) for row in found)

    def one(self, name: str) -> Account:
        """Return an account.

        Raises:
            InputError: INPUT-ACCOUNT-NONE.
        """
        with snapshot(self.engine) as connection:
            return _account(_existing(connection, name))

    def check(self, name: str, password: str) -> Account | None:
        """Return the account if the password is its own and it is open."""
        with snapshot(self.engine) as connection:
            row = _row(connection, name)
        known = _decoy(self.hasher) if row is None else row.password_hash
        try:
            self.hasher.verify(known, password[: PASSWORD_CHARS_MAX + 1])
        except (VerificationError, InvalidHashError):
            return None
        if row is None or row.disabled_at is not None:
            return None
        if self.hasher.check_needs_rehash(known):
            self._put(name, password_hash=self.hasher.hash(password))
        return _account(row)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password and end its sessions.

        Raises:
            InputError: INPUT-ACCOUNT-NONE, INPUT-ACCOUNT-PASSWORD.
        """
        _check_password(name, password)
        self._put(name, password_hash=self.hasher.hash(password))

    def set_rights(self, name: str, *, roles: Iterable[Role], units: Iterable[str] | None) -> None:
        """Change what an account may do and whose documents it sees; holds from the next request.

        Raises:
            InputError: INPUT-ACCOUNT-NONE, INPUT-ACCOUNT-ROLES, INPUT-ACCOUNT-UNITS,
                INPUT-ACCOUNT-LAST.
        """
        self._put(name, roles=roles_text(roles), units=_units_text(units))

    def disable(self, name: str) -> None:
        """Shut an account: its sessions end, its tokens are refused.

        Raises:
            InputError: INPUT-ACCOUNT-NONE, INPUT-ACCOUNT-LAST.
        """
        self._put(name, disabled_at=stamp(now()))

    def enable(self, name: str) -> None:
        """Open an account again.

        Raises:
            InputError: INPUT-ACCOUNT-NONE.
        """
        self._put(name, disabled_at=None)

    def _values(
        self,
        name: str,
        full_name: str,
        roles: Iterable[Role],
        units: Iterable[str] | None,
        password: str,
    ) -> dict[str, Any]:
        if _NAME.fullmatch(name) is None:
            raise InputError("INPUT-ACCOUNT-NAME", detail=name[:80])
        _check_password(name, password)
        return {
            "name": name,
            "full_name": " ".join(full_name.split())[:_FULL_NAME_CHARS_MAX] or name,
            "roles": roles_text(roles),
            "units": _units_text(units),
            "password_hash": self.hasher.hash(password),
            "created_at": stamp(now()),
        }

    def _put(self, name: str, **values: Any) -> None:
        with transaction(self.engine) as connection:
            _existing(connection, name)
            connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.name == name).values(**values))
            if "roles" in values or values.get("disabled_at"):
                _refuse_no_keeper(connection)
            if "password_hash" in values or values.get("disabled_at"):
                connection.execute(SESSIONS.delete().where(SESSIONS.c.account == name))


@functools.lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    """Return the hash of a password that nobody has: what unknown names are checked against."""
    return hasher.hash(secrets.token_urlsafe(32))


def generated_password() -> str:
    """Return a random password that people can type: 16 letters of 31, some 79 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def roles_of(text: str) -> frozenset[Role]:
    """Return the roles that a row holds."""
    return frozenset(Role(one) for one in text.split())


def units_of(text: str | None) -> frozenset[str] | None:
    """Return the units that a row holds."""
    return None if text is None else frozenset(json.loads(text))


def roles_text(roles: Iterable[Role]) -> str:
    """Return roles as a row holds them.

    Raises:
        InputError: INPUT-ACCOUNT-ROLES when there is none.
    """
    text = " ".join(sorted({role.value for role in roles}))
    if not text:
        raise InputError("INPUT-ACCOUNT-ROLES")
    return text


def _units_text(units: Iterable[str] | None) -> str | None:
    if units is None:
        return None
    named = sorted({" ".join(unit.split()) for unit in units} - {""})
    if not named:
        raise InputError("INPUT-ACCOUNT-UNITS")
    return json.dumps(named, ensure_ascii=False)


def _check_password(name: str, password: str) -> None:
    is_long = PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX
    if not is_long or len(set(password)) < PASSWORD_CHARS_MIN // 2 or name in password.casefold():
        raise InputError("INPUT-ACCOUNT-PASSWORD")


def _refuse_no_keeper(connection: sa.Connection) -> None:
    rows = connection.execute(sa.select(ACCOUNTS.c.roles).where(ACCOUNTS.c.disabled_at.is_(None)))
    if not any(Role.KEEPER in roles_of(roles) for roles in rows.scalars()):
        raise InputError("INPUT-ACCOUNT-LAST")


def _row(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    return connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()


def _existing(connection: sa.Connection, name: str) -> sa.Row[Any]:
    row = _row(connection, name)
    if row is None:
        raise InputError("INPUT-ACCOUNT-NONE", detail=name[:80])
    return row


def _account(row: Any) -> Account:
    return Account(
        name=row.name,
        full_name=row.full_name,
        roles=roles_of(row.roles),
        units=units_of(row.units),
        created_at=moment(row.created_at),
        disabled_at=None if row.disabled_at is None else moment(row.disabled_at),
    )
