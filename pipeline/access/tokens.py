"""Tokens for programs: shown once, kept as SHA-256, revocable, with some of their owner's roles."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.access.accounts import Accounts, roles_of, roles_text, units_of
from pipeline.access.records import Person, Role, Token
from pipeline.access.sessions import digest
from pipeline.access.tables import ACCOUNTS, TOKENS
from pipeline.ledger.database import snapshot, transaction
from pipeline.ledger.rows import moment, stamp
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError

_PREFIX = "sohoa_"
"""So that scanners for leaked secrets know one."""
_LABEL_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one house; thread-safe."""

    engine: sa.Engine

    def make(
        self, account: str, *, label: str, roles: Iterable[Role], days: int | None
    ) -> tuple[Token, str]:
        """Make a token.

        Args:
            account: its owner; what the owner loses, the token loses.
            label: what it is for.
            roles: some of the owner's; `monitor` when the owner is a keeper.
            days: how long it holds; None until it is revoked.

        Returns:
            The token, and its key, which is kept nowhere.

        Raises:
            InputError: INPUT-ACCOUNT-NONE, INPUT-ACCOUNT-ROLES, INPUT-TOKEN-LABEL.
        """
        wanted = frozenset(roles)
        owner = Accounts(self.engine).one(account)
        if not wanted <= reach(owner.roles):
            raise InputError("INPUT-ACCOUNT-ROLES", detail=roles_text(wanted - owner.roles))
        label = " ".join(label.split())
        if not 0 < len(label) <= _LABEL_CHARS_MAX or (days is not None and days < 1):
            raise InputError("INPUT-TOKEN-LABEL")
        at = now()
        id_ = secrets.token_hex(4)
        key = f"{_PREFIX}{id_}_{secrets.token_urlsafe(32)}"
        values = {
            "id": id_,
            "account": account,
            "label": label,
            "roles": roles_text(wanted),
            "digest": digest(key),
            "created_at": stamp(at),
            "expires_at": None if days is None else stamp(at + dt.timedelta(days=days)),
        }
        with transaction(self.engine) as connection:
            connection.execute(TOKENS.insert().values(**values))
        return self._one(id_), key

    def of(self, account: str = "") -> tuple[Token, ...]:
        """Return the tokens of an account, or all, newest first."""
        query = sa.select(TOKENS).order_by(TOKENS.c.created_at.desc())
        if account:
            query = query.where(TOKENS.c.account == account)
        with snapshot(self.engine) as connection:
            return tuple(_token(row) for row in connection.execute(query).all())

    def revoke(self, id_: str, *, account: str = "") -> None:
        """Refuse a token from now on; safe to repeat.

        Args:
            id_: the token.
            account: whose it must be; anybody's when empty.

        Raises:
            InputError: INPUT-TOKEN-NONE.
        """
        mine = [TOKENS.c.id == id_, *([TOKENS.c.account == account] if account else [])]
        with transaction(self.engine) as connection:
            if connection.execute(sa.select(TOKENS.c.id).where(*mine)).scalar() is None:
                raise InputError("INPUT-TOKEN-NONE")
            still = TOKENS.update().where(*mine, TOKENS.c.revoked_at.is_(None))
            connection.execute(still.values(revoked_at=stamp(now())))

    def person(self, key: str) -> Person | None:
        """Return for whom a key stands; None when it is none, over, revoked, or shut out."""
        at = stamp(now())
        query = (
            sa.select(
                TOKENS,
                ACCOUNTS.c.full_name,
                ACCOUNTS.c.units,
                ACCOUNTS.c.roles.label("owner_roles"),
            )
            .join(ACCOUNTS, ACCOUNTS.c.name == TOKENS.c.account)
            .where(
                TOKENS.c.digest == digest(key),
                TOKENS.c.revoked_at.is_(None),
                sa.or_(TOKENS.c.expires_at.is_(None), TOKENS.c.expires_at > at),
                ACCOUNTS.c.disabled_at.is_(None),
            )
        )
        with snapshot(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Person(
            name=row.account,
            full_name=row.full_name,
            roles=roles_of(row.roles) & reach(roles_of(row.owner_roles)),
            units=units_of(row.units),
            token_id=row.id,
        )

    def _one(self, id_: str) -> Token:
        with snapshot(self.engine) as connection:
            return _token(connection.execute(sa.select(TOKENS).where(TOKENS.c.id == id_)).one())


def reach(roles: frozenset[Role]) -> frozenset[Role]:
    """Return the roles that an account may give to its tokens."""
    return roles | {Role.MONITOR} if Role.KEEPER in roles else roles


def _token(row: Any) -> Token:
    def time(text: str | None) -> dt.datetime | None:
        return None if text is None else moment(text)

    return Token(
        id=row.id,
        account=row.account,
        label=row.label,
        roles=roles_of(row.roles),
        created_at=moment(row.created_at),
        expires_at=time(row.expires_at),
        revoked_at=time(row.revoked_at),
    )
