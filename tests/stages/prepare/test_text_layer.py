"""Words of a page's own text layer."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from pipeline.model.prepared import PreparedPage
from stages.prepare import PagePreparer
from tests.stages.prepare.paper import prepared

TEXT = b"BT /F1 20 Tf 72 700 Td (Trung tam luu tru) Tj 0 -30 Td (so hoa) Tj ET"


def typed(**page_keys: object) -> bytes:
    """Return a PDF of two lines of text on a page of 600 × 800 units."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(600, 800))
        page = pdf.pages[0]
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(TEXT)
        for key, value in page_keys.items():
            page.obj[f"/{key}"] = value
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def page_of(folder: Path, preparer: PagePreparer, **page_keys: object) -> PreparedPage:
    """Prepare the page with its text layer."""
    return prepared(folder, typed(**page_keys), preparer=preparer, has_text_layer=True)


def test_words_lines_and_boxes(tmp_path: Path, preparer: PagePreparer) -> None:
    """Words in reading order, boxes in points from the top left."""
    page = page_of(tmp_path, preparer)
    words = page.text_layer
    assert words is not None
    assert [word.text for word in words] == ["Trung", "tam", "luu", "tru", "so", "hoa"]
    assert [word.line for word in words] == [0, 0, 0, 0, 1, 1]
    assert words[0].box.x0 == pytest.approx(72, abs=2)
    assert words[0].box.y1 == pytest.approx(100, abs=6)
    assert words[4].box.y0 > words[0].box.y1
    assert page.width_mm == pytest.approx(600 / 72 * 25.4, abs=0.3)
    assert page.quality.reasons == ()


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_boxes_lie_on_the_ink_after_a_turn(
    tmp_path: Path, preparer: PagePreparer, rotate: int
) -> None:
    """Boxes follow /Rotate: ink is where they say."""
    page = page_of(tmp_path, preparer, Rotate=rotate)
    assert page.text_layer is not None
    for word in page.text_layer:
        scale = page.dpi / 72
        box = word.box
        cut = page.gray[
            round(box.y0 * scale) : round(box.y1 * scale) + 1,
            round(box.x0 * scale) : round(box.x1 * scale) + 1,
        ]
        assert int(cut.min()) < 100


def test_crop_box_and_user_unit_move_and_scale_boxes(
    tmp_path: Path, preparer: PagePreparer
) -> None:
    """The origin is that of what is seen; units are points."""
    page = page_of(tmp_path, preparer, CropBox=[50, 600, 550, 800], UserUnit=2)
    assert page.text_layer is not None
    assert page.text_layer[0].box.x0 == pytest.approx(2 * (72 - 50), abs=3)
    assert page.width_mm == pytest.approx(2 * 500 / 72 * 25.4, abs=0.5)
