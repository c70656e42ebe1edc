"""Codes of machine checks and of acceptance by samples."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

_SCAN_AGAIN = (
    "Quét lại tờ giấy dưới cùng tên tệp, rồi `sohoa batch add` lại.",
    "Scan the sheet again under the same name, then `sohoa batch add` it again.",
)

_INPUT = table(
    Family.INPUT,
    (
        "INPUT-ACCEPT-CLOSED",
        "Lượt nghiệm thu này đã khóa sổ; không ghi thêm được.",
        "This round of acceptance is closed; nothing can be added.",
        "Rút mẫu mới cho lượt sau.",
        "Draw a new sample for the next round.",
    ),
    (
        "INPUT-ACCEPT-LOT",
        "Chưa có mẫu nghiệm thu nào như vậy.",
        "There is no such sample.",
        "Rút mẫu bằng `sohoa batch sample` hoặc trên trang của lô.",
        "Draw one with `sohoa batch sample`, or on the batch's page.",
    ),
    (
        "INPUT-ACCEPT-OPEN",
        "Lượt nghiệm thu trước chưa khóa sổ, hoặc mẫu này chưa xem hết.",
        "The round before is not closed, or units of this one are not looked at yet.",
        "Xem hết các mẫu còn lại rồi khóa sổ.",
        "Look at the units that are left, then close the round.",
    ),
    (
        "INPUT-ACCEPT-PLAN",
        "Phương án lấy mẫu không có trong bảng.",
        "The table has no such sampling plan.",
        "Chọn bậc kiểm tra, AQL và mức chặt chẽ có trong config/sampling.",
        "Choose level, AQL and severity from config/sampling.",
    ),
    (
        "INPUT-ACCEPT-VERDICT",
        "Kết luận không hợp lệ.",
        "This is no verdict.",
        "Dùng good, hoặc một hay nhiều lỗi: legible, straight, complete, order, colour, fields.",
        "Use good, or one or more of: legible, straight, complete, order, colour, fields.",
    ),
    (
        "INPUT-BATCH-BUSY",
        "Việc này của lô đang chạy.",
        "This is under way for the batch already.",
        "Chờ việc đang chạy xong rồi thử lại.",
        "Wait until it ends, then try again.",
    ),
    (
        "INPUT-BATCH-FIELD",
        "Chưa chọn hồ sơ nào, hoặc không có cột này.",
        "No dossier was chosen, or there is no such field.",
        "Đánh dấu các hồ sơ và chọn một cột trong danh sách.",
        "Mark dossiers and choose a field of the list.",
    ),
    (
        "INPUT-BATCH-FOLDER",
        "Trang chỉ được thêm từ thư mục mà người quản trị cho phép.",
        "The page may add only from folders that the keeper allows.",
        "Chọn thư mục trong danh sách; người quản trị khai báo ở [batch] sources.",
        "Choose a folder of the list; the keeper names them in [batch] sources.",
    ),
)

_REMARK = table(
    Family.REMARK,
    (
        "CHECK-FILE",
        "Thiếu tệp kết quả trong kho, hoặc tệp không mở được.",
        "A result is missing in the store, or cannot be opened.",
        "Chạy `sohoa audit`, khôi phục tệp từ bản sao lưu.",
        "Run `sohoa audit` and restore the file from a backup.",
    ),
    (
        "CHECK-GAP",
        "Thiếu số trong hồ sơ.",
        "Numbers of the dossier are missing.",
        "Tìm tờ hoặc tài liệu mang số được nêu; nếu thật sự không có, sửa danh sách.",
        "Look for the sheets or documents of these numbers; if there are none, mend the list.",
    ),
    (
        "CHECK-NO-TEXT",
        "Trang có nội dung nhưng không có chữ nào đọc được.",
        "The page is not blank, and no text was read on it.",
        "Xem trang: bản vẽ, ảnh thì bỏ qua; chữ mờ thì quét lại.",
        "Look at the page: pass over drawings and photographs, scan faint text again.",
    ),
    (
        "CHECK-PAGE-COUNT",
        "Số trang khác danh sách.",
        "The number of pages is not what the list says.",
        "Đếm lại tờ giấy; quét bổ sung trang thiếu hoặc sửa danh sách.",
        "Count the paper again; scan what is missing, or mend the list.",
    ),
    (
        "CHECK-PAGE-TWICE",
        "Hai trang của tài liệu gần như giống hệt nhau.",
        "Two pages of the document are nearly alike.",
        "Xem hai trang; nếu quét lặp, quét lại tài liệu cho đúng.",
        "Look at both; where one was scanned twice, scan the document again.",
    ),
    (
        "CHECK-PDFA",
        "Tệp kết quả không đúng PDF/A như đã khai.",
        "The result is not the PDF/A that it claims to be.",
        "Cho chạy lại tài liệu; nếu còn, báo cho người phát triển.",
        "Try the document again; if it stays, tell the makers.",
    ),
    (
        "CHECK-SAME-NUMBER",
        "Hai tài liệu của hồ sơ mang cùng số.",
        "Two documents of the dossier bear the same number.",
        "Sửa số thứ tự hoặc số tờ trong danh sách.",
        "Mend the ordinal or the sheet number in the list.",
    ),
    (
        "CHECK-SIGNATURE",
        "Chữ ký số của tệp kết quả thiếu hoặc không hợp lệ.",
        "The digital signature of the result is missing or not valid.",
        "Xem bằng `sohoa verify`; khôi phục tệp hoặc cho chạy lại tài liệu.",
        "See `sohoa verify`; restore the file, or try the document again.",
    ),
    (
        "CHECK-SKEW",
        "Trang còn nghiêng.",
        "The page still leans.",
        *_SCAN_AGAIN,
    ),
    (
        "CHECK-TOTAL",
        "Tổng số của hồ sơ khác danh sách.",
        "The dossier's total is not what the list says.",
        "Đếm lại hồ sơ; quét bổ sung phần thiếu hoặc sửa danh sách.",
        "Count the dossier again; scan what is missing, or mend the list.",
    ),
    (
        "CHECK-TWIN",
        "Hai tài liệu có nội dung gần như giống nhau.",
        "Two documents have nearly the same text.",
        "Xem cả hai: bản sao thì giữ, quét lặp thì bỏ một.",
        "Look at both: keep a copy, drop what was scanned twice.",
    ),
    (
        "CHECK-UNFINISHED",
        "Tài liệu chưa làm xong.",
        "The paper is not finished.",
        "Xem lý do bằng `sohoa batch report`.",
        "See why with `sohoa batch report`.",
    ),
)

ACCEPTANCE_FAULTS: dict[str, Fault] = {**_INPUT, **_REMARK}
"""Every code with its words."""
