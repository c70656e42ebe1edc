"""Codes of what people do at the register, and of what is pushed onward to other systems."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

_RELOAD = ("Mở lại trang rồi thử lại.", "Open the page again and try again.")

_INPUT = table(
    Family.INPUT,
    (
        "INPUT-EXPORT-FILE",
        "Không ghi được tệp này (có thể tệp đã có).",
        "The file cannot be written (it may be there already).",
        "Chọn một tên tệp chưa có, trong thư mục ghi được.",
        "Choose a name that is not taken, in a folder that can be written.",
    ),
    (
        "INPUT-EXPORT-KIND",
        "Không xuất được ra loại tệp này.",
        "There is no export of this kind.",
        "Dùng đuôi .pdf, .xlsx hoặc .csv.",
        "Use the ending .pdf, .xlsx or .csv.",
    ),
    (
        "INPUT-REGISTER-BOOK",
        "Không có quyển sổ này.",
        "There is no such book.",
        "Dùng một trong các sổ của [register] books, hoặc thêm sổ vào cấu hình.",
        "Use one of the books of [register] books, or add the book to the configuration.",
    ),
    (
        "INPUT-REGISTER-ENTRY",
        "Sổ không có văn bản này.",
        "The register holds no such entry.",
        "Kiểm tra sổ, năm và số đến.",
        "Check book, year and arrival number.",
    ),
    (
        "INPUT-REGISTER-RECEIVED",
        "Lần chuyển này đã có người ký nhận.",
        "This hand-over has been signed for already.",
        *_RELOAD,
    ),
    (
        "INPUT-REGISTER-STALE",
        "Người khác vừa sửa văn bản này trong sổ; chưa có gì thay đổi.",
        "Somebody else has just changed this entry; nothing was changed.",
        *_RELOAD,
    ),
    (
        "INPUT-REGISTER-STATUS",
        "Không chuyển được sang trạng thái này.",
        "This status cannot follow the present one.",
        "Chọn một trạng thái mà trang đưa ra.",
        "Choose one of the statuses that the page offers.",
    ),
    (
        "INPUT-REGISTER-VALUE",
        "Giá trị nhập không hợp lệ; chưa có gì thay đổi.",
        "A value is not valid; nothing was changed.",
        "Sửa ô được nêu rồi thử lại.",
        "Mend the box named and try again.",
    ),
)

DESK_FAULTS: dict[str, Fault] = {**_INPUT}
"""Part of `pipeline.model.catalogue.CATALOGUE`."""
