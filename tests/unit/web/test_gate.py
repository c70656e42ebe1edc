"""Who may open what, what is on record of it, and signing in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from fastapi import APIRouter

from pipeline.access import sessions
from pipeline.access.door import REFUSALS_MAX, Door
from pipeline.access.records import Role
from pipeline.assembly.backlog_desk import HouseBacklog
from pipeline.assembly.outbox_desk import HouseSending
from pipeline.assembly.registry import HouseRegistry
from pipeline.assembly.strips import HouseStrips
from pipeline.ledger.writes import now
from pipeline.web.app import create_app
from pipeline.web.gate import RIGHTS, Gate, Right, may, prove
from pipeline.web.keeper_pages import DEEDS
from pipeline.web.words import LANGUAGES, WORDS
from tests.unit.web.conftest import ORIGIN, PASSWORD, Visitor
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]
NAME = "scan_0412.pdf"
OF_LIST = ("/", "/live/jobs", "/work", "/api/jobs", "/api/drops", "/api/work")
OF_READING = ("/search?q=hoa", "/api/search?q=hoa", "/api/pulse?job={}", "/jobs/{}",
              "/jobs/{}/files/pdf", "/jobs/{}/files/text", "/jobs/{}/files/original",
              "/jobs/{}/pages/1.png", "/jobs/{}/fields/code.png", "/jobs/{}/view/1",
              "/api/jobs/{}")  # fmt: skip
OF_REGISTER = ("/register", "/register.csv?book=den&year=2026", "/api/register?book=den&year=2026")
OF_KEEPING = ("/health", "/users", "/audit", "/settings", "/api/health", "/api/users", "/api/audit",
              "/api/settings")  # fmt: skip
OF_FIGURES = ("/metrics",)
OF_EVERYBODY = ("/account", "/api/openapi.json")
EVERY = (*OF_FIGURES, *OF_LIST, *OF_READING, *OF_REGISTER, *OF_KEEPING, *OF_EVERYBODY)


@pytest.fixture
def people(door: Door, visitor: Visitor) -> None:
    """Make one account for each role, and a searcher of one unit."""
    for role in Role:
        door.accounts.add(
            f"x.{role.value}", full_name=role.value, roles=[role], units=None, password=PASSWORD
        )
    door.accounts.add(
        "don.vi", full_name="Đơn vị", roles=[Role.CLERK], units=["Nội bộ"], password=PASSWORD
    )


def filled(desk: MemoryDesk, path: str) -> str:
    """Return the address with the id of a document that everybody of the agency may see."""
    return path.format(desk.job_id(NAME))


def test_nobody_sees_anything_without_signing_in(visitor: Visitor, desk: MemoryDesk) -> None:
    """A person is led to the form and back again; a program gets 401 and how to come in."""
    visitor.leave()
    for path in EVERY:
        answer = visitor.get(filled(desk, path))
        if path.startswith(("/api", "/live", "/metrics")):
            assert answer.status_code == 401, path
            assert answer.json()["error"]["code"] == "INPUT-SIGNIN-WANTED"
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/signin?next=%2F")
        assert NAME not in answer.text


def test_only_the_pulse_of_the_process_and_the_form_are_open(visitor: Visitor) -> None:
    """And what the form is drawn with; the pulse tells nothing else."""
    visitor.leave()
    assert visitor.get("/healthz").text == "ok"
    for path in ("/signin", "/static/sohoa.css", "/static/sohoa.js", "/static/sohoa.svg"):
        assert visitor.get(path).status_code == 200
    assert visitor.get("/nope").status_code == 404
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.CLERK, (*OF_LIST, *OF_READING, *OF_REGISTER, *OF_EVERYBODY)),
        (Role.ARCHIVIST, (*OF_LIST, *OF_READING, *OF_REGISTER, *OF_EVERYBODY)),
        (Role.SEARCHER, (*OF_READING, *OF_EVERYBODY)),
        (Role.KEEPER, (*OF_KEEPING, *OF_FIGURES, *OF_EVERYBODY)),
        (Role.MONITOR, (*OF_FIGURES, *OF_EVERYBODY)),
    ],
)
def test_each_role_opens_its_pages_and_no_others(
    visitor: Visitor, desk: MemoryDesk, people: None, role: Role, paths: tuple[str, ...]
) -> None:
    """A keeper reads no documents, a searcher no accounts."""
    visitor.sign_in(f"x.{role.value}")
    for path in EVERY:
        answer = visitor.get(filled(desk, path))
        if path in paths:
            assert answer.status_code == 200, path
        elif path == "/":
            assert answer.status_code == 303
            assert visitor.get(answer.headers["location"]).status_code == 200
        else:
            assert answer.status_code == 403, path
            assert "INPUT-RIGHTS" in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLERK])
def test_only_clerks_change_documents(
    visitor: Visitor, desk: MemoryDesk, people: None, path_of: Address, role: Role
) -> None:
    """The button is not there, and pressing it all the same does nothing."""
    visitor.sign_in(f"x.{role.value}")
    page = path_of("ban_do.png")
    assert f"{page}/retry" not in visitor.get(page).text
    assert visitor.post(f"{page}/retry").status_code == 403
    assert visitor.post(f"/api{page}/retry").status_code == 403
    assert desk.retried == []


def test_people_of_a_unit_know_nothing_of_other_documents(
    visitor: Visitor, desk: MemoryDesk, people: None
) -> None:
    """Not in the list, its numbers, a page, a file, a picture; nor the register of all."""
    for name in ("thư mời.jpg", "to_trinh_17.pdf"):
        desk.change(name, folder="noi-bo")
    visitor.sign_in("don.vi")
    home = visitor.get("/").text
    own = [one for one in desk.details.values() if one.job.folder == "noi-bo"]
    assert len(own) == 2
    assert NAME not in home
    assert all(f"/jobs/{one.job.id}" in home for one in own)
    for path in OF_READING[2:]:
        assert visitor.get(filled(desk, path)).status_code == 404, path
    for path in OF_REGISTER:
        assert visitor.get(path).status_code == 403
    assert visitor.post(f"/jobs/{desk.job_id('ban_do.png')}/retry").status_code == 404
    assert desk.retried == []
    assert visitor.get("/api/jobs").json()["totals"]["done"] == sum(
        one.job.state.value == "done" for one in own
    )


@pytest.mark.parametrize("given", ["", "x" * 32, "é"])
def test_a_form_of_another_session_changes_nothing(
    visitor: Visitor, desk: MemoryDesk, path_of: Address, given: str
) -> None:
    """Nor one without the token; the page says what to do."""
    answer = visitor.post(f"{path_of('ban_do.png')}/retry", {"csrf": given})
    assert answer.status_code == 403
    assert "INPUT-FORM-STALE" in answer.text
    assert desk.retried == []
    answer = visitor._ask("POST", f"/api{path_of('ban_do.png')}/retry", {"origin": ORIGIN})
    assert answer.status_code == 403


def test_every_form_carries_the_token(visitor: Visitor, desk: MemoryDesk) -> None:
    """On each page with forms that change something."""
    pages = ["/account", "/users", *(f"/jobs/{job_id}" for job_id in desk.details)]
    for page in pages:
        text = visitor.get(page).text
        forms = text.count('method="post"')
        assert text.count(f'name="csrf" value="{visitor.csrf}"') == forms
    assert 'method="post"' in visitor.get("/users").text


def test_programs_come_in_with_a_token(
    visitor: Visitor, door: Door, desk: MemoryDesk, path_of: Address
) -> None:
    """Without cookie or form; with the token's roles alone; not after it is revoked."""
    token, key = door.tokens.make("le.thi.b", label="x", roles=[Role.CLERK], days=1)
    visitor.leave()
    bearer = {"authorization": f"Bearer {key}"}
    assert visitor.get("/api/jobs", **bearer).status_code == 200
    assert visitor.get("/api/health", **bearer).status_code == 403
    sent = visitor._ask("POST", f"/api{path_of('ban_do.png')}/retry", bearer)
    assert sent.json() == {"retried": True}
    noted = door.audit.lines(action="document.retry")[0].deed
    assert (noted.account, noted.facts) == ("le.thi.b", {"token": token.id})
    owner = door.tokens.of("le.thi.b")
    for path, form in (
        ("/account/tokens", {"label": "x", "role-clerk": "1"}),
        (f"/account/tokens/{token.id}/revoke", {}),
        ("/account/password", {"old": PASSWORD, "new": PASSWORD * 2, "again": PASSWORD * 2}),
        ("/signout", {}),
    ):
        answer = visitor._ask("POST", path, bearer, form)
        assert (answer.status_code, "INPUT-RIGHTS" in answer.text) == (403, True), path
    assert door.tokens.of("le.thi.b") == owner
    door.tokens.revoke(token.id)
    assert visitor.get("/api/jobs", **bearer).status_code == 401
    assert visitor.get("/api/jobs", authorization="Bearer x").status_code == 401
    assert visitor.get("/api/jobs", authorization="Basic eDp5").status_code == 401


def test_views_and_downloads_are_on_record(
    visitor: Visitor, door: Door, desk: MemoryDesk, people: None
) -> None:
    """Who, what, which document, how it ended; refused ones too; lists and pulses are not."""
    wanted = []
    for path in OF_READING:
        answer = visitor.get(filled(desk, path))
        lines = door.audit.lines()
        if "pulse" in path:
            assert len(lines) == len(wanted)
            continue
        wanted.append(path)
        assert len(lines) == len(wanted), path
        deed = lines[0].deed
        assert (deed.account, deed.status, deed.address) == (
            "le.thi.b", answer.status_code, "127.0.0.1",
        )  # fmt: skip
        is_search = "search" in path
        assert deed.document_id == (None if is_search else desk.job_id(NAME)), path
        assert (deed.facts == {"query": "hoa"}) is is_search
    visitor.get("/")
    assert len(door.audit.lines()) == len(wanted)
    visitor.sign_in("x.keeper")
    visitor.get(filled(desk, "/jobs/{}/files/original"))
    deed = door.audit.lines()[0].deed
    assert (deed.account, deed.action, deed.status, deed.facts) == (
        "x.keeper", "document.download", 403, {"kind": "original"},
    )  # fmt: skip


def test_nothing_leaves_that_cannot_be_put_on_record(
    visitor: Visitor, door: Door, desk: MemoryDesk
) -> None:
    """A record that is broken stops reading, not the other way round."""
    with door.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO gone")
    with pytest.raises(Exception, match="no such table: audit"):
        visitor.get(filled(desk, "/jobs/{}/files/pdf"))


def test_an_open_page_keeps_no_session_alive(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pulse every few seconds is no person; whoever left the desk must sign in again."""
    start = now()
    for minute in range(0, 59, 5):
        monkeypatch.setattr(sessions, "now", lambda at=minute: start + dt.timedelta(minutes=at))
        assert visitor.get("/api/pulse").status_code == 200
        assert visitor.get("/live/jobs").status_code == 200
    monkeypatch.setattr(sessions, "now", lambda: start + dt.timedelta(minutes=62))
    assert visitor.get("/api/pulse").status_code == 401


def sign_in(visitor: Visitor, name: str, password: str, wanted: str = "") -> tuple[int, str, str]:
    """Send the form of the sign-in; return status, place and text."""
    visitor.leave()
    answer = visitor.post("/signin", {"name": name, "password": password, "next": wanted})
    return answer.status_code, answer.headers.get("location", ""), answer.text


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("", "/"),
        ("/register?year=2026", "/register?year=2026"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/x\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_where_one_wanted_to_go(visitor: Visitor, wanted: str, place: str) -> None:
    """Of this page; the key of the session is not for scripts and not for other sites."""
    assert sign_in(visitor, "le.thi.b", PASSWORD, wanted)[:2] == (303, place)
    assert visitor.get("/").status_code == 200
    visitor.leave()
    answer = visitor.post("/signin", {"name": "le.thi.b", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie, "there is no TLS here"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_password_says_so_and_many_must_wait(visitor: Visitor, language: str) -> None:
    """What was typed as a password never comes back; the name does."""
    for _ in range(REFUSALS_MAX):
        status, _, text = sign_in(visitor, "le.thi.b", "hoàn toàn sai")
        assert status == 401
        assert "INPUT-SIGNIN-WRONG" in text
        assert 'value="le.thi.b"' in text
        assert "hoàn toàn sai" not in text
    status, _, text = sign_in(visitor, "le.thi.b", PASSWORD)
    assert status == 429
    assert "INPUT-SIGNIN-WAIT" in text


def test_signing_out_ends_the_session(visitor: Visitor, door: Door) -> None:
    """Also for whoever kept its key."""
    before = visitor.cookies
    assert visitor.post("/signout").headers["location"] == "/signin"
    visitor.cookies = before
    assert visitor.get("/").status_code == 303
    assert door.audit.lines()[0].deed.action == "sign-out"


def test_a_person_changes_the_own_password(visitor: Visitor, door: Door) -> None:
    """With the present one, twice the same new one; then everybody signs in anew."""
    new = "mật khẩu mới hẳn"
    for form, code in (
        ({"old": "sai", "new": new, "again": new}, "INPUT-SIGNIN-WRONG"),
        ({"old": PASSWORD, "new": new, "again": "khác"}, "INPUT-ACCOUNT-PASSWORD"),
        ({"old": PASSWORD, "new": "ngắn", "again": "ngắn"}, "INPUT-ACCOUNT-PASSWORD"),
    ):
        answer = visitor.post("/account/password", form)
        assert answer.status_code == 422
        assert code in answer.text
    answer = visitor.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert answer.headers["location"] == "/signin?note=changed"
    assert door.accounts.check("le.thi.b", new) is not None
    assert visitor.get("/").status_code == 303


def test_a_person_makes_and_revokes_tokens(visitor: Visitor, door: Door) -> None:
    """The key is shown once; roles that one has not are refused."""
    form = {"label": "<b>máy quét</b>", "role-clerk": "1", "days": "30"}
    answer = visitor.post("/account/tokens", form)
    token = door.tokens.of("le.thi.b")[0]
    assert f"sohoa_{token.id}_" in answer.text
    assert "<b>máy quét</b>" not in answer.text
    key = answer.text.partition('<code class="key">')[2].partition("</code>")[0]
    assert door.tokens.person(key) is not None
    assert key not in visitor.get("/account").text
    assert key not in repr(door.audit.lines())
    assert visitor.post("/account/tokens", {"label": "x"}).status_code == 422
    visitor.post(f"/account/tokens/{token.id}/revoke")
    assert door.tokens.person(key) is None
    assert visitor.post("/account/tokens/none/revoke").status_code == 404


def test_a_keeper_keeps_accounts(visitor: Visitor, door: Door) -> None:
    """Adds one, whose password is shown once, changes its rights, shuts it, opens it."""
    form = {"deed": "add", "name": "tran.c", "full-name": "Trần C", "role-clerk": "1",
            "units": "Phòng A; Phòng B"}  # fmt: skip
    answer = visitor.post("/users", form)
    password = answer.text.partition('<code class="key">')[2].partition("</code>")[0]
    assert door.accounts.check("tran.c", password) is not None
    assert password not in visitor.get("/users").text
    assert password not in repr(door.audit.lines())
    assert door.accounts.one("tran.c").units == {"Phòng A", "Phòng B"}
    visitor.post("/users", {"deed": "rights", "name": "tran.c", "role-searcher": "1",
                            "all-units": "1", "units": ""})  # fmt: skip
    account = door.accounts.one("tran.c")
    assert (account.roles, account.units) == ({Role.SEARCHER}, None)
    visitor.post("/users", {"deed": "disable", "name": "tran.c"})
    assert door.accounts.one("tran.c").disabled_at is not None
    visitor.post("/users", {"deed": "enable", "name": "tran.c"})
    assert door.accounts.one("tran.c").disabled_at is None
    answer = visitor.post("/users", {"deed": "password", "name": "tran.c"})
    assert door.accounts.check("tran.c", password) is None
    assert visitor.post("/users", {"deed": "nonsense", "name": "tran.c"}).status_code == 400


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"deed": "add", "name": "le.thi.b", "role-clerk": "1", "all-units": "1"}, "TAKEN"),
        ({"deed": "add", "name": "X", "role-clerk": "1", "all-units": "1"}, "NAME"),
        ({"deed": "add", "name": "xx", "all-units": "1"}, "ROLES"),
        ({"deed": "add", "name": "xx", "role-clerk": "1"}, "UNITS"),
        ({"deed": "disable", "name": "le.thi.b"}, "LAST"),
        ({"deed": "disable", "name": "nobody"}, "NONE"),
    ],
)
def test_what_a_keeper_cannot_do(visitor: Visitor, form: dict[str, str], code: str) -> None:
    """The page comes back with the words for it."""
    answer = visitor.post("/users", form)
    assert answer.status_code == 422
    assert f"INPUT-ACCOUNT-{code}" in answer.text


def test_the_record_and_the_settings_are_shown(
    visitor: Visitor, desk: MemoryDesk, people: None
) -> None:
    """Whose deed, at which document; a secret stays one."""
    visitor.get(filled(desk, "/jobs/{}?x=<script>"))
    visitor.get("/search?q=<script>alert(1)</script>")
    for language in LANGUAGES:
        text = visitor.get(f"/audit?lang={language}").text
        assert desk.job_id(NAME)[:12] in text
        assert "<script>alert" not in text
        assert "Secret(***)" in visitor.get(f"/settings?lang={language}").text
    narrowed = visitor.get("/api/audit?action=search").json()
    assert {line["deed"]["action"] for line in narrowed} == {"search"}
    assert visitor.get("/audit?action=nothing&offset=x").status_code == 200
    assert visitor.get("/api/users").json()[0]["name"] == "don.vi"
    assert "password" not in visitor.get("/api/users").text


def test_a_route_without_a_right_does_not_start() -> None:
    """A page that was forgotten in the table is a fault of ours, seen at once."""
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: None)
    with pytest.raises(RuntimeError, match="/forgotten"):
        prove(router)


def test_every_deed_that_a_route_notes_has_words(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keeper reads of what was done in words, in both languages, and may ask for each deed."""
    noted: set[str] = set()
    needs = Gate.needs

    def noting(gate: Gate, right: Right, deed: str = "", **more: bool) -> object:
        noted.add(deed)
        return needs(gate, right, deed, **more)

    monkeypatch.setattr(Gate, "needs", noting)
    create_app(
        visitor.desk,
        door=visitor.door,
        registry=HouseRegistry.__new__(HouseRegistry),
        strips=HouseStrips.__new__(HouseStrips),
        backlog=HouseBacklog.__new__(HouseBacklog),
        sending=HouseSending.__new__(HouseSending),
    )
    noted.discard("")
    assert {"register.sign", "batch.judge", "stack.confirm", "outbox.act"} <= noted
    assert noted <= set(DEEDS)
    assert all(f"deed.{deed}" in WORDS for deed in noted)


def test_what_an_address_says_is_noted_shortened(visitor: Visitor, door: Door) -> None:
    """An address of thousands of letters does not fill a record that is kept for years."""
    visitor.get("/jobs/x/pages/" + "9" * 5000 + ".png")
    assert all(len(value) <= 200 for line in door.audit.lines()
               for value in (line.deed.facts or {}).values())  # fmt: skip
    assert door.audit.lines(action="document.page")


def test_every_right_has_roles() -> None:
    """And nobody has one without signing in."""
    assert set(RIGHTS) == set(Right)
    assert not any(may(None, right) for right in Right)
