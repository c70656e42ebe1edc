"""A tour of every page, role by role, over made-up documents and a real register.

The walk of the tests and the screenshots of the documents are the same tour:
`python -m tests.acceptance.web.tour docs/screens` takes the latter.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.generator.content import Wishes, compose
from bench.generator.scanner import ScanSettings
from bench.generator.studio import make_scan
from pipeline.access.door import Door
from pipeline.access.records import Role
from pipeline.assembly.registry import HouseRegistry
from pipeline.assembly.standing import Standing
from pipeline.ledger.history import History
from pipeline.ledger.ledger import Ledger
from pipeline.web.app import create_app
from stages.register import EmbeddedRegister, Handover, Place
from tests.acceptance.web.batch_house import BothDesks, batch_house
from tests.acceptance.web.conftest import ARGUMENTS, CLERK, VIEWS, House, serving, sign_in
from tests.acceptance.web.strips import waiting_strip
from tests.unit.register.test_embedded import ENTRY
from tests.unit.web.conftest import PASSWORD, QUICK

WAITING = "công văn sở tài chính.pdf"
NOBODY = ""
PEOPLE = {
    CLERK: ("Lê Thị Bình", (Role.CLERK,), None),
    "tran.v.c": ("Trần Văn Cường", (Role.ARCHIVIST,), None),
    "pham.t.d": ("Phạm Thị Dung", (Role.SEARCHER,), ("Phòng Nội vụ",)),
    "quantri": ("Quản trị", (Role.KEEPER,), None),
}


@dataclass(frozen=True)
class Stop:
    """One page of the tour."""

    name: str
    """Of its screenshot."""
    who: str
    path: str
    """`{waiting}` and `{done}` stand for documents."""
    before: Callable[[Page], None] | None = None
    """What is done on it before it is looked at."""


def _open_details(page: Page) -> None:
    page.locator("details summary").first.click()


def _see_pictures(page: Page) -> None:
    """Wait for pictures that load as they come into view."""
    page.wait_for_load_state("networkidle")


def _zoom(page: Page) -> None:
    page.locator("#value-issued_date").focus()
    page.keyboard.press("Alt+=")


def _mark(page: Page) -> None:
    page.locator("[data-mark-all] input").check()


def _compare(page: Page) -> None:
    page.locator("button[value=compare]").click()
    page.locator("[data-compared]").wait_for()  # the page comes again by itself when it is done
    page.wait_for_load_state("networkidle")


def _look(page: Page) -> None:
    page.locator("a[href^='/outbox/']").first.click()
    page.wait_for_load_state("load")


STOPS = (
    Stop("signin", NOBODY, "/signin"),
    Stop("home", CLERK, "/"),
    Stop("review", CLERK, "/jobs/{waiting}", _zoom),
    Stop("document", CLERK, "/jobs/{done}"),
    Stop("register", CLERK, "/register"),
    Stop("register-entry", CLERK, "/register/entry?book=den&year=2026&number=2"),
    Stop("statistics", "tran.v.c", "/statistics?from=1/1/2026&to=31/12/2026"),
    Stop("work", "tran.v.c", "/work"),
    Stop("batches", "tran.v.c", "/batches"),
    Stop("batch", "tran.v.c", "/batches/bench"),
    Stop("round", "tran.v.c", "/batches/bench/rounds/1"),
    Stop("unit", "tran.v.c", "/batches/bench/rounds/1/units/2"),
    Stop("structure", "tran.v.c", "/batches/bench/structure", _mark),
    Stop("stacks", "tran.v.c", "/stacks"),
    Stop("strip", "tran.v.c", "/stacks/1", _see_pictures),
    Stop("search", "pham.t.d", "/search?q=s%E1%BB%91+h%C3%B3a"),
    Stop("view", "pham.t.d", "/jobs/{done}/view/1?q=s%E1%BB%91+h%C3%B3a"),
    Stop("account", "pham.t.d", "/account"),
    Stop("health", "quantri", "/health"),
    Stop("outbox", "quantri", "/outbox", _compare),
    Stop("outbox-calls", "quantri", "/outbox", _look),
    Stop("users", "quantri", "/users", _open_details),
    Stop("audit", "quantri", "/audit"),
    Stop("settings", "quantri", "/settings"),
    Stop("refused", "pham.t.d", "/register"),
    Stop("nowhere", "quantri", "/khong-co"),
)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[House]:
    """Serve the page with one person of each role and a register of some days."""
    with contextlib.ExitStack() as stack:
        keeper = EmbeddedRegister(folder / "register.sqlite")
        stack.callback(keeper.close)
        _fill(keeper)
        ledger = Ledger.open(folder / "ledger.sqlite")
        stack.callback(ledger.close)
        batches = stack.enter_context(batch_house(folder / "batches"))
        desk = BothDesks(folder)
        desk.take(batches.house)
        desk.is_whole = True
        desk.keeper = keeper
        registry = HouseRegistry(
            register=keeper,
            history=History(ledger.engine),
            titles={"den": "Sổ đăng ký văn bản đến"},
            agency="Ủy ban nhân dân xã An Bình",
            seal=lambda pdf: pdf + b"% sealed",
        )
        door = stack.enter_context(Door.open(folder, hasher=QUICK))
        _people(door)
        strips = waiting_strip(folder, ledger, _scans())
        app = create_app(
            desk,
            door=door,
            registry=registry,
            backlog=batches.backlog,
            strips=strips,
            sending=Standing(batches.house).sending(),
            upload_bytes_max=1_000_000,
        )
        yield House(desk, door, stack.enter_context(serving(app)))


def _scans() -> Iterator[Image.Image]:
    """Five pages that the generator makes: two letters, each with a page that goes on."""
    for seed in (102, 107, 108):
        wishes = Wishes(secrecy="", body_blocks=14)
        scan = make_scan(compose(seed, wishes), ScanSettings(dpi=60, mode="gray"), seed=seed)
        for page in scan.pages[: 1 if seed == 108 else 2]:
            yield Image.fromarray(page.pixels)


def _people(door: Door) -> None:
    for name, (full_name, roles, units) in PEOPLE.items():
        door.accounts.add(name, full_name=full_name, roles=roles, units=units, password=PASSWORD)


def _fill(keeper: EmbeddedRegister) -> None:
    papers = (
        ("Quyết định", "123", "QĐ-UBND", "Về việc phê duyệt Kế hoạch số hóa tài liệu lưu trữ"),
        ("Công văn", "84", "STC-QLNS", "V/v quyết toán kinh phí năm 2025 và dự toán năm 2026"),
        ("Tờ trình", "17", "TTr-SNV", "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số cấp tỉnh"),
        ("Thông báo", "206", "TB-VP", "Kết luận cuộc họp giao ban tháng 4 năm 2026"),
    )
    issuers = ("Ủy ban nhân dân tỉnh Hà Nam", "Sở Tài chính", "Sở Nội vụ", "Văn phòng UBND tỉnh")
    for number, (type_name, code, notation, subject) in enumerate(papers):
        entry = dataclasses.replace(
            ENTRY, type_name=type_name, code_number=code, code_notation=notation, subject=subject,
            organ_name=issuers[number], document_id=f"d{number}",
            arrival_at=dt.datetime(2026, 5, 4 + number, 1, tzinfo=dt.UTC),
        )  # fmt: skip
        keeper.enter(entry, key=f"k{number}")
    for number, unit in ((1, "Phòng Tổng hợp"), (2, "Phòng Nội vụ"), (3, "Phòng Nội vụ")):
        place = Place(book="den", year=2026, arrival_number=number)
        said = Handover(unit=unit, handed_on="2026-05-06", due_date="2026-05-20")
        keeper.hand_over(place, said, person="Lê Thị Bình")


def address(house: House, stop: Stop, language: str) -> str:
    """Return the whole address of a stop."""
    path = stop.path.format(
        waiting=house.desk.job_id(WAITING), done=house.desk.job_id("scan_0412.pdf")
    )
    return f"{house.address}{path}{'&' if '?' in path else '?'}lang={language}"


def arrive(page: Page, house: House, stop: Stop, language: str) -> None:
    """Go to a stop as its person and do there what is to be done."""
    page.context.clear_cookies()
    if stop.who:
        sign_in(page.context, house.door, house.address, stop.who)
    page.goto(address(house, stop, language))
    page.wait_for_load_state("load")
    page.evaluate(
        "Promise.all([...document.images].filter(one => one.loading !== 'lazy')"
        ".map(one => one.decode().catch(() => {})))"
    )
    if stop.before is not None:
        stop.before(page)


def shoot(page: Page, path: Path) -> None:
    """Take a picture in few colours: it is for a document."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(128).save(path, optimize=True)


def main(folder: Path) -> None:
    """Take every screenshot: the desk's screen in both languages, the phone in Vietnamese."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as made,
        running(Path(made)) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        shots = (("desk", "vi", "vi"), ("desk", "en", "en"), ("phone", "vi", "phone"))
        for view, language, ending in shots:
            page = browser.new_context(viewport=VIEWS[view]).new_page()
            for stop in STOPS:
                arrive(page, house, stop, language)
                shoot(page, folder / f"{stop.name}-{ending}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
