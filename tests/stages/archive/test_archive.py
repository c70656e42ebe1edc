"""The archive stage on drawn pages: what poppler, PDFium and qpdf find in its files."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest

from pipeline.model.errors import ContractError
from pipeline.model.records import Box, PageLayers, Route, Word
from stages.archive import ArchiveStage
from stages.archive.check import check_document
from stages.layers import Options, PageLayerMaker
from tests.stages.archive.drawn import DIGEST, FIELDS, LINES, Sheet, full_letter, work_for


@pytest.fixture(scope="module")
def letter() -> Sheet:
    """A letter with all kinds of ink, at 150 dpi to be quick."""
    return full_letter(dpi=150)


def _layers(sheet: Sheet, *, number: int = 1) -> PageLayers:
    maker = PageLayerMaker(options=Options(profile="archival"))
    return maker.make(sheet.prepared(number=number), sheet.text())


def _archive(scratch: Path, sheet: Sheet, *, route: Route = Route.SCAN) -> Path:
    done = ArchiveStage().run(work_for(scratch, (sheet.page(),), (_layers(sheet),), route=route))
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    return made


def _pdftotext(path: Path, *arguments: str) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext (poppler-utils)")
    command = ["pdftotext", "-enc", "UTF-8", *arguments, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout.decode()


def test_poppler_gives_the_words_in_reading_order(tmp_path: Path, letter: Sheet) -> None:
    """The text of the file is the text that was read, line by line, with single spaces."""
    made = _archive(tmp_path, letter)
    for arguments in (("-raw",), ()):
        lines = [line.strip() for line in _pdftotext(made, *arguments).splitlines()]
        assert [line for line in lines if line] == list(LINES)


def test_poppler_finds_every_word_in_its_box(tmp_path: Path, letter: Sheet) -> None:
    """Selections stand within half a millimetre of the printed words."""
    out = _pdftotext(_archive(tmp_path, letter), "-bbox")
    found = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', out)
    assert [text for *_, text in found] == [word.text for word in letter.words]
    for (x0, y0, x1, y1, _), word in zip(found, letter.words, strict=True):
        assert float(x0) == pytest.approx(word.box.x0, abs=1.4)
        assert float(x1) == pytest.approx(word.box.x1, abs=1.4)
        assert float(y0) - 1.4 <= word.box.y0
        assert word.box.y1 <= float(y1) + 1.4


def test_touching_words_stay_apart(tmp_path: Path) -> None:
    """A reader whose boxes touch or overlap a little still gives single words with spaces."""
    sheet = Sheet(dpi=100)
    edges = (100, 124, 144, 153, 171, 188)
    texts = ("Độc", "lập", "-", "Tự", "do")
    sheet.words = [
        Word(text=t, box=Box(x0=x0 - 0.5, y0=80, x1=x1 + 0.5, y1=93), confidence=1, line=0)
        for t, x0, x1 in zip(texts, edges, edges[1:], strict=False)
    ]
    made = _archive(tmp_path, sheet)
    for arguments in (("-raw",), ("-layout",), ()):
        assert _pdftotext(made, *arguments).split() == list(texts)
    document = pdfium.PdfDocument(made)
    assert document[0].get_textpage().get_text_bounded().strip() == " ".join(texts)
    document.close()


def test_pdfium_gives_the_same_text(tmp_path: Path, letter: Sheet) -> None:
    """Chromium's engine reads the same lines and finds a toned word."""
    document = pdfium.PdfDocument(_archive(tmp_path, letter))
    text_page = document[0].get_textpage()
    lines = [line.strip() for line in text_page.get_text_bounded().splitlines()]
    assert lines == list(LINES)
    searcher = text_page.search("nghiêng ngả", match_case=True)
    index, count = searcher.get_next()
    left, _, right, _ = text_page.get_charbox(index)
    word = next(w for w in letter.words if w.text == "nghiêng")
    assert word.box.x0 - 1 <= left <= right <= word.box.x1 + 1
    assert count == len("nghiêng ngả")
    searcher.close()
    text_page.close()
    document.close()


def test_page_has_the_size_of_the_paper(tmp_path: Path, letter: Sheet) -> None:
    """The media box is the scan's size to a hundredth of a point, scale 100 %."""
    with pikepdf.open(_archive(tmp_path, letter)) as pdf:
        left, bottom, right, top = (float(value) for value in pdf.pages[0].mediabox)
    page = letter.page()
    assert (left, bottom) == (0, 0)
    assert right == pytest.approx(page.width_pt, abs=0.01)
    assert top == pytest.approx(page.height_pt, abs=0.01)


def test_metadata_says_what_the_paper_says(tmp_path: Path, letter: Sheet) -> None:
    """XMP and the information dictionary hold title, author and the paper's own facts."""
    with pikepdf.open(_archive(tmp_path, letter)) as pdf:
        assert str(pdf.docinfo["/Title"]) == FIELDS["subject"].value
        assert str(pdf.docinfo["/Author"]) == FIELDS["issuer"].value
        assert str(pdf.Root.Lang) == "vi-VN"
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == FIELDS["subject"].value
            assert xmp["dc:creator"] == [FIELDS["issuer"].value]
            assert xmp.pdfa_status == "2U"
            assert xmp["{urn:x-sohoa:document:1#}code"] == FIELDS["code"].value
            assert xmp["{urn:x-sohoa:document:1#}issuedDate"] == "2026-11-20"


def test_derivative_of_evidence_names_its_source(tmp_path: Path, letter: Sheet) -> None:
    """A copy beside a signed original says of which bytes it is a derivative."""
    with pikepdf.open(_archive(tmp_path, letter, route=Route.EVIDENCE)) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
    assert f"derivative of the digitally signed original sha-256 {DIGEST}" in packet


def test_same_document_gives_same_bytes(tmp_path: Path, letter: Sheet) -> None:
    """A stage that runs again after a crash makes the same file."""
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    assert _archive(first, letter).read_bytes() == _archive(second, letter).read_bytes()


def test_page_without_layers_stays_white(tmp_path: Path) -> None:
    """No page is missing in the file, whatever happened to its picture."""
    one, two = Sheet(dpi=100), Sheet(dpi=100)
    one.write("Trang một", 30, 40)
    done = ArchiveStage().run(
        work_for(tmp_path, (one.page(number=1), two.page(number=2)), (_layers(one),))
    )
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    document = pdfium.PdfDocument(made)
    assert len(document) == 2
    assert np.all(document[1].render(scale=0.2).to_numpy() == 255)
    document.close()


def test_odd_words_do_no_harm(tmp_path: Path) -> None:
    """Control letters, decomposed tones, other planes, empty and inverted boxes are borne."""
    sheet = Sheet(dpi=100)
    texts = ("to\u0302\u0309ng", "a\x00b\ufeff", "\U0001f600", "\ud800", "tiếng\u200b", "x" * 300)
    sheet.words = [
        Word(text=text, box=Box(x0=50, y0=50, x1=50, y1=50), confidence=0.9, line=number)
        for number, text in enumerate(texts)
    ]
    done = ArchiveStage().run(work_for(tmp_path, (sheet.page(),), (_layers(sheet),)))
    made = done.artifacts["pdfa"]
    assert isinstance(made, Path)
    out = _pdftotext(made, "-raw")
    assert "tổng" in out
    assert "ab" in out
    assert "\U0001f600" in out


def test_fallback_of_layers_is_remarked(tmp_path: Path, letter: Sheet) -> None:
    """A page that kept its full picture is told about."""
    layers = replace(_layers(letter), fallback="LAYERS-FALLBACK")
    done = ArchiveStage().run(work_for(tmp_path, (letter.page(),), (layers,)))
    assert [(remark.code, remark.page) for remark in done.remarks] == [("LAYERS-FALLBACK", 1)]


@pytest.mark.parametrize("fault", ["intent", "xmp", "font", "script", "jpeg", "page"])
def test_check_finds_what_we_would_break(tmp_path: Path, letter: Sheet, fault: str) -> None:
    """Each promise of the file, broken on purpose, is BUG-PDFA."""
    page = letter.page()
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(_archive(tmp_path, letter)) as pdf:
        _break(pdf, fault)
        pdf.save(broken)
    with pytest.raises(ContractError, match="BUG-PDFA"):
        check_document(broken, sizes_pt=[(page.width_pt, page.height_pt)])


def _break(pdf: pikepdf.Pdf, fault: str) -> None:
    if fault == "intent":
        del pdf.Root.OutputIntents
    elif fault == "xmp":
        pdf.Root.Metadata = pdf.make_stream(b"<not-xml")
    elif fault == "font":
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
                del item["/FontFile2"]
    elif fault == "script":
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
    elif fault == "jpeg":
        image = next(i for i in pdf.objects if _is_jpeg(i))
        image.write(image.read_raw_bytes()[:-300], filter=pikepdf.Name.DCTDecode)
    else:
        pdf.pages[0].mediabox = [0, 0, 100, 100]


def _is_jpeg(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.DCTDecode
