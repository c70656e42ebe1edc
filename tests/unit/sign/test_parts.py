"""The parts of the seal: times, lines, places, identities, verdicts."""

from __future__ import annotations

import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.errors import OperatorError
from pipeline.model.records import Box
from stages.sign.appearance import Appearance, lay_out, seal_time
from stages.sign.code import code_of
from stages.sign.development import make_development_identity, passphrase_file_of
from stages.sign.font import SealFont, load_font
from stages.sign.picture import PageFrame, PagePicture
from stages.sign.pkcs12 import Pkcs12Seal
from stages.sign.place import PLACES, Placed, place_box
from stages.sign.report import Problem, SignatureReport, Verdict, VerifyReport

TINOS = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")


@pytest.fixture(scope="module")
def font() -> SealFont:
    """A subset for the tests."""
    if not TINOS.exists():
        pytest.skip("no Tinos (fonts-croscore)")
    return load_font([Path("/absent.ttf"), TINOS], "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI SAO Y")


def test_time_is_that_of_viet_nam() -> None:
    """Day, month, year; time with offset (NĐ 30/2020, PL I, ô 14)."""
    moment = dt.datetime(2026, 11, 21, 17, 3, 27, tzinfo=dt.UTC)
    assert seal_time(moment) == "22/11/2026; 00:03:27 +07:00"


def test_long_names_break_between_words(font: SealFont) -> None:
    """No line is wider than allowed; nothing is lost."""
    name = "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    laid: Appearance = lay_out(("SAO Y", name), font, size_pt=10, width_max_pt=100, room_pt=100)
    assert laid.lines[0] == "SAO Y"
    assert " ".join(laid.lines[1:]) == name
    assert len(laid.lines) > 2
    assert laid.width_pt <= 105


def test_the_code_stands_beside_the_text_or_below_where_there_is_no_room(font: SealFont) -> None:
    """The box holds both; beside the text it takes its width, below its height."""
    code = code_of("NĐ 137/2024/NĐ-CP\nSở Nội vụ")
    plain, wide, narrow = (
        lay_out(("SAO Y",), font, size_pt=10, width_max_pt=80, room_pt=room, code=one)
        for room, one in ((300, None), (300, code), (60, code))
    )
    side = code.side_pt
    assert (wide.width_pt, wide.height_pt) == (plain.width_pt + side, side)
    assert (narrow.width_pt, narrow.height_pt) == (side, plain.height_pt + side)
    assert narrow.operators().count(b" re") == wide.operators().count(b" re") > 100


def test_font_without_a_letter_is_passed_over(font: SealFont) -> None:
    """A font that lacks toned letters does not serve; the reason names them."""
    with pytest.raises(OperatorError, match=r"SYS-TOOL-MISSING.*U\+4E2D"):
        load_font([TINOS], "中")
    with pytest.raises(OperatorError, match="SYS-CONFIG"):
        font.width("x")


@pytest.mark.parametrize(
    ("rotation_deg", "expected"),
    [
        (0, (10, 760, 110, 780)),
        (90, (20, 10, 40, 110)),
        (180, (490, 20, 590, 40)),
        (270, (560, 690, 580, 790)),
    ],
)
def test_box_of_a_turned_page(
    rotation_deg: int, expected: tuple[float, float, float, float]
) -> None:
    """A box near the shown top left lies where the page's turn puts it (table 30, Rotate)."""
    frame = PageFrame(rotation_deg=rotation_deg, crop=(0, 0, 600, 800))
    assert frame.to_pdf(Box(x0=10, y0=20, x1=110, y1=40)) == expected
    shown = (frame.width_pt, frame.height_pt)
    assert shown == ((800, 600) if rotation_deg % 180 else (600, 800))


def _place(gray: np.ndarray) -> Placed:  # type: ignore[type-arg]
    picture = PagePicture(
        frame=PageFrame(rotation_deg=0, crop=(0, 0, 595, 842)),
        pixels=np.dstack([gray] * 3),
        dpi=72,
    )
    return place_box(
        picture,
        (150, 40),
        order=PLACES,
        inset_right_mm=12,
        inset_top_mm=6,
        ink_share_max=0.0005,
    )


def test_place_is_top_right_on_empty_paper_of_any_tone() -> None:
    """Yellowed or gray paper is no ink; specks are none either."""
    for tone in (255, 180):
        page = np.full((842, 595), tone, np.uint8)
        page[30, 500] = 0
        placed = _place(page)
        assert (placed.place, placed.is_over_ink) == ("top-right", False)
        assert placed.box.x1 == pytest.approx(595 - 12 * 72 / 25.4)


def test_place_follows_the_order_and_tells_when_none_is_free() -> None:
    """The first free place; else the one with the least ink."""
    page = np.full((842, 595), 255, np.uint8)
    page[20:50, 300:] = 0
    assert _place(page).place == "top-left"
    page[:60] = 0
    assert _place(page).place == "bottom-right"
    page[::2] = 0
    page[780:, :200:3] = 255
    assert _place(page).is_over_ink


def test_development_identity_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """0600 for key and passphrase, 0700 for the folder, marked in the certificate's name."""
    folder = tmp_path / "dev"
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: make_development_identity(folder), range(4)))
    assert len(set(made)) == 1
    secret = passphrase_file_of(made[0])
    assert stat.S_IMODE(made[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name[0] for path in folder.iterdir()) == ["d", "d", "d"]
    before = made[0].read_bytes()
    assert make_development_identity(folder).read_bytes() == before
    seal = Pkcs12Seal(made[0], passphrase_file=secret)
    assert seal.identity.is_development
    assert "no legal value" in seal.identity.subject
    assert seal.identity.not_before < dt.datetime.now(dt.UTC) < seal.identity.not_after


def _signature(verdict: Verdict) -> SignatureReport:
    return SignatureReport(field="S", kind="ETSI.CAdES.detached", verdict=verdict)


@pytest.mark.parametrize(
    ("verdicts", "whole", "exit_code"),
    [
        ([], Verdict.UNKNOWN, 2),
        ([Verdict.VALID], Verdict.VALID, 0),
        ([Verdict.VALID, Verdict.UNKNOWN], Verdict.UNKNOWN, 2),
        ([Verdict.UNKNOWN, Verdict.INVALID, Verdict.VALID], Verdict.INVALID, 1),
    ],
)
def test_file_is_as_good_as_its_worst_signature(
    verdicts: list[Verdict], whole: Verdict, exit_code: int
) -> None:
    """One invalid signature makes the file invalid; all must be valid for it to be valid."""
    report = VerifyReport(file="a.pdf", signatures=tuple(_signature(v) for v in verdicts))
    assert (report.verdict, report.exit_code) == (whole, exit_code)


def test_problems_speak_both_languages() -> None:
    """Every problem is said in Vietnamese and in English."""
    assert all(" / " in problem.value for problem in Problem)
