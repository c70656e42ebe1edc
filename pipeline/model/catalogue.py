"""The error catalogue: every stable code with its words and its remedy, Vietnamese and English.

`docs/errors.md` is made from this table (`make docs`) and tested against it. Codes are never
reused. Families say who must act (`pipeline.model.errors`); REMARK is no error: it tells a
person something about a document that goes on. The modules beside this one hold the codes of
their parts.
"""

from __future__ import annotations

from pipeline.model.acceptance_faults import ACCEPTANCE_FAULTS
from pipeline.model.access_faults import ACCESS_FAULTS
from pipeline.model.backlog_faults import BACKLOG_FAULTS
from pipeline.model.desk_faults import DESK_FAULTS
from pipeline.model.faults import RESCAN, Family, Fault
from pipeline.model.faults import table as _table
from pipeline.model.remarks import REMARKS
from pipeline.model.search_faults import SEARCH_FAULTS
from pipeline.model.sign_faults import SIGN_FAULTS

__all__ = ["CATALOGUE", "Family", "Fault"]

_DOCUMENT = _table(
    Family.DOCUMENT,
    ("DOC-EMPTY", "Tệp rỗng (0 byte).", "The file is empty (0 bytes).", *RESCAN),
    ("DOC-NO-PAGES", "Tệp không có trang nào.", "The file has no pages.", *RESCAN),
    (
        "DOC-TRUNCATED",
        "Tệp bị cắt cụt: thiếu phần cuối.",
        "The file is truncated: its end is missing.",
        "Chép lại tệp từ máy quét cho đủ, hoặc quét lại.",
        "Copy the whole file from the scanner again, or scan again.",
    ),
    (
        "DOC-DAMAGED",
        "Tệp hỏng, không mở được.",
        "The file is damaged and cannot be opened.",
        *RESCAN,
    ),
    (
        "DOC-RESCAN",
        "Người kiểm tra yêu cầu quét lại tờ giấy này.",
        "The person who looked at it wants the paper scanned again.",
        "Quét lại tờ giấy rồi thả tệp mới; tệp cũ nằm trong thư mục trả lại.",
        "Scan the paper again and drop the new file; the old one lies among the returned files.",
    ),
    (
        "DOC-FORMAT",
        "Nội dung không phải PDF, TIFF, JPEG hay PNG.",
        "The content is not PDF, TIFF, JPEG or PNG.",
        "Lưu văn bản thành PDF hoặc ảnh quét rồi thả lại.",
        "Save the document as PDF or as a scan and drop it again.",
    ),
    (
        "DOC-ENCRYPTED",
        "Tệp PDF có mật khẩu mở tệp.",
        "The PDF needs a password to be opened.",
        "Bỏ mật khẩu của tệp rồi thả lại.",
        "Remove the file's password and drop it again.",
    ),
    (
        "DOC-TOO-LARGE",
        "Tệp hoặc trang lớn hơn giới hạn cho phép.",
        "The file or a page is larger than the limit allows.",
        "Quét với độ phân giải thấp hơn, hoặc nhờ người quản trị nâng giới hạn.",
        "Scan at a lower resolution, or ask the keeper to raise the limit.",
    ),
    (
        "DOC-BOMB",
        "Tệp giải nén ra lớn bất thường (bom nén).",
        "The file decompresses to an abnormal size (decompression bomb).",
        "Không mở tệp này; hỏi lại người gửi.",
        "Do not open this file; ask its sender.",
    ),
    (
        "DOC-IMAGE-CORRUPT",
        "Ảnh của trang bị hỏng, không giải mã được.",
        "The picture of the page is corrupt and cannot be decoded.",
        *RESCAN,
    ),
    (
        "DOC-TIFF-CHAIN",
        "Tệp TIFF có chuỗi trang bị đứt hoặc lặp.",
        "The TIFF's chain of pages is broken or runs in a circle.",
        *RESCAN,
    ),
    (
        "DOC-CHANGED",
        "Tệp bị thay đổi trong lúc đang đọc.",
        "The file was changed while it was being read.",
        "Chờ chép xong rồi thả lại tệp.",
        "Wait until copying has ended and drop the file again.",
    ),
    (
        "DOC-UNREADABLE",
        "Không có quyền đọc tệp.",
        "The file's permissions do not allow reading it.",
        "Cho phép sohoa đọc tệp rồi thả lại.",
        "Let sohoa read the file and drop it again.",
    ),
    (
        "DOC-NOT-A-FILE",
        "Không phải tệp thường (liên kết, đường ống hoặc thiết bị).",
        "Not a regular file (a link, a pipe or a device).",
        "Thả chính tệp quét, không thả liên kết.",
        "Drop the scan itself, not a link to it.",
    ),
    (
        "DOC-VANISHED",
        "Tệp biến mất trước khi nhận được.",
        "The file vanished before it could be taken.",
        "Thả lại tệp nếu vẫn cần.",
        "Drop the file again if it is still needed.",
    ),
    (
        "DOC-EMPTY-FOLDER",
        "Thư mục không có ảnh trang nào.",
        "The folder holds no page image.",
        "Bỏ các ảnh trang vào thư mục rồi thả lại.",
        "Put the page images into the folder and drop it again.",
    ),
)

_TRANSIENT = _table(
    Family.TRANSIENT,
    (
        "IO-BUSY",
        "Tệp hoặc ổ đĩa đang bận.",
        "A file or disk is busy.",
        "Không cần làm gì: sohoa tự thử lại.",
        "Nothing to do: sohoa tries again by itself.",
    ),
    (
        "PORT-DOWN",
        "Hệ thống bên ngoài không trả lời.",
        "An outside system does not answer.",
        "Không cần làm gì: sohoa tự thử lại.",
        "Nothing to do: sohoa tries again by itself.",
    ),
)

_OPERATOR = _table(
    Family.OPERATOR,
    (
        "SYS-DISK-FULL",
        "Hết chỗ trên ổ đĩa.",
        "The disk is full.",
        "Giải phóng ổ đĩa; sohoa tự chạy tiếp, không mất tệp nào.",
        "Free disk space; sohoa goes on by itself and nothing is lost.",
    ),
    (
        "SYS-FOLDER-GONE",
        "Thư mục theo dõi không còn hoặc không truy cập được.",
        "The watched folder is gone or cannot be reached.",
        "Tạo lại hoặc nối lại thư mục; sohoa tự theo dõi tiếp.",
        "Create or mount the folder again; sohoa goes on watching by itself.",
    ),
    (
        "SYS-HOLIDAYS",
        "Chưa có lịch nghỉ lễ, Tết của năm nay; hạn giải quyết có thể báo sai ngày.",
        "This year's public holidays are not listed; deadlines may be told on wrong days.",
        "Ghi các ngày nghỉ được công bố vào [working_days] off của sohoa.toml.",
        "List the days that were announced in [working_days] off of sohoa.toml.",
    ),
    (
        "SYS-CONFIG",
        "Cấu hình sai.",
        "The configuration is wrong.",
        "Sửa những chỗ được nêu rồi chạy lại.",
        "Mend the places named and start again.",
    ),
    (
        "SYS-TOOL-MISSING",
        "Thiếu phần mềm hệ thống cần dùng.",
        "A system program that is needed is missing.",
        "Chạy `make install`, hoặc cài phần mềm được nêu.",
        "Run `make install`, or install the program named.",
    ),
    (
        "SYS-PERMISSION",
        "Không có quyền ghi vào thư mục dữ liệu.",
        "The data folder cannot be written.",
        "Cho phép sohoa ghi vào thư mục dữ liệu.",
        "Let sohoa write into the data folder.",
    ),
    (
        "SIGN-IDENTITY",
        "Không dùng được khóa ký số.",
        "The signing identity cannot be used.",
        "Kiểm tra tệp khóa, mật khẩu và thời hạn chứng thư (sohoa doctor).",
        "Check the key file, its password and the certificate's period (sohoa doctor).",
    ),
    (
        "SIGN-EXPIRED",
        "Chứng thư ký số đã hết hạn.",
        "The signing certificate has expired.",
        "Gia hạn chứng thư, đổi trong cấu hình [identity] rồi khởi động lại sohoa; văn bản đang "
        "chờ được ký tiếp.",
        "Renew the certificate, put it into [identity] and start sohoa again; the documents that "
        "wait are then sealed.",
    ),
)

_CONTRACT = _table(
    Family.CONTRACT,
    (
        "BUG-STAGE",
        "Lỗi bên trong sohoa.",
        "A fault inside sohoa.",
        "Gửi mã này và nhật ký cho người bảo trì; bản gốc vẫn còn nguyên.",
        "Send this code and the log to the maintainers; the original is safe.",
    ),
    (
        "BUG-PDFA",
        "PDF/A làm ra không qua được kiểm tra.",
        "The PDF/A that was made does not pass its own check.",
        "Gửi mã này và nhật ký cho người bảo trì; bản gốc vẫn còn nguyên.",
        "Send this code and the log to the maintainers; the original is safe.",
    ),
    (
        "BUG-APPEARANCE",
        "Chữ ký làm thay đổi hình trang ngoài khung chữ ký.",
        "Signing changed the page's look outside the signature's box.",
        "Gửi mã này và nhật ký cho người bảo trì; bản gốc vẫn còn nguyên.",
        "Send this code and the log to the maintainers; the original is safe.",
    ),
)

CATALOGUE: dict[str, Fault] = {
    **_DOCUMENT,
    **_TRANSIENT,
    **_OPERATOR,
    **_CONTRACT,
    **ACCEPTANCE_FAULTS,
    **ACCESS_FAULTS,
    **BACKLOG_FAULTS,
    **DESK_FAULTS,
    **REMARKS,
    **SEARCH_FAULTS,
    **SIGN_FAULTS,
}
"""Every code with its words."""
