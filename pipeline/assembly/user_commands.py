"""`sohoa user …`: accounts and tokens from the command line, for the keeper of the machine.

Passwords are asked for without echo, or read from standard input; they never stand in an argument,
where every process of the machine could read them.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.access.records import ACCOUNT_ROLES, Account, Role
from pipeline.assembly.register_commands import Add
from pipeline.model.errors import InputError
from pipeline.settings.layout import Layout
from pipeline.store import make_folder, translated
from pipeline.web.words import word

if TYPE_CHECKING:
    from pipeline.access.door import Door

_GOOD = 0
_ROLES = tuple(role.value for role in Role)


def add_parsers(commands_of: Any, add: Add) -> None:
    """Add `user` with its own commands."""
    parser = commands_of.add_parser("user", help="accounts of the web page, and tokens for the API")
    parts = parser.add_subparsers(metavar="PART", required=True)
    one = add(parts, "add", "make an account; its password is asked for", add_)
    one.add_argument("name", metavar="NAME", help="a–z, 0–9, . _ -")
    one.add_argument("--full-name", default="", metavar="TEXT", help="as it stands beside deeds")
    one.add_argument(
        "--role",
        action="append",
        default=[],
        choices=[role.value for role in ACCOUNT_ROLES],
        help="once or more",
    )
    whose = one.add_mutually_exclusive_group()
    whose.add_argument(
        "--unit", action="append", metavar="UNIT", help="sees its documents; once or more"
    )
    whose.add_argument("--all-units", action="store_true", help="sees those of the whole agency")
    _add_password(one)
    one = add(parts, "list", "accounts with roles and units", list_)
    one.add_argument("--json", action="store_true", help="one JSON object an account")
    one = add(parts, "passwd", "set another password and end the account's sessions", passwd)
    one.add_argument("name", metavar="NAME")
    _add_password(one)
    one = add(parts, "disable", "shut an account: sessions end, tokens are refused", disable)
    one.add_argument("name", metavar="NAME")
    one = add(parts, "enable", "open an account again", enable)
    one.add_argument("name", metavar="NAME")
    one = add(parts, "token", "make a token for a program; it is printed this once", token)
    one.add_argument("name", metavar="NAME", help="the account it stands for")
    one.add_argument("--label", required=True, metavar="TEXT", help="what it is for")
    one.add_argument("--role", action="append", default=[], choices=_ROLES, help="once or more")
    one.add_argument("--days", type=int, metavar="N", help="how long it holds (default: for ever)")
    one = add(parts, "revoke", "refuse a token from now on", revoke)
    one.add_argument("token", metavar="TOKEN", help="its name, the 8 letters after sohoa_")


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--generate", action="store_true", help="make a password and print it, this once"
    )


def first_account_lines(password: str | None) -> Sequence[str]:
    """Return what the first start says of the account that it made; nothing at later starts."""
    if password is None:
        return ()
    from pipeline.access.accounts import FIRST_KEEPER

    return (
        "Tài khoản đầu tiên (chỉ in lần này) / first account (printed this once):",
        f"    {FIRST_KEEPER}    {password}",
        f"Quên thì / if it gets lost: sohoa user passwd {FIRST_KEEPER}",
    )


def add_(options: argparse.Namespace) -> int:
    """`sohoa user add`."""
    with _door(options) as door:
        password = _password(options)
        account = door.accounts.add(
            options.name,
            full_name=options.full_name,
            roles=[Role(one) for one in options.role],
            units=None if options.all_units else options.unit or (),
            password=password,
        )
        print(_line(account))
        _tell(options, password)
    return _GOOD


def list_(options: argparse.Namespace) -> int:
    """`sohoa user list`."""
    with _door(options) as door:
        for account in door.accounts.all():
            print(json.dumps(_object(account), ensure_ascii=False) if options.json
                  else _line(account))  # fmt: skip
    return _GOOD


def passwd(options: argparse.Namespace) -> int:
    """`sohoa user passwd`."""
    with _door(options) as door:
        door.accounts.one(options.name)
        password = _password(options)
        door.accounts.set_password(options.name, password)
        print(f"{options.name}: đã đổi mật khẩu / the password is set")
        _tell(options, password)
    return _GOOD


def disable(options: argparse.Namespace) -> int:
    """`sohoa user disable`."""
    with _door(options) as door:
        door.accounts.disable(options.name)
        print(_line(door.accounts.one(options.name)))
    return _GOOD


def enable(options: argparse.Namespace) -> int:
    """`sohoa user enable`."""
    with _door(options) as door:
        door.accounts.enable(options.name)
        print(_line(door.accounts.one(options.name)))
    return _GOOD


def token(options: argparse.Namespace) -> int:
    """`sohoa user token`: the key goes to stdout, all else to stderr."""
    with _door(options) as door:
        made, key = door.tokens.make(
            options.name,
            label=options.label,
            roles=[Role(one) for one in options.role],
            days=options.days,
        )
        print(f"{made.id}: chỉ in lần này / printed this once", file=sys.stderr)
        print(key)
    return _GOOD


def revoke(options: argparse.Namespace) -> int:
    """`sohoa user revoke`."""
    with _door(options) as door:
        door.tokens.revoke(options.token)
        print(f"{options.token}: không còn dùng được / is refused from now on")
    return _GOOD


@contextlib.contextmanager
def _door(options: argparse.Namespace) -> Iterator[Door]:
    from pipeline.access.door import Door  # hashing of passwords: only where it serves

    folder = Layout.at(options.data).data_dir
    with translated(doing="data folder"):
        make_folder(folder, mode=0o750)
    with Door.open(folder) as door:
        yield door


def _password(options: argparse.Namespace) -> str:
    if options.generate:
        from pipeline.access.accounts import generated_password

        return generated_password()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("mật khẩu / password: ")
    if getpass.getpass("nhập lại / again: ") != first:
        raise InputError("INPUT-ACCOUNT-PASSWORD", detail="≠")
    return first


def _tell(options: argparse.Namespace, password: str) -> None:
    if options.generate:
        print(password)


def _line(account: Account) -> str:
    units = "cả cơ quan / all" if account.units is None else "; ".join(sorted(account.units))
    roles = ", ".join(word(f"role.{role}", "vi") for role in _role_names(account))
    shut = "  [đã khóa / shut]" if account.disabled_at else ""
    return f"{account.name:<16} {account.full_name}  ({roles})  {units}{shut}"


def _object(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "full_name": account.full_name,
        "roles": _role_names(account),
        "units": None if account.units is None else sorted(account.units),
        "created_at": account.created_at.isoformat(),
        "disabled_at": None if account.disabled_at is None else account.disabled_at.isoformat(),
    }


def _role_names(account: Account) -> list[str]:
    return sorted(role.value for role in account.roles)
