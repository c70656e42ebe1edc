"""Who people are to sohoa: roles, accounts, tokens, who is asking, and lines of the record."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Role(enum.Enum):
    """What an account is for; one account may have several."""

    CLERK = "clerk"
    """Văn thư: takes papers in, reviews, registers, hands over."""
    ARCHIVIST = "archivist"
    """Lưu trữ viên: sees all work and its failures, exports."""
    SEARCHER = "searcher"
    """Người tra cứu: searches and reads."""
    KEEPER = "keeper"
    """Người quản trị: keeps machine, accounts and the record; reads no document by this role."""
    MONITOR = "monitor"
    """Giám sát: reads the figures for Prometheus and nothing else; meant for tokens."""


ACCOUNT_ROLES = tuple(role for role in Role if role is not Role.MONITOR)
"""What a person's account is given; figures alone are for tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person's account."""

    name: str
    full_name: str
    roles: frozenset[Role]
    units: frozenset[str] | None
    """Units whose documents may be seen; None: those of the whole agency."""
    created_at: dt.datetime
    disabled_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key for programs, without the key itself."""

    id: str
    account: str
    label: str
    roles: frozenset[Role]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is asking, as far as this request goes."""

    name: str
    full_name: str
    roles: frozenset[Role]
    """Of a token: those that account and token both have."""
    units: frozenset[str] | None
    token_id: str = ""
    """Empty for a session of a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is written into the record."""

    account: str
    """Empty where nobody is known."""
    action: str
    """Constant name: `document.view`, `document.pdf`, `search`, `sign-in` …"""
    document_id: str | None = None
    address: str = ""
    """Of the machine that asked."""
    status: int = 200
    """HTTP status of the answer; 4xx: it was refused."""
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the record."""

    id: int
    at: dt.datetime
    deed: Deed
