"""veraPDF's judgement on what the stages make: every kind of page, both routes, sealed or not."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from bench.pki import Pki
from bench.trust.cases import sealed, stage_of
from bench.trust.look import looks
from pipeline.model.records import Page, PageLayers, Route
from stages.archive import ArchiveStage
from stages.archive import Options as ArchiveOptions
from stages.layers import Options, PageLayerMaker
from stages.sign import Options as SignOptions
from stages.sign import Pkcs12Seal, SignStage, make_development_identity
from stages.sign.development import passphrase_file_of
from stages.sign.levels import with_stamp
from stages.sign.picture import draw_pages
from stages.sign.report import Verdict
from stages.sign.verify import verify
from tests.judges.verapdf import jar, judge
from tests.stages.archive.drawn import BLUE, NOW, RED, Sheet, full_letter, work_for
from tests.stages.archive.test_digital import _digital, _page
from tests.stages.sign.sealing_bench import AGENCY, sign_work

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
"""The first run fetches the judge; Java starts slowly on a busy machine."""

Paper = tuple[tuple[Page, ...], tuple[PageLayers, ...]]


def _paper(*sheets: Sheet, colours: str = "rgb", profile: str = "compact") -> Paper:
    maker = PageLayerMaker(options=Options(profile=profile))
    pages = tuple(sheet.page(number=n) for n, sheet in enumerate(sheets, start=1))
    layers = tuple(
        maker.make(
            sheet.prepared(number=n, colours=colours, is_blank=not sheet.words), sheet.text()
        )
        for n, sheet in enumerate(sheets, start=1)
    )
    return pages, layers


def _papers() -> dict[str, Paper]:
    letter = full_letter()
    small = full_letter(dpi=150)
    odd = Sheet(dpi=100)
    odd.write("to\u0302\u0309ng \U0001f600 \u200b x\u0000y", 30, 40)
    pages, layers = _paper(small)
    return {
        "compact": _paper(letter, Sheet(dpi=150)),
        "toned": _paper(Sheet().letter().seal(ink=RED).pen_stroke(ink=BLUE)),
        "archival": _paper(small, profile="archival"),
        "gray": _paper(small, colours="gray"),
        "bitonal": _paper(small, colours="bitonal"),
        "a3-landscape": _paper(Sheet(dpi=100, width_mm=420, height_mm=297).letter()),
        "odd-words": _paper(odd),
        "no-words": _paper(Sheet(dpi=72)),
        "no-layers": (pages, tuple(replace(layer, images=()) for layer in layers)),
    }


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> SignStage:
    """Seals with the development identity."""
    identity = make_development_identity(
        tmp_path_factory.mktemp("identity") / "dev", valid_from=NOW - dt.timedelta(days=1)
    )
    seal = Pkcs12Seal(identity, passphrase_file=passphrase_file_of(identity))
    return SignStage(provider=seal, options=SignOptions(agency=AGENCY))


def _keep(path: Path, folder: Path, name: str) -> Path:
    kept = folder / f"{name}.pdf"
    shutil.copyfile(path, kept)
    return kept


def _sealed_twice(stage: SignStage, pdfa: Path, scratch: Path) -> list[Path]:
    """Seal plainly, and again with the mark of conversion and its QR code."""
    made = [pdfa]
    marked = replace(stage.options, conversion_mark=True, conversion_code=True)
    for number, used in enumerate((stage, replace(stage, options=marked)), start=1):
        work = sign_work(scratch / f"{pdfa.stem}-{number}", made[-1])
        sealed = used.run(work).artifacts["sealed"]
        assert isinstance(sealed, Path)
        assert [look.differ for look in looks(made[-1], sealed)] == [0, 0]
        made.append(_keep(sealed, pdfa.parent, f"{pdfa.stem}-sealed-{number}"))
    return made


def test_everything_from_layers_is_pdfa_2u(tmp_path: Path, stage: SignStage) -> None:
    """Scans and derivatives pass as PDF/A-2u, also after one seal and after two."""
    jar()
    out = tmp_path / "out"
    out.mkdir()
    files: list[Path] = []
    for name, (pages, layers) in _papers().items():
        scratch = tmp_path / name
        scratch.mkdir()
        route = Route.EVIDENCE if name == "archival" else Route.SCAN
        done = ArchiveStage().run(work_for(scratch, pages, layers, route=route))
        made = done.artifacts["pdfa"]
        assert isinstance(made, Path)
        files += _sealed_twice(stage, _keep(made, out, name), tmp_path)
    assert judge(files, "2u") == {path.name: "PASS" for path in files}


def test_born_digital_files_are_pdfa_2b(tmp_path: Path, stage: SignStage) -> None:
    """Converted files with stand-in fonts pass as PDF/A-2b, sealed too."""
    jar()
    out = tmp_path / "out"
    out.mkdir()
    original = _digital(tmp_path / "word.pdf", pages=2)
    sheet = full_letter(dpi=100)
    pages, layers = (_page(1), sheet.page(number=2)), _paper(Sheet(dpi=72), sheet)[1]
    work = work_for(tmp_path, pages, layers, route=Route.DIGITAL, artifacts={"original": original})
    entries = (replace(work.inspection.pages[0], has_text_layer=True), work.inspection.pages[1])
    work = replace(work, inspection=replace(work.inspection, pages=entries))
    made = ArchiveStage().run(work).artifacts["pdfa"]
    assert isinstance(made, Path)
    files = _sealed_twice(stage, _keep(made, out, "mixed"), tmp_path)
    assert judge(files, "2b") == {path.name: "PASS" for path in files}


def test_the_judge_is_awake(tmp_path: Path) -> None:
    """A file that is no PDF/A fails: the judge does not pass everything."""
    jar()
    assert judge([_digital(tmp_path / "plain.pdf")], "2u")["plain.pdf"].startswith("FAIL")


@pytest.mark.parametrize("profile", ["2u", "2b", "3b", "1b"])
def test_every_profile_passes_at_every_level(
    tmp_path: Path, pki: Pki, stage: SignStage, profile: str
) -> None:
    """Unsigned, sealed at B-B and at B-LTA, and stamped again a year later: always its profile."""
    jar()
    out = tmp_path / "out"
    out.mkdir()
    sheet = full_letter(dpi=100)
    pages, layers = _paper(sheet, Sheet(dpi=72))
    original = tmp_path / "original.png"
    Image.fromarray(sheet.pixels()).save(original)
    work = work_for(tmp_path, pages, layers, artifacts={"original": original})
    done = ArchiveStage(options=ArchiveOptions(profile=profile)).run(work)  # type: ignore[arg-type]
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    files = _sealed_twice(stage, _keep(made, out, "scan"), tmp_path)
    raised = stage_of(pki, "ECDSA P-256", "B-LTA")
    path = sealed(raised, files[0], out / "lta.pdf")
    files.append(path)
    again = out / "lta-again.pdf"
    assert raised.services is None
    again.write_bytes(with_stamp(path.read_bytes(), raised.options.services().tsa))
    files.append(again)
    assert judge(files, profile) == {path.name: "PASS" for path in files}
    for path in files:
        subprocess.run(["qpdf", "--check", path], check=True, capture_output=True, timeout=60)
    trust = [pki.trust, pki.intermediates]
    assert [verify(path, trust=trust).verdict for path in files[-2:]] == [Verdict.VALID] * 2
    shown = [draw_pages(file.read_bytes(), dpi=60, first_only=False) for file in files[-3:]]
    for base, first, again in zip(*shown, strict=True):
        assert np.array_equal(first.pixels, again.pixels)
        assert base.pixels.shape == first.pixels.shape


@pytest.mark.parametrize("profile", ["2b", "3b", "1b"])
def test_born_digital_files_pass_in_every_profile(
    tmp_path: Path, stage: SignStage, profile: str
) -> None:
    """OCRmyPDF's route, or pictures where the conversion is refused: the profile holds."""
    jar()
    out = tmp_path / "out"
    out.mkdir()
    original = _digital(tmp_path / "word.pdf", pages=1)
    sheet = full_letter(dpi=100)
    pages, layers = (_page(1),), _paper(sheet)[1]
    work = work_for(tmp_path, pages, layers, route=Route.DIGITAL, artifacts={"original": original})
    entries = (replace(work.inspection.pages[0], has_text_layer=True),)
    work = replace(work, inspection=replace(work.inspection, pages=entries))
    done = ArchiveStage(options=ArchiveOptions(profile=profile)).run(work)  # type: ignore[arg-type]
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    print(profile, [remark.code for remark in done.remarks])
    files = _sealed_twice(stage, _keep(made, out, "digital"), tmp_path)
    assert judge(files, profile) == {path.name: "PASS" for path in files}


def test_what_is_attached_is_what_came(tmp_path: Path) -> None:
    """3b: the received bytes and the fields come out of the file as they went in."""
    pages, layers = _paper(Sheet(dpi=72))
    original = tmp_path / "original.png"
    Image.fromarray(Sheet(dpi=72).pixels()).save(original)
    work = work_for(tmp_path, pages, layers, artifacts={"original": original})
    made = ArchiveStage(options=ArchiveOptions(profile="3b")).run(work).artifacts["pdfa"]
    assert isinstance(made, Path)
    with pikepdf.open(made) as pdf:
        held = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert held["original.pdf"] == original.read_bytes()
    told = json.loads(held["fields.json"])
    assert {"code", "issuer"} <= {item["name"] for item in told["fields"]}
