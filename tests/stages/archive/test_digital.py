"""Born-digital files: stand-ins, cleaning, mixed pages, and pictures where nothing else helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.model.records import Page, PageEntry, PageLayers, Route
from pipeline.model.stage import Done
from stages.archive import ArchiveStage, Options
from stages.archive.cleaning import clean
from stages.layers import Options as LayersOptions
from stages.layers import PageLayerMaker
from tests.stages.archive.drawn import GOOD, Sheet, work_for

A4 = (210.0, 297.0)


def _digital(path: Path, *, base_font: str = "/TimesNewRomanPSMT", pages: int = 1) -> Path:
    """Write a file as Word does: WinAnsi text in a font that is not embedded, and a script."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name(base_font),
                Encoding=Name.WinAnsiEncoding,
            )
        )
        for number in range(1, pages + 1):
            content = b"BT /F1 13 Tf 80 700 Td (Cong van so %d) Tj ET" % number
            leaf = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, 595, 842]),
                Resources=Dictionary(Font=Dictionary(F1=font)),
                Contents=pdf.make_stream(content),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(leaf)))
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.save(path)
    return path


def _page(number: int) -> Page:
    width_mm, height_mm = A4
    return Page(
        number=number,
        width_mm=width_mm,
        height_mm=height_mm,
        dpi=150,
        skew_deg=0,
        rotation_deg=0,
        is_blank=False,
        quality=GOOD,
    )


def _layers(sheet: Sheet, number: int) -> PageLayers:
    maker = PageLayerMaker(options=LayersOptions(profile="archival"))
    return maker.make(sheet.prepared(number=number), sheet.text())


def _codes(done: Done) -> list[str]:
    return [remark.code for remark in done.remarks]


def _made(done: Done) -> Path:
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    return made


def test_font_that_is_missing_gets_a_stand_in(tmp_path: Path) -> None:
    """Text stays text, in a font of the same widths; the script is gone."""
    original = _digital(tmp_path / "word.pdf")
    work = work_for(
        tmp_path,
        (_page(1),),
        route=Route.DIGITAL,
        has_text_layer=True,
        artifacts={"original": original},
    )
    done = ArchiveStage().run(work)
    assert _codes(done) == ["ARCHIVE-FONT-STANDIN"]
    with pikepdf.open(_made(done)) as pdf:
        assert "/OpenAction" not in pdf.Root
        fonts = [i for i in pdf.objects if isinstance(i, Dictionary) and "/FontFile2" in i]
        assert ["Tinos-Regular" in str(font.FontName) for font in fonts] == [True]
        with pdf.open_metadata() as xmp:
            assert xmp.pdfa_status == "2B"
    document = pdfium.PdfDocument(_made(done))
    assert document[0].get_textpage().get_text_bounded().strip() == "Cong van so 1"
    document.close()


def test_what_pdfa_forbids_is_left_out(tmp_path: Path) -> None:
    """Attachments, scripts, sticky notes, private and empty entries go; links stay."""
    original = _digital(tmp_path / "plain.pdf")
    busy = tmp_path / "busy.pdf"
    with pikepdf.open(original) as pdf:
        pdf.attachments["a.txt"] = b"attached"
        pdf.Root.Pages.ITXT = pikepdf.String("5.0")
        page = pdf.pages[0]
        page.Resources.Pattern = Dictionary()
        page.Annots = Array(
            [
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Text,
                    Rect=Array([0, 0, 20, 20]),
                    Contents=pikepdf.String("ghi chú"),
                ),
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    F=4,
                    Rect=Array([80, 690, 200, 715]),
                    A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.vn")),
                ),
            ]
        )
        pdf.save(busy)
    cleaned = tmp_path / "cleaned.pdf"
    facts = clean(busy, cleaned, fonts=Path(Options().standin_fonts))
    assert (facts.page_count, facts.standin_count) == (1, 1)
    with pikepdf.open(cleaned) as pdf:
        assert not pdf.attachments
        assert "/OpenAction" not in pdf.Root
        assert "/ITXT" not in pdf.Root.Pages
        assert "/Pattern" not in pdf.pages[0].Resources
        assert [str(note.Subtype) for note in pdf.pages[0].Annots] == ["/Link"]


def _laden(path: Path, target: Path) -> Path:
    """Write a file with all that may act: scripts at six places, a form, a file, a password."""
    script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('MAT')"))
    with pikepdf.open(path) as pdf:
        pdf.attachments["a.exe"] = b"MZ attached"
        pdf.Root.Names.JavaScript = Dictionary(Names=Array([pikepdf.String("go"), script]))
        pdf.Root.AA = Dictionary(WC=script)
        page = pdf.pages[0]
        page.obj.AA = Dictionary(O=script)
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=pikepdf.String("amount"),
                V=pikepdf.String("Nam trieu"),
                DA=pikepdf.String("/F1 12 Tf 0 g"),
                F=4,
                Rect=Array([80, 600, 300, 620]),
                AA=Dictionary(K=script, C=script),
            )
        )
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([80, 500, 200, 515]), A=script
        )
        page.obj.Annots = Array([field, link])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]),
            DR=page.Resources,
            DA=pikepdf.String("/F1 12 Tf 0 g"),
            XFA=pdf.make_stream(b"<xdp/>"),
            NeedAppearances=True,
        )
        pdf.save(target, encryption=pikepdf.Encryption(user="", owner="chu", R=6))
    return target


def test_forms_scripts_files_and_passwords_follow_the_rule(tmp_path: Path) -> None:
    """Forms stay as they look, scripts, files and the owner's password do not; text stays text."""
    plain = _digital(tmp_path / "plain.pdf")
    original = _laden(plain, tmp_path / "laden.pdf")
    before = original.read_bytes()
    work = work_for(
        tmp_path,
        (_page(1),),
        route=Route.DIGITAL,
        has_text_layer=True,
        artifacts={"original": original},
    )
    made = _made(ArchiveStage().run(work))
    assert original.read_bytes() == before
    with pikepdf.open(made) as pdf:
        assert not pdf.is_encrypted
        assert not pdf.attachments
        assert "/AcroForm" not in pdf.Root
        named = [item for item in pdf.objects if isinstance(item, Dictionary)]
        assert not [item for item in named if "/JS" in item or "/AA" in item or "/XFA" in item]
        assert b"JavaScript" not in made.read_bytes()
        for note in pdf.pages[0].get("/Annots", Array()):
            assert "/A" not in note or Name.JavaScript != note.A.S
    document = pdfium.PdfDocument(made)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "Cong van so 1" in text
    assert "Nam trieu" in text


def test_unknown_font_makes_pictures(tmp_path: Path) -> None:
    """A font without a stand-in: the page is kept as its picture, and a person is told."""
    original = _digital(tmp_path / "odd.pdf", base_font="/VnTimeSpecial")
    sheet = Sheet(dpi=100).letter()
    work = work_for(
        tmp_path,
        (sheet.page(),),
        (_layers(sheet, 1),),
        route=Route.DIGITAL,
        has_text_layer=True,
        artifacts={"original": original},
    )
    done = ArchiveStage().run(work)
    assert _codes(done) == ["ARCHIVE-AS-PICTURES"]
    document = pdfium.PdfDocument(_made(done))
    assert "Độc lập - Tự do" in document[0].get_textpage().get_text_bounded()
    assert document[0].render(scale=0.5).to_numpy().min() < 128
    document.close()


def test_picture_page_of_a_mixed_file_is_replaced(tmp_path: Path) -> None:
    """A page that is only a picture comes from the page line, the others keep their own text."""
    original = _digital(tmp_path / "mixed.pdf", pages=2)
    sheet = Sheet(dpi=100).letter()
    work = work_for(
        tmp_path,
        (_page(1), sheet.page(number=2)),
        (_layers(sheet, 2),),
        route=Route.DIGITAL,
        artifacts={"original": original},
    )
    entries = (PageEntry(number=1, has_text_layer=True), PageEntry(number=2))
    inspection = replace(work.inspection, pages=entries)
    done = ArchiveStage().run(replace(work, inspection=inspection))
    document = pdfium.PdfDocument(_made(done))
    assert document[0].get_textpage().get_text_bounded().strip() == "Cong van so 1"
    assert "Hạnh phúc" in document[1].get_textpage().get_text_bounded()
    document.close()


def test_conversion_that_hangs_is_ended(tmp_path: Path) -> None:
    """A time limit ends the conversion and the document goes on as pictures."""
    original = _digital(tmp_path / "slow.pdf")
    sheet = Sheet(dpi=100).letter()
    work = work_for(
        tmp_path,
        (sheet.page(),),
        (_layers(sheet, 1),),
        route=Route.DIGITAL,
        has_text_layer=True,
        artifacts={"original": original},
    )
    done = ArchiveStage(options=Options(convert_timeout_s=0.01)).run(work)
    assert _codes(done) == ["ARCHIVE-AS-PICTURES"]
    assert "timed out" in done.remarks[0].facts["reason"]


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.4\nnothing", bytes(1000)])
def test_junk_that_came_so_far_makes_pictures(tmp_path: Path, junk: bytes) -> None:
    """A file that qpdf cannot open at all still gives the pages that were drawn from it."""
    original = tmp_path / "junk.pdf"
    original.write_bytes(junk)
    sheet = Sheet(dpi=100).letter()
    work = work_for(
        tmp_path,
        (sheet.page(),),
        (_layers(sheet, 1),),
        route=Route.DIGITAL,
        has_text_layer=True,
        artifacts={"original": original},
    )
    done = ArchiveStage().run(work)
    assert _codes(done) == ["ARCHIVE-AS-PICTURES"]
    document = pdfium.PdfDocument(_made(done))
    assert np.any(document[0].render(scale=0.5).to_numpy() < 128)
    document.close()
