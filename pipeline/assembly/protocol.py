"""The protocol of acceptance (biên bản nghiệm thu), as rows of a sheet and as a printed form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fpdf.enums import XPos, YPos

from pipeline.assembly.accepting import EVERYTHING, REASONS, reasons
from pipeline.assembly.house import House
from pipeline.ledger.batch_rows import BatchRow
from pipeline.ledger.lot_rows import LotRow, UnitRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import InputError
from pipeline.structure.records import Place
from pipeline.web.present import moment
from stages.register.form import FACE, Form, cut, drawable, finished, new_form

_UNIT_WORDS = {"document": "tài liệu", "page": "trang"}
_SEVERITY_WORDS = {"normal": "thường", "tightened": "ngặt", "reduced": "giảm"}
_LINE_MM = 6.0
_SEAL_MM = 10.0
"""Room above the heading for the visible seal."""
_BAD_MM = (12.0, 92.0, 14.0, 68.0)
_CHARS_A_MM = 0.55
"""At 9.5 points; longer text is cut."""


def facts(house: House, row: BatchRow, lot: LotRow) -> Iterator[tuple[str, str]]:
    """Yield what the protocol says of a closed round: name and value, in order.

    Raises:
        InputError: INPUT-ACCEPT-OPEN, the round is not closed.
    """
    closing, draft = lot.closing, lot.draft
    if closing is None:
        raise InputError("INPUT-ACCEPT-OPEN", detail=str(lot.id))
    unit = _UNIT_WORDS[draft.unit]
    yield "Lô số hóa", row.name
    yield "Phông", row.options.get("fonds", "")
    if draft.round == EVERYTHING:
        yield "Lượt", f"1 – kiểm tra toàn bộ {draft.lot_size} {unit}"
    else:
        yield "Lượt", "2 – kiểm tra theo mẫu, ISO 2859-1 (TCVN 7790-1), lấy mẫu một lần"
        yield "Cỡ lô", f"{draft.lot_size} {unit}"
        yield "Bậc kiểm tra, AQL", f"{draft.level}, {draft.aql} %"
        yield "Mức kiểm tra", _SEVERITY_WORDS[draft.severity] + " (do người kiểm tra chọn)"
        yield "Chữ mã, cỡ mẫu", f"{draft.letter}, {draft.sample_size}"
        yield "Số hạt mầm của mẫu", draft.seed
    yield "Ac / Re", f"{draft.accept_max} / {draft.accept_max + 1}"
    yield "Lập danh sách", f"{lot.person}, {moment(lot.at, 'vi')}"
    yield "Khóa sổ", f"{closing.person}, {moment(closing.at, 'vi')}"
    tally = house.lots.tally(lot.id)
    yield "Đã xem", f"{tally.judged} {unit}"
    yield "Không đạt", f"{closing.bad} {unit}"
    for name, words in REASONS.items():
        if tally.faults.get(name):
            yield f"  {words.partition(' / ')[0]}", str(tally.faults[name])
    yield "Kết luận", "ĐẠT" if closing.verdict == "accepted" else "KHÔNG ĐẠT"


def machine_facts(house: House, row: BatchRow) -> Iterator[tuple[str, str]]:
    """Yield what the last machine checks of a batch came to."""
    last = house.lots.last_check(row.name)
    if last is None:
        yield "Kiểm tra bằng máy", "chưa thực hiện"
        return
    seen = f"{moment(last.at, 'vi')}: {last.documents} tài liệu, {last.pages} trang"
    yield "Kiểm tra bằng máy", seen
    for code, count in sorted(last.counts.items()):
        yield f"  {code}", f"{count} – {CATALOGUE[code].message_vi}"


def protocol_rows(house: House, row: BatchRow, lot: LotRow) -> Iterator[Sequence[object]]:
    """Yield the protocol as rows of a sheet: facts, machine checks, then every unit."""
    yield ("BIÊN BẢN NGHIỆM THU SỐ HÓA TÀI LIỆU", "")
    yield from facts(house, row, lot)
    yield from machine_facts(house, row)
    yield ()
    yield ("Số", "Tệp", "Hồ sơ", "Trang", "Kết luận", "Người xem", "Lúc")
    for unit in house.lots.units(lot.id):
        yield (
            unit.ordinal,
            unit.path,
            Place.of_key(unit.place).notation,
            unit.page or "",
            reasons(set(unit.faults or ())) or "đạt",
            unit.person,
            "" if unit.at is None else moment(unit.at, "vi"),
        )


def protocol_pdf(house: House, row: BatchRow, lot: LotRow) -> bytes:
    """Return the protocol as PDF, with places for signatures.

    Raises:
        InputError: INPUT-ACCEPT-OPEN, the round is not closed.
        OperatorError: SYS-TOOL-MISSING, no face to print with.
    """
    title = "BIÊN BẢN NGHIỆM THU SỐ HÓA TÀI LIỆU"
    told = [*facts(house, row, lot), *machine_facts(house, row)]
    pdf = new_form(title, is_landscape=False, has_cover=False)
    pdf.add_page()
    pdf.ln(_SEAL_MM)
    agency = row.options.get("agency_name", "")
    for style, size_pt, text in (
        ("B", 12, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("B", 12, "Độc lập - Tự do - Hạnh phúc"),
        ("", 11, drawable(agency)),
        ("B", 15, title),
    ):
        if text:
            pdf.set_font(FACE, style, size_pt)
            pdf.cell(0, 0.7 * size_pt, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(4)
    for name, value in told:
        pdf.set_font(FACE, "B" if name == "Kết luận" else "", 11)
        pdf.cell(56, _LINE_MM, drawable(name) if name.strip() == name else f"    {name.strip()}")
        pdf.multi_cell(0, _LINE_MM, drawable(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    _bad_units(pdf, [*house.lots.units(lot.id, only_bad=True)])
    _signatures(pdf)
    return finished(pdf)


def _bad_units(pdf: Form, units: Sequence[UnitRow]) -> None:
    if not units:
        return
    pdf.ln(3)
    pdf.set_font(FACE, "B", 12)
    pdf.cell(0, 8, f"Không đạt: {len(units)}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(FACE, "B", 9.5)
    _row(pdf, ("Số", "Tệp", "Trang", "Lý do"))
    pdf.set_font(FACE, "", 9.5)
    for unit in units:
        why = reasons(set(unit.faults or ()))
        vietnamese = "; ".join(one.partition(" / ")[0] for one in why.split("; "))
        # the end of a path tells more than its beginning
        room = int(_BAD_MM[1] * _CHARS_A_MM)
        path = unit.path if len(unit.path) <= room else f"…{unit.path[1 - room :]}"
        _row(pdf, (str(unit.ordinal), path, str(unit.page or ""), vietnamese))


def _row(pdf: Form, cells: Sequence[str]) -> None:
    for width_mm, text in zip(_BAD_MM, cells, strict=True):
        pdf.cell(width_mm, _LINE_MM, cut(drawable(text), width_mm * _CHARS_A_MM), border="B")
    pdf.ln(_LINE_MM)


def _signatures(pdf: Form) -> None:
    if pdf.get_y() + 50 > pdf.page_break_trigger:
        pdf.add_page()
    pdf.ln(10)
    pdf.set_font(FACE, "", 11)
    line = "……, ngày …… tháng …… năm ……"
    pdf.cell(0, _LINE_MM, line, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    half_mm = pdf.epw / 2
    for style, texts in (
        ("B", ("ĐẠI DIỆN BÊN GIAO", "ĐẠI DIỆN BÊN NHẬN")),
        ("", ("(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên)")),
    ):
        pdf.set_font(FACE, style, 11)
        for text in texts:
            pdf.cell(half_mm, _LINE_MM, text, align="C")
        pdf.ln(_LINE_MM)
