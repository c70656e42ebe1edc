"""Accounts, sign-in, sessions, tokens and the record, over a file as the house has it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.access import sessions, tokens
from pipeline.access.accounts import FIRST_KEEPER, generated_password
from pipeline.access.door import FILE, REFUSALS_MAX, REFUSALS_OF_ADDRESS_MAX, WINDOW, Door
from pipeline.access.records import Deed, Role
from pipeline.ledger.writes import now
from pipeline.model.errors import InputError
from tests.unit.web.conftest import PASSWORD, QUICK

HOME = "127.0.0.1"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Give a door with one clerk of one unit."""
    with Door.open(tmp_path, hasher=QUICK) as made:
        made.accounts.add(
            "an",
            full_name=" Nguyễn  Văn An ",
            roles=[Role.CLERK],
            units=["Phòng Nội vụ", " "],
            password=PASSWORD,
        )
        yield made


def code_of(error: pytest.ExceptionInfo[InputError]) -> str:
    """Return the code of what was raised."""
    return error.value.code


def test_the_first_start_makes_one_keeper_and_no_later_one(tmp_path: Path) -> None:
    """Of two that start at once, one gets the password; with it everything may be done."""
    with Door.open(tmp_path, hasher=QUICK) as door, ThreadPoolExecutor(4) as pool:
        passwords = [one for one in pool.map(lambda _: door.accounts.make_first(), range(4)) if one]
        assert len(passwords) == 1
        assert [account.name for account in door.accounts.all()] == [FIRST_KEEPER]
        account = door.accounts.check(FIRST_KEEPER, passwords[0])
        assert account is not None
        assert account.roles == set(Role) - {Role.MONITOR}
        assert account.units is None
        assert door.accounts.make_first() is None
    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert passwords[0].encode() not in whole
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0, "its owner alone may read it"


def test_generated_passwords_differ_and_are_taken(door: Door) -> None:
    """Sixteen letters nobody mixes up."""
    made = {generated_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert not set(password) & set("il01oO")
    door.accounts.set_password("an", made.pop())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "An"}, "INPUT-ACCOUNT-NAME"),
        ({"name": "a"}, "INPUT-ACCOUNT-NAME"),
        ({"name": "../x"}, "INPUT-ACCOUNT-NAME"),
        ({"name": "x" * 41}, "INPUT-ACCOUNT-NAME"),
        ({"name": "an"}, "INPUT-ACCOUNT-TAKEN"),
        ({"roles": ()}, "INPUT-ACCOUNT-ROLES"),
        ({"units": ()}, "INPUT-ACCOUNT-UNITS"),
        ({"units": ["  "]}, "INPUT-ACCOUNT-UNITS"),
        ({"password": "ngắn quá"}, "INPUT-ACCOUNT-PASSWORD"),
        ({"password": "aaaaaaaaaaaaaaa"}, "INPUT-ACCOUNT-PASSWORD"),
        ({"password": "x binh x binh x"}, "INPUT-ACCOUNT-PASSWORD"),
        ({"password": "x y" * 100}, "INPUT-ACCOUNT-PASSWORD"),
    ],
)
def test_what_makes_no_account(door: Door, change: dict[str, object], code: str) -> None:
    """Each has its words, and nothing is made."""
    values: dict[str, object] = {
        "name": "binh", "full_name": "", "roles": [Role.SEARCHER], "units": None,
        "password": PASSWORD, **change,
    }  # fmt: skip
    with pytest.raises(InputError) as error:
        door.accounts.add(**values)  # type: ignore[arg-type]
    assert code_of(error) == code
    assert [account.name for account in door.accounts.all()] == ["an"]


def test_an_account_is_what_was_said(door: Door) -> None:
    """Spaces are one; letters of a unit's name stay as typed."""
    account = door.accounts.one("an")
    assert (account.full_name, account.units) == ("Nguyễn Văn An", {"Phòng Nội vụ"})
    with pytest.raises(InputError) as error:
        door.accounts.one("nobody")
    assert code_of(error) == "INPUT-ACCOUNT-NONE"


def test_a_session_opens_with_the_password_alone(door: Door, tmp_path: Path) -> None:
    """The key is in the browser only; a wrong password and a wrong name sound alike."""
    key = door.sign_in(" AN ", PASSWORD, address=HOME)
    person = door.sessions.person(key)
    assert person is not None
    assert (person.name, person.roles, person.units) == ("an", {Role.CLERK}, {"Phòng Nội vụ"})
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for name, password in (("an", PASSWORD + "x"), ("ai", PASSWORD), ("an", ""), ("", "")):
        with pytest.raises(InputError) as error:
            door.sign_in(name, password, address=HOME)
        assert code_of(error) == "INPUT-SIGNIN-WRONG"
    assert door.sessions.person("") is None
    assert door.sessions.person(key[:-1]) is None
    door.sessions.end(key)
    assert door.sessions.person(key) is None


def test_sessions_end_by_themselves(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle for an hour, or twelve hours old however busy; in use it goes on."""
    clock = {"now": now()}
    monkeypatch.setattr(sessions, "now", lambda: clock["now"])
    account = door.accounts.one("an")
    idle, busy = door.sessions.begin(account), door.sessions.begin(account)
    for _ in range(23):
        clock["now"] += dt.timedelta(minutes=31)
        assert door.sessions.person(busy) is not None
    assert door.sessions.person(idle) is None
    clock["now"] += dt.timedelta(minutes=31)
    assert door.sessions.person(busy) is None, "twelve hours are over"


@pytest.mark.parametrize("how", ["password", "disable"])
def test_sessions_end_with_the_password_or_the_account(door: Door, how: str) -> None:
    """Whoever stole one is out."""
    door.accounts.make_first()
    keeper = "chi"
    door.accounts.add(keeper, full_name="", roles=[Role.KEEPER], units=None, password=PASSWORD)
    key = door.sign_in("an", PASSWORD, address=HOME)
    if how == "password":
        door.accounts.set_password("an", "mật khẩu khác hẳn")
    else:
        door.accounts.disable("an")
        with pytest.raises(InputError) as error:
            door.sign_in("an", PASSWORD, address=HOME)
        assert code_of(error) == "INPUT-SIGNIN-WRONG"
        door.accounts.enable("an")
    assert door.sessions.person(key) is None


def test_the_last_keeper_stays(door: Door) -> None:
    """Neither shut nor without the role; with a second one, the first may go."""
    values = {"full_name": "", "roles": [Role.KEEPER], "units": None, "password": PASSWORD}
    door.accounts.add("chi", **values)  # type: ignore[arg-type]
    for change in (
        lambda: door.accounts.disable("chi"),
        lambda: door.accounts.set_rights("chi", roles=[Role.CLERK], units=None),
    ):
        with pytest.raises(InputError) as error:
            change()
        assert code_of(error) == "INPUT-ACCOUNT-LAST"
    door.accounts.add("dung", **values)  # type: ignore[arg-type]
    door.accounts.disable("chi")
    assert door.accounts.one("chi").disabled_at is not None


def test_rights_hold_from_the_next_request(door: Door) -> None:
    """A session that is open loses and gains with its account."""
    door.accounts.add("chi", full_name="", roles=[Role.KEEPER], units=None, password=PASSWORD)
    key = door.sign_in("an", PASSWORD, address=HOME)
    door.accounts.set_rights("an", roles=[Role.SEARCHER], units=None)
    person = door.sessions.person(key)
    assert person is not None
    assert (person.roles, person.units) == ({Role.SEARCHER}, None)


def test_sign_in_is_slowed_after_many_refusals(door: Door) -> None:
    """Not even the right password opens then; the record knows, so a restart forgets nothing."""
    for _ in range(REFUSALS_MAX):
        with pytest.raises(InputError):
            door.sign_in("an", "không phải", address=HOME)
    with pytest.raises(InputError) as error:
        door.sign_in("an", PASSWORD, address=HOME)
    assert code_of(error) == "INPUT-SIGNIN-WAIT"
    assert [line.deed.status for line in door.audit.lines(limit=3)] == [429, 401, 401]
    assert door.audit.refused_since(now() + WINDOW, account="an") == 0, "old ones do not count"


def test_an_address_that_tries_many_names_is_slowed(door: Door) -> None:
    """Names that nobody has count too; another address is not hindered by them."""
    for number in range(REFUSALS_OF_ADDRESS_MAX):
        with pytest.raises(InputError):
            door.sign_in(f"name{number}", "x", address="10.0.0.9")
    with pytest.raises(InputError) as error:
        door.sign_in("an", PASSWORD, address="10.0.0.9")
    assert code_of(error) == "INPUT-SIGNIN-WAIT"
    assert door.sign_in("an", PASSWORD, address=HOME)


def test_many_at_once_do_not_pass_the_limit_together(door: Door) -> None:
    """Guesses of forty threads are taken one by one: no more are tried than of one thread."""

    def guess(number: int) -> str:
        with pytest.raises(InputError) as error:
            door.sign_in("an", f"sai {number}", address=f"10.0.0.{number}")
        return code_of(error)

    with ThreadPoolExecutor(40) as pool:
        codes = list(pool.map(guess, range(40)))
    assert codes.count("INPUT-SIGNIN-WRONG") == REFUSALS_MAX
    assert codes.count("INPUT-SIGNIN-WAIT") == 40 - REFUSALS_MAX


def test_what_is_typed_as_a_name_does_not_reach_the_record(door: Door) -> None:
    """People type their password into the box of the name."""
    with pytest.raises(InputError):
        door.sign_in(PASSWORD, "", address=HOME)
    assert PASSWORD not in repr(door.audit.lines())
    assert door.audit.lines()[0].deed.account == ""


def test_a_token_has_some_of_its_owners_roles_while_the_owner_has_them(
    door: Door, tmp_path: Path
) -> None:
    """What the owner loses, the token loses; revoked or past its term it is none."""
    door.accounts.add("chi", full_name="", roles=[Role.KEEPER], units=None, password=PASSWORD)
    door.accounts.set_rights("an", roles=[Role.CLERK, Role.SEARCHER], units=["A"])
    token, key = door.tokens.make("an", label="máy quét", roles=[Role.CLERK], days=30)
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    person = door.tokens.person(key)
    assert person is not None
    assert (person.name, person.roles, person.units, person.token_id) == (
        "an", {Role.CLERK}, {"A"}, token.id,
    )  # fmt: skip
    door.accounts.set_rights("an", roles=[Role.SEARCHER], units=["A"])
    person = door.tokens.person(key)
    assert person is not None
    assert person.roles == frozenset()
    door.accounts.disable("an")
    assert door.tokens.person(key) is None
    door.accounts.enable("an")
    door.tokens.revoke(token.id, account="an")
    assert door.tokens.person(key) is None
    assert door.tokens.of("an")[0].revoked_at is not None
    assert door.tokens.person("sohoa_x") is None


def test_a_token_ends_with_its_term(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the moment."""
    _, key = door.tokens.make("an", label="x", roles=[Role.CLERK], days=1)
    assert door.tokens.person(key) is not None
    later = now() + dt.timedelta(days=1, seconds=1)
    monkeypatch.setattr(tokens, "now", lambda: later)
    assert door.tokens.person(key) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"roles": [Role.KEEPER]}, "INPUT-ACCOUNT-ROLES"),
        ({"roles": [Role.MONITOR]}, "INPUT-ACCOUNT-ROLES"),
        ({"roles": []}, "INPUT-ACCOUNT-ROLES"),
        ({"label": " "}, "INPUT-TOKEN-LABEL"),
        ({"label": "x" * 101}, "INPUT-TOKEN-LABEL"),
        ({"days": 0}, "INPUT-TOKEN-LABEL"),
    ],
)
def test_what_makes_no_token(door: Door, change: dict[str, object], code: str) -> None:
    """A role that the owner has not, no label, no term."""
    values: dict[str, object] = {"label": "x", "roles": [Role.CLERK], "days": None, **change}
    with pytest.raises(InputError) as error:
        door.tokens.make("an", **values)  # type: ignore[arg-type]
    assert code_of(error) == code
    assert door.tokens.of() == ()


def test_nobody_revokes_the_token_of_somebody_else(door: Door) -> None:
    """It is as if there were none."""
    door.accounts.add("chi", full_name="", roles=[Role.KEEPER], units=None, password=PASSWORD)
    token, key = door.tokens.make("chi", label="đo", roles=[Role.MONITOR], days=None)
    with pytest.raises(InputError) as error:
        door.tokens.revoke(token.id, account="an")
    assert code_of(error) == "INPUT-TOKEN-NONE"
    assert door.tokens.person(key) is not None


def test_the_record_is_only_ever_added_to(door: Door, tmp_path: Path) -> None:
    """The database itself refuses; filters narrow, newest first."""
    for name, action, document in (("an", "document.view", "d1"), ("an", "search", None)):
        door.audit.write(
            Deed(account=name, action=action, document_id=document, facts={"query": "số hóa"})
        )
    assert [line.deed.action for line in door.audit.lines()] == ["search", "document.view"]
    for filter_ in ({"action": "search"}, {"document_id": "d1"}, {"account": "an", "offset": 1}):
        assert len(door.audit.lines(**filter_)) == 1  # type: ignore[arg-type]
    connection = sqlite3.connect(tmp_path / FILE)
    for statement in ("UPDATE audit SET account = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="audit_is_never"):
            connection.execute(statement)
    connection.close()
    line = door.audit.lines()[0]
    assert dataclasses.asdict(line)["deed"]["facts"] == {"query": "số hóa"}
