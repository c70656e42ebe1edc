"""The visible text on every kind of page: where it stands, and that nothing else moves.

Two renderers that share no code (PDFium and poppler), 150 dpi, every page: 0 pixels may differ
outside the signature's box.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from numpy.typing import NDArray

from bench.trust.cases import AGENCY, work_on
from bench.trust.look import DPI, Rectangle, looks, pdfium_pages, poppler_pages, shown_box
from pipeline.model.records import Route
from stages.sign import Options, Pkcs12Seal, SignStage, make_development_identity
from stages.sign.development import passphrase_file_of

MM = 72 / 25.4


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> SignStage:
    """Seals with the development identity; its own comparison covers all pages."""
    identity = make_development_identity(tmp_path_factory.mktemp("identity") / "dev")
    seal = Pkcs12Seal(identity, passphrase_file=passphrase_file_of(identity))
    return SignStage(provider=seal, options=Options(agency=AGENCY, look_all_pages=True))


def _paper(
    path: Path,
    size_mm: tuple[float, float],
    *,
    rotation_deg: int = 0,
    media: Rectangle | None = None,
    crop: Rectangle | None = None,
    user_unit: float = 1.0,
) -> Path:
    """Write two pages with thin lines, letters of a sort and colour, all fit to be moved."""
    width, height = (value * MM for value in size_mm)
    box = media or (0, 0, width, height)
    x0, y0, x1, y1 = _sorted([*box] if crop is None or crop[0] < box[0] else [*crop])
    across, up = x1 - x0, y1 - y0
    ink = b"".join(  # in the middle, so that the margins stay free
        b"%.2f %.2f m %.2f %.2f l S\n"
        % (x0 + across * 0.35, y0 + up * at, x0 + across * 0.65, y0 + up * at + 7)
        for at in (0.35, 0.42, 0.5, 0.57)
    )
    with pikepdf.new() as pdf:
        for shade in (b"0.3 w 0 G\n", b"1.7 w 0.8 0.1 0.1 RG\n"):
            page = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=pikepdf.Array([round(value, 3) for value in box]),
                Contents=pdf.make_stream(shade + ink),
                Rotate=rotation_deg,
            )
            if crop is not None:
                page.CropBox = pikepdf.Array([round(value, 3) for value in crop])
            if user_unit != 1.0:
                page.UserUnit = user_unit
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(path)
    return path


def _sorted(box: list[float]) -> list[float]:
    return [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]


def _check(stage: SignStage, paper: Path, scratch: Path) -> tuple[Rectangle, NDArray[np.uint8]]:
    """Seal, compare with both renderers, and return the box and the first page as shown."""
    sealed = stage.run(work_on(paper, scratch)).artifacts["sealed"]
    assert isinstance(sealed, Path)
    for look in looks(paper, sealed):
        assert look.differ == 0, look
        assert look.pages == 2
        assert look.shown > 100, look
    return shown_box(sealed), next(pdfium_pages(sealed))


@pytest.mark.parametrize(
    "size_mm",
    [(210, 297), (297, 210), (148, 210), (105, 148), (297, 420), (420, 594), (90, 55), (60, 40)],
    ids=str,
)
def test_nothing_moves_on_any_size(
    tmp_path: Path, stage: SignStage, size_mm: tuple[float, float]
) -> None:
    """From a card to A2: whole on the page, top right inside the margin where there is one."""
    box, _ = _check(stage, _paper(tmp_path / "a.pdf", size_mm), tmp_path / "w")
    width, height = size_mm[0] * MM, size_mm[1] * MM
    assert box[0] >= -0.01
    assert box[2] <= width + 0.01
    assert box[3] <= height + 0.01
    if size_mm[0] >= 148:
        assert width - box[2] == pytest.approx(12 * MM, abs=0.5)
        assert box[1] == pytest.approx(6 * MM, abs=0.5)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize(
    ("media", "crop"),
    [
        (None, None),
        ((-100, -50, 495, 792), None),
        (None, (20.5, 30.25, 560.75, 800.125)),
        ((10, 20, 605, 862), (-50, -50, 900, 700)),
        ((595, 842, 0, 0), None),
    ],
    ids=["plain", "origin off", "cropped", "crop beyond the page", "corners swapped"],
)
def test_nothing_moves_however_the_page_is_turned_and_cut(
    tmp_path: Path,
    stage: SignStage,
    turn: int,
    media: Rectangle | None,
    crop: Rectangle | None,
) -> None:
    """Upright in the top right corner as shown, whatever rotation and boxes say."""
    paper = _paper(tmp_path / "a.pdf", (210, 297), rotation_deg=turn, media=media, crop=crop)
    box, page = _check(stage, paper, tmp_path / "w")
    height, width = (value * 72 / DPI for value in page.shape[:2])
    assert box[0] > width / 2
    assert box[3] < height / 3
    assert box[2] - box[0] > box[3] - box[1]


@pytest.mark.parametrize("user_unit", [0.5, 2.0, 10.0])
def test_nothing_moves_where_units_are_not_points(
    tmp_path: Path, stage: SignStage, user_unit: float
) -> None:
    """The letters stay 10 points high on the shown sheet, whatever UserUnit says (table 30)."""
    size_mm = (210 / user_unit, 297 / user_unit)
    plain, _ = _check(stage, _paper(tmp_path / "b.pdf", (210, 297)), tmp_path / "v")
    paper = _paper(tmp_path / "a.pdf", size_mm, user_unit=user_unit)
    box, _ = _check(stage, paper, tmp_path / "w")
    assert [value * user_unit for value in box] == pytest.approx(plain, abs=0.01)


def test_kinds_and_conversion_mark(tmp_path: Path, stage: SignStage) -> None:
    """SAO LỤC, TRÍCH SAO; the mark of NĐ 137/2024 brings sign, converter and time."""
    paper = _paper(tmp_path / "a.pdf", (210, 297))
    plain, _ = _check(stage, paper, tmp_path / "w0")
    for number, kind in enumerate(("SAO LỤC", "TRÍCH SAO"), start=1):
        options = replace(stage.options, kind=kind)  # type: ignore[arg-type]
        _check(replace(stage, options=options), paper, tmp_path / f"w{number}")
    marked = replace(stage.options, conversion_mark=True, converter="Nguyễn Thị Thử")
    box, _ = _check(replace(stage, options=marked), paper, tmp_path / "w3")
    assert box[3] - box[1] > plain[3] - plain[1] + 30


def test_what_was_never_paper_bears_no_mark_of_conversion(tmp_path: Path, stage: SignStage) -> None:
    """A born-digital file is sealed as without the mark; a scan says where it is from."""
    paper = _paper(tmp_path / "a.pdf", (210, 297))
    marked = replace(
        stage, options=replace(stage.options, conversion_mark=True, conversion_code=True)
    )
    heights = {}
    for route in (Route.SCAN, Route.DIGITAL):
        work = work_on(paper, tmp_path / route.value)
        work = replace(work, inspection=replace(work.inspection, route=route))
        sealed = marked.run(work).artifacts["sealed"]
        assert isinstance(sealed, Path)
        _, y0, _, y1 = shown_box(sealed)
        heights[route] = y1 - y0
    plain, _ = _check(stage, paper, tmp_path / "w")
    assert heights[Route.DIGITAL] == pytest.approx(plain[3] - plain[1], abs=0.01)
    assert heights[Route.SCAN] > heights[Route.DIGITAL] + 30


@pytest.mark.parametrize(
    ("size_mm", "turn"), [((210, 297), 0), ((210, 297), 90), ((297, 420), 270), ((90, 120), 180)]
)
def test_the_code_of_the_conversion_mark_is_read(
    tmp_path: Path, stage: SignStage, size_mm: tuple[float, float], turn: int
) -> None:
    """A reader of QR codes takes from both renderers' pages who converted, when, and what."""
    paper = _paper(tmp_path / "a.pdf", size_mm, rotation_deg=turn)
    options = replace(
        stage.options, conversion_mark=True, conversion_code=True, converter="Nguyễn Thị Thử"
    )
    _check(replace(stage, options=options), paper, tmp_path / "w")
    sealed = tmp_path / "w" / "sealed.pdf"
    with pikepdf.open(sealed) as pdf:
        form = pdf.pages[0].obj.Annots[-1].AP.N
        assert set(form.Resources.keys()) == {"/Font"}  # drawn as lines: no picture
    for draw in (pdfium_pages, poppler_pages):
        (code,) = zxingcpp.read_barcodes(next(draw(sealed)))
        law, converter, moment, start = code.text.split("\n")
        assert (law, converter, start) == ("NĐ 137/2024/NĐ-CP", "Nguyễn Thị Thử", "0" * 32)
        assert moment.endswith(" +07:00")
