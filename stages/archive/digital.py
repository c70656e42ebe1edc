"""Born-digital and mixed files: their own text and drawing are kept, as PDF/A-2.

Pages with their own text come from OCRmyPDF's conversion; pages that are only pictures (a mixed
file) are replaced by the page line's picture and words, as in a scan. A file that cannot be made
PDF/A so is kept as pictures with its text under them, and the document says so.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf

from pipeline.model.codec import read_layers
from pipeline.model.records import Page, Remark
from stages.archive.cleaning import clean
from stages.archive.document import Finish, PageWriter, describe, save
from stages.archive.metadata import Facts
from stages.archive.ocrmypdf import to_pdfa
from stages.archive.profile import Profile

AS_PICTURES = "ARCHIVE-AS-PICTURES"
STANDIN = "ARCHIVE-FONT-STANDIN"


class CannotConvertError(Exception):
    """The file cannot become PDF/A with its own text; the message says why."""


def write_digital(
    original: Path,
    layers: Path,
    target: Path,
    *,
    pages: tuple[Page, ...],
    own_text: frozenset[int],
    facts: Facts,
    profile: Profile,
    finish: Finish,
    fonts: Path,
    timeout_s: float,
) -> tuple[Remark, ...]:
    """Write the PDF/A-2 of a born-digital or mixed file.

    Args:
        original: the received file.
        layers: the page line's pictures.
        target: new file.
        pages: facts and words of all pages.
        own_text: numbers of the pages that keep their own text.
        facts: metadata.
        profile: the kind of PDF/A.
        finish: adds attached files.
        fonts: folder of the stand-in fonts.
        timeout_s: limit for each attempt of OCRmyPDF.

    Returns:
        What a person should know.

    Raises:
        CannotConvertError: the file must be kept as pictures.
        OperatorError: SYS-TOOL-MISSING.
    """
    cleaned_file, converted = target.with_suffix(".cleaned"), target.with_suffix(".converted")
    try:
        cleaned = clean(original, cleaned_file, fonts=fonts)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise CannotConvertError(f"qpdf: {type(error).__name__}") from error
    if cleaned.page_count != len(pages):
        raise CannotConvertError(f"{cleaned.page_count} pages instead of {len(pages)}")
    reason = to_pdfa(cleaned_file, converted, part=profile.part, timeout_s=timeout_s)
    if reason is not None:
        raise CannotConvertError(reason)
    with pikepdf.open(converted) as pdf:
        _replace_pictures(pdf, layers, pages, own_text)
        describe(pdf, facts)
        finish(pdf)
        save(pdf, target, profile)
    if cleaned.standin_count:
        return (Remark(code=STANDIN, facts={"fonts": str(cleaned.standin_count)}),)
    return ()


def _replace_pictures(
    pdf: pikepdf.Pdf, layers: Path, pages: tuple[Page, ...], own_text: frozenset[int]
) -> None:
    replaced = {page.number: page for page in pages if page.number not in own_text}
    if not replaced:
        return
    writer = PageWriter(pdf, tuple(replaced.values()))
    for picture in read_layers(layers):
        page = replaced.get(picture.number)
        if page is not None and picture.images:
            pdf.pages[page.number - 1] = writer.page(page, picture)
