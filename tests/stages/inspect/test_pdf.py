"""PDFs of every kind and fault."""

from __future__ import annotations

import zlib
from pathlib import Path

import pikepdf
import pytest

from pipeline.model.errors import DocumentError
from pipeline.model.records import MediaType, Route
from stages.inspect import Options
from tests.stages.inspect.made import (
    add_typed_page,
    helvetica,
    inspected,
    saved,
    scan_pdf,
    text_operators,
    typed_pdf,
)


def code_of(folder: Path, data: bytes, **settings: object) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(DocumentError) as error:
        inspected(folder, data, **settings)  # type: ignore[arg-type]
    return error.value.code


def with_pdf(data: bytes, path: Path) -> pikepdf.Pdf:
    """Open bytes as a PDF to change it."""
    path.write_bytes(data)
    return pikepdf.open(path)


def test_pages_of_one_image_are_a_scan(tmp_path: Path) -> None:
    """A PDF of pictures goes the way of paper."""
    found = inspected(tmp_path, scan_pdf(3))
    assert found.route is Route.SCAN
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert not any(page.has_text_layer or page.fault for page in found.pages)
    assert found.remarks == ()


def test_a_hidden_text_layer_leaves_a_scan_a_scan(tmp_path: Path) -> None:
    """Invisible text over a picture was made by another reader: the picture counts."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        page = pdf.pages[0]
        page.obj.Resources.Font = pikepdf.Dictionary(F1=helvetica(pdf))
        page.contents_add(text_operators("hidden words " * 40, mode=3))
        found = inspected(tmp_path, saved(pdf))
    assert found.route is Route.SCAN
    assert not found.pages[0].has_text_layer


def test_text_under_the_picture_leaves_a_scan_a_scan(tmp_path: Path) -> None:
    """Text painted before an opaque picture is not seen."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        page = pdf.pages[0]
        page.obj.Resources.Font = pikepdf.Dictionary(F1=helvetica(pdf))
        page.contents_add(text_operators("covered words " * 40), prepend=True)
        found = inspected(tmp_path, saved(pdf))
    assert found.route is Route.SCAN


def test_a_page_number_on_a_scan_leaves_it_a_scan(tmp_path: Path) -> None:
    """A few letters set over a picture are a stamp, not a text layer."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        page = pdf.pages[0]
        page.obj.Resources.Font = pikepdf.Dictionary(F1=helvetica(pdf))
        page.contents_add(text_operators("Trang 1/3"))
        found = inspected(tmp_path, saved(pdf))
    assert found.route is Route.SCAN
    assert not found.pages[0].has_text_layer


def test_visible_text_is_digital(tmp_path: Path) -> None:
    """Text that a person sees is taken as it is."""
    found = inspected(tmp_path, typed_pdf())
    assert found.route is Route.DIGITAL
    assert found.pages[0].has_text_layer


def test_broken_text_is_read_from_the_picture(tmp_path: Path) -> None:
    """Visible text with spaces inside words is digital but not usable."""
    found = inspected(tmp_path, typed_pdf("C ng b o s v n b n qu y ph m ph p l t " * 8))
    assert found.route is Route.DIGITAL
    assert not found.pages[0].has_text_layer


def test_mixed_pages_are_told_apart(tmp_path: Path) -> None:
    """One typed page makes the document digital; its scanned page is still read."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        add_typed_page(pdf, "words that a computer has set " * 12)
        found = inspected(tmp_path, saved(pdf))
    assert found.route is Route.DIGITAL
    assert [page.has_text_layer for page in found.pages] == [False, True]


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_signed_file_is_evidence(tmp_path: Path, *, is_nested: bool) -> None:
    """A signature field with a value counts, also below a parent that holds the type."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        value = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0")
        )
        field = pikepdf.Dictionary(T="ky", V=value)
        if is_nested:
            field = pikepdf.Dictionary(
                T="cha", FT=pikepdf.Name.Sig, Kids=[pdf.make_indirect(field)]
            )
        else:
            field.FT = pikepdf.Name.Sig
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)])
        found = inspected(tmp_path, saved(pdf))
    assert (found.route, found.signatures) == (Route.EVIDENCE, 1)
    assert "DOC-SIGNED" in found.remarks


def test_an_empty_signature_field_is_no_signature(tmp_path: Path) -> None:
    """A place to sign is not a signature."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        field = pikepdf.Dictionary(T="ky", FT=pikepdf.Name.Sig)
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)])
        found = inspected(tmp_path, saved(pdf))
    assert (found.route, found.signatures) == (Route.SCAN, 0)


def test_fields_in_a_circle_end(tmp_path: Path) -> None:
    """A form whose fields are their own kids is counted and does not hang."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        field = pdf.make_indirect(pikepdf.Dictionary(T="vong"))
        field.Kids = pikepdf.Array([field, field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        assert inspected(tmp_path, saved(pdf)).signatures == 0


def test_a_user_password_is_refused(tmp_path: Path) -> None:
    """A file that needs a password cannot be opened."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        data = saved(pdf, encryption=pikepdf.Encryption(user="mat", owner="chu", R=6))
    assert code_of(tmp_path, data) == "DOC-ENCRYPTED"


def test_an_owner_password_is_remarked(tmp_path: Path) -> None:
    """A file that only forbids printing is read."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        data = saved(pdf, encryption=pikepdf.Encryption(user="", owner="chu", R=4))
    assert inspected(tmp_path, data).remarks == ("DOC-OWNER-PASSWORD",)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_file_is_truncated(tmp_path: Path, share: float) -> None:
    """A PDF without its end and without its pages' content was copied in part."""
    data = scan_pdf(3)
    assert code_of(tmp_path, data[: int(len(data) * share)]) == "DOC-TRUNCATED"


def test_a_lost_table_of_places_is_repaired(tmp_path: Path) -> None:
    """A PDF whose content is whole is read although its cross references are wrong."""
    data = scan_pdf()
    head, _, _ = data.rpartition(b"startxref")
    found = inspected(tmp_path, head + b"startxref\n7\n%%EOF\n")
    assert found.remarks == ("DOC-REPAIRED",)
    assert len(found.pages) == 1


def test_no_pages(tmp_path: Path) -> None:
    """A PDF without pages has nothing to read."""
    with pikepdf.new() as pdf:
        assert code_of(tmp_path, saved(pdf)) == "DOC-NO-PAGES"


def test_pages_in_a_circle_are_refused(tmp_path: Path) -> None:
    """A page tree that contains itself ends in an answer."""
    with with_pdf(scan_pdf(), tmp_path / "base.pdf") as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        data = saved(pdf)
    assert code_of(tmp_path, data) == "DOC-DAMAGED"


def test_a_page_of_three_metres_is_too_large(tmp_path: Path) -> None:
    """A page longer than the limit stays unread; a document of nothing else is refused."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 3000 / 25.4 * 72))
        assert code_of(tmp_path, saved(pdf)) == "DOC-TOO-LARGE"
        pdf.add_blank_page(page_size=(595, 842))
        found = inspected(tmp_path, saved(pdf))
    assert [page.fault for page in found.pages] == ["PAGE-TOO-LARGE", None]


def test_a_content_bomb_is_refused(tmp_path: Path) -> None:
    """A stream that unpacks beyond the limit is never unpacked."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        stream = pdf.make_stream(zlib.compress(b" " * 40_000_000, 9))
        stream.Filter = pikepdf.Name.FlateDecode
        pdf.pages[0].Contents = stream
        data = saved(
            pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
        )
    options = Options(max_decompressed_bytes=10_000_000)
    assert code_of(tmp_path, data, options=options) == "DOC-BOMB"


def test_too_many_pages_or_bytes_are_refused(tmp_path: Path) -> None:
    """Limits are the keeper's to raise."""
    assert code_of(tmp_path, scan_pdf(3), options=Options(max_pages=2)) == "DOC-TOO-LARGE"
    assert code_of(tmp_path, scan_pdf(), options=Options(max_file_bytes=99)) == "DOC-TOO-LARGE"


def test_other_bytes_are_no_pdf(tmp_path: Path) -> None:
    """Content decides, not the name."""
    assert code_of(tmp_path, b"not a document at all" * 20) == "DOC-FORMAT"
    assert code_of(tmp_path, b"") == "DOC-EMPTY"


def test_a_wrong_extension_is_remarked(tmp_path: Path) -> None:
    """The name says JPEG, the bytes say PDF: read by the bytes."""
    assert inspected(tmp_path, scan_pdf(), name="anh.jpg").remarks == ("DOC-EXTENSION",)
    assert inspected(tmp_path, scan_pdf(), name="khong-duoi").remarks == ("DOC-EXTENSION",)
    assert inspected(tmp_path, scan_pdf(), MediaType.PDF, name="THU.PDF").remarks == ()
