"""Annexes: lists, regulations, forms and attachments that follow a document's signed pages.

They bear heads of their own (PHỤ LỤC, QUY CHẾ, Mẫu số …); forms bear Quốc hiệu too, which makes
them the hardest pages of a stack. Every word is invented.
"""

from __future__ import annotations

import random
from typing import Literal

from bench.generator.content import Wishes, compose, load, person
from bench.generator.flow import Flow
from bench.generator.fonts import FontBook, Style
from bench.generator.letterhead import Frame, balance, set_line, set_words
from bench.generator.model import Letter, Table
from bench.generator.printer import make_frame
from bench.generator.sheet import Sheet

AnnexKind = Literal["list", "text", "form", "attachment"]
KINDS: tuple[AnnexKind, ...] = ("list", "text", "form", "attachment")
_ROMAN = ("I", "II", "III", "IV")


def print_annex(
    letter: Letter, kind: AnnexKind, *, seed: int, dpi: int, ordinal: int, of: int
) -> tuple[Sheet, ...]:
    """The sheets of one annex of a letter, without page numbers.

    Args:
        letter: what it belongs to; its head names it.
        kind: what the annex is.
        seed: fixes every pixel.
        dpi: dots per inch.
        ordinal: which annex of the letter, from 1.
        of: how many it has.
    """
    rng = random.Random(f"annex-{seed}")
    book = FontBook(rng.choices(("tinos", "termes"), (7, 3))[0])
    frame = make_frame(rng, None)
    flow = Flow(frame=frame, book=book, new_sheet=lambda: Sheet(dpi=dpi, book=book), rng=rng,
                is_numbered=False)  # fmt: skip
    if kind == "form":
        _form(flow, frame, rng, ordinal)
    else:
        _head(flow, frame, letter, kind, rng, f" {_ROMAN[ordinal - 1]}" if of > 1 else "")
        _filling(flow, kind, rng, seed)
    return tuple(flow.sheets)


def _head(
    flow: Flow, frame: Frame, letter: Letter, kind: AnnexKind, rng: random.Random, which: str
) -> None:
    titles = {
        "list": (f"PHỤ LỤC{which}", "DANH SÁCH CÁN BỘ, CÔNG CHỨC"),
        "text": rng.choice(
            ((f"PHỤ LỤC{which}", "CHI TIẾT"), ("QUY CHẾ", letter.subject), ("KẾ HOẠCH", ""))
        ),
        "attachment": ("DANH SÁCH", "Đơn vị tham gia thực hiện"),
    }[kind]  # fmt: skip
    if kind == "attachment":
        for line in letter.issuer_lines:
            set_line(flow.sheet, line, axis_pt=frame.left_axis, base_pt=flow.y + 12,
                     style=Style(size_pt=12, is_bold=True))  # fmt: skip
            flow.y += 14
        flow.y += 16
    day = f"{letter.date:%d/%m/%Y}"
    name = letter.type_name if not letter.is_plain_letter else "Công văn"
    lines = [(text, Style(size_pt=14, is_bold=True)) for text in titles if text]
    lines.append(
        (f"({rng.choice(('Kèm theo', 'Ban hành kèm theo'))} {name} số {letter.code} ngày {day} "
         f"của {' '.join(letter.issuer_lines)})", Style(size_pt=13, is_italic=True))
    )  # fmt: skip
    axis = (frame.left + frame.right) / 2
    for text, style in lines:
        for line in balance(flow.sheet.book, text, style, frame.width * 0.85):
            flow.y += style.size_pt * 1.18
            set_line(flow.sheet, line, axis_pt=axis, base_pt=flow.y, style=style)
    flow.y += 8


def _filling(flow: Flow, kind: AnnexKind, rng: random.Random, seed: int) -> None:
    if kind == "text":
        type_name = rng.choice(("Báo cáo", "Quyết định", "Thông báo"))
        wishes = Wishes(type_name=type_name, body_blocks=rng.randrange(5, 26), urgency="")
        flow.body(compose(seed, wishes).body, keep_pt=0.0)
        return
    units = load("prose")["table_rows"]
    rows = [("TT", "Họ và tên", "Đơn vị", "Ghi chú")]
    for number in range(1, rng.randrange(12, 70)):
        note = rng.choice(("", "", "Tổ trưởng", "Thành viên", "Thư ký"))
        rows.append((str(number), person(rng), rng.choice(units), note))
    flow.body(
        (Table(title=f"Tổng số: {len(rows) - 1} người", rows=tuple(rows),
               widths=(0.08, 0.34, 0.38, 0.2)),),
        keep_pt=0.0,
    )  # fmt: skip


def _form(flow: Flow, frame: Frame, rng: random.Random, ordinal: int) -> None:
    sheet, axis = flow.sheet, (frame.left + frame.right) / 2
    bold, plain = Style(size_pt=13, is_bold=True), Style(size_pt=13)
    label = rng.choice((f"Mẫu số {ordinal:02d}", f"Mẫu {ordinal:02d}/ĐK", f"Biểu mẫu {ordinal}"))
    width = sheet.book.width_pt(label, bold)
    set_words(sheet, sheet.line(), label, x_pt=frame.right - width, base_pt=flow.y + 4, style=bold)
    y = flow.y + 26
    for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"):
        start, end = set_line(sheet, text, axis_pt=axis, base_pt=y, style=bold)
        y += 16
    sheet.rule(start, end, y - 10)
    y += 12
    set_line(sheet, "............, ngày ..... tháng ..... năm ........", axis_pt=frame.right_axis,
             base_pt=y, style=Style(size_pt=13, is_italic=True))  # fmt: skip
    title = rng.choice(("ĐƠN ĐỀ NGHỊ", "TỜ KHAI", "GIẤY XÁC NHẬN", "BẢN CAM KẾT"))
    y += 34
    set_line(sheet, title, axis_pt=axis, base_pt=y, style=Style(size_pt=14, is_bold=True))
    y += 24
    set_line(sheet, "Kính gửi: " + "." * 60, axis_pt=axis, base_pt=y, style=plain)
    asked = ["Họ và tên", "Ngày, tháng, năm sinh", "Số định danh cá nhân", "Nơi cư trú",
             "Số điện thoại", "Nội dung đề nghị", "Lý do", "Hồ sơ kèm theo", "Cam kết"]  # fmt: skip
    for name in asked[: rng.randrange(5, len(asked) + 1)]:
        y += 24
        text = f"{name}: "
        room = frame.width - sheet.book.width_pt(text, plain)
        dots = int(room / sheet.book.width_pt(".", plain))
        set_words(sheet, sheet.line(), text + "." * dots, x_pt=frame.left, base_pt=y, style=plain)
    set_line(sheet, "NGƯỜI ĐỀ NGHỊ", axis_pt=frame.right_axis, base_pt=y + 40, style=bold)
    flow.y = y + 100
