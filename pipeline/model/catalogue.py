"""The error catalogue: every stable code with its words and its remedy, Vietnamese and English.

`docs/errors.md` is made from this table (`make docs`) and tested against it. Codes are never
reused. Families say who must act (`pipeline.model.errors`); REMARK is no error: it tells a
person something about a document that goes on. Codes of what people do at the register and of
what is pushed onward stand in `desk_faults`.
"""

from __future__ import annotations

from pipeline.model.access_faults import ACCESS_FAULTS
from pipeline.model.backlog_faults import BACKLOG_FAULTS
from pipeline.model.desk_faults import DESK_FAULTS
from pipeline.model.faults import Family, Fault
from pipeline.model.faults import table as _table
from pipeline.model.search_faults import SEARCH_FAULTS
from pipeline.model.sign_faults import SIGN_FAULTS

__all__ = ["CATALOGUE", "Family", "Fault"]

_RESCAN = ("Quét lại tờ giấy rồi thả lại tệp.", "Scan the paper again and drop the file again.")

_DOCUMENT = _table(
    Family.DOCUMENT,
    ("DOC-EMPTY", "Tệp rỗng (0 byte).", "The file is empty (0 bytes).", *_RESCAN),
    ("DOC-NO-PAGES", "Tệp không có trang nào.", "The file has no pages.", *_RESCAN),
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
        *_RESCAN,
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
        *_RESCAN,
    ),
    (
        "DOC-TIFF-CHAIN",
        "Tệp TIFF có chuỗi trang bị đứt hoặc lặp.",
        "The TIFF's chain of pages is broken or runs in a circle.",
        *_RESCAN,
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

_REMARK = _table(
    Family.REMARK,
    (
        "ARCHIVE-AS-PICTURES",
        "Tệp số không chuyển được sang PDF/A: các trang được giữ dưới dạng ảnh kèm lớp chữ.",
        "The born-digital file cannot become PDF/A: its pages are kept as pictures with text.",
        "Khi cần, xuất lại văn bản thành PDF/A có nhúng phông chữ; bản gốc vẫn còn nguyên.",
        "If needed, export the document as PDF/A with its fonts; the original is kept whole.",
    ),
    (
        "ARCHIVE-FONT-STANDIN",
        "Tệp số không nhúng đủ phông chữ: đã nhúng phông thay thế có cùng độ rộng.",
        "The born-digital file lacks fonts: stand-ins of equal width were embedded.",
        "Không cần làm gì; bản gốc vẫn còn nguyên.",
        "Nothing to do; the original is kept whole.",
    ),
    (
        "QUALITY-LOW-DPI",
        "Độ phân giải dưới 200 dpi.",
        "Resolution below 200 dpi.",
        "Quét lại ở 300 dpi (NĐ 30/2020 đòi tối thiểu 200).",
        "Scan again at 300 dpi (decree 30/2020 asks for 200 at least).",
    ),
    (
        "QUALITY-BLUR",
        "Ảnh mờ, nét chữ không rõ.",
        "The picture is blurred.",
        "Lau kính máy quét rồi quét lại.",
        "Clean the scanner's glass and scan again.",
    ),
    (
        "QUALITY-CUT-MARGIN",
        "Chữ chạm mép: trang có thể bị cắt.",
        "Text touches the edge: the page may be cut.",
        "Đặt lại giấy cho ngay và quét lại.",
        "Place the paper anew and scan again.",
    ),
    (
        "QUALITY-NO-COLOUR",
        "Ảnh xám hoặc đen trắng, không có màu.",
        "Gray or black-and-white picture, no colour.",
        "Quét ở chế độ màu (NĐ 30/2020, PL I).",
        "Scan in colour (decree 30/2020, annex I).",
    ),
    (
        "QUALITY-FAINT",
        "Mực nhạt.",
        "Faint ink.",
        "Tăng độ đậm của máy quét rồi quét lại.",
        "Raise the scanner's density and scan again.",
    ),
    (
        "PAGE-TIMEOUT",
        "Đọc trang quá lâu nên dừng lại; trang này chưa được đọc.",
        "Reading the page took too long; it is unread.",
        "Xem lại trang này; có thể quét lại.",
        "Look at this page; scan it again if needed.",
    ),
    (
        "PAGE-CRASH",
        "Bộ đọc chữ gặp sự cố ở trang này hai lần; trang này chưa được đọc.",
        "The reader crashed twice on this page; it is unread.",
        "Xem lại trang này; có thể quét lại.",
        "Look at this page; scan it again if needed.",
    ),
    (
        "PAGE-CORRUPT",
        "Ảnh của trang bị hỏng; trang này chưa được đọc.",
        "The page's picture is corrupt; it is unread.",
        *_RESCAN,
    ),
    (
        "PAGE-TOO-LARGE",
        "Trang lớn hơn giới hạn; trang này chưa được đọc.",
        "The page is larger than the limit; it is unread.",
        "Quét với độ phân giải thấp hơn, hoặc nhờ người quản trị nâng giới hạn.",
        "Scan at a lower resolution, or ask the keeper to raise the limit.",
    ),
    (
        "DOC-EXTENSION",
        "Đuôi tên tệp không khớp với nội dung; đã đọc theo nội dung.",
        "The file's extension does not match its content; read by its content.",
        "Không cần làm gì.",
        "Nothing to do.",
    ),
    (
        "DOC-MEMBER-IGNORED",
        "Thư mục có tệp không phải ảnh trang; các tệp đó được bỏ qua.",
        "The folder holds files that are no page images; they were left out.",
        "Thả riêng các tệp đó nếu chúng cũng là văn bản.",
        "Drop those files by themselves if they are documents too.",
    ),
    (
        "DOC-REPAIRED",
        "Tệp PDF có lỗi cấu trúc và đã được đọc nhờ sửa lại trong bộ nhớ.",
        "The PDF has structural faults and was read by repairing it in memory.",
        "Kiểm tra kết quả có đủ trang không.",
        "Check that no page is missing in the result.",
    ),
    (
        "DOC-OWNER-PASSWORD",
        "Tệp PDF có mật khẩu chủ sở hữu (hạn chế in, sửa); đã đọc được.",
        "The PDF has an owner password (limits printing, editing); it was read.",
        "Không cần làm gì.",
        "Nothing to do.",
    ),
    (
        "DOC-SIGNED",
        "Tệp đã có chữ ký số: giữ nguyên từng byte, bản tra cứu nằm bên cạnh.",
        "The file bears a digital signature: its bytes are kept, a searchable copy lies beside it.",
        "Không cần làm gì.",
        "Nothing to do.",
    ),
    (
        "DOC-DUPLICATE",
        "Tệp này trùng từng byte với một tệp đã nhận; không đăng ký lần nữa.",
        "This file equals one received before, byte for byte; it is not registered again.",
        "Không cần làm gì; xem văn bản đã nhận.",
        "Nothing to do; see the document received before.",
    ),
    (
        "DOC-SECRET",
        "Trang mang dấu mật: văn bản được cách ly, không đọc, không lưu chữ (QĐ 28/2018).",
        "A page bears a secrecy mark: quarantined, no text read or kept (decision 28/2018).",
        "Xử lý theo quy định bảo vệ bí mật nhà nước, ngoài hệ thống mạng.",
        "Handle it by the rules on state secrets, off the network.",
    ),
    (
        "FIELDS-DOUBTFUL",
        "Có thông tin chưa chắc chắn, chờ người kiểm tra.",
        "Some fields are in doubt; a person must look.",
        "Mở trang web của sohoa và xác nhận các ô được nêu.",
        "Open sohoa's page and confirm the fields named.",
    ),
    (
        "REGISTER-SIMILAR",
        "Sổ đã có văn bản khác cùng số ký hiệu, cơ quan ban hành và ngày.",
        "The register holds another document of the same code, issuer and date.",
        "So hai văn bản: có thể cùng một tờ giấy được quét hai lần.",
        "Compare the two: it may be one paper scanned twice.",
    ),
    (
        "LAYERS-FALLBACK",
        "Trang được nén theo kiểu giữ nguyên ảnh vì kiểu nén gọn làm mất chi tiết.",
        "The page keeps its full picture because compact compression would lose detail.",
        "Không cần làm gì.",
        "Nothing to do.",
    ),
    (
        "SIGN-DEVELOPMENT",
        "Ký bằng khóa thử nghiệm: KHÔNG có giá trị pháp lý.",
        "Signed with a development identity: NO legal value.",
        "Cấu hình chứng thư số của cơ quan.",
        "Configure the agency's certificate.",
    ),
    (
        "SIGN-EVIDENCE-INVALID",
        "Chữ ký số có sẵn trên tệp không hợp lệ (nội dung đã bị sửa hoặc chữ ký sai).",
        "A digital signature on the received file is not valid (changed content, bad signature).",
        "Hỏi lại cơ quan gửi; xem báo cáo kiểm tra chữ ký (sohoa verify).",
        "Ask the sending agency; see the report on the signatures (sohoa verify).",
    ),
    (
        "SIGN-OVER-INK",
        "Không còn chỗ trống trên trang 1: khung chữ ký nằm đè lên nét mực.",
        "Page 1 has no empty place: the signature's box lies over ink.",
        "Kiểm tra trang 1; bản gốc vẫn còn nguyên trong kho.",
        "Look at page 1; the original is kept whole in the store.",
    ),
)

CATALOGUE: dict[str, Fault] = {
    **_DOCUMENT,
    **_TRANSIENT,
    **_OPERATOR,
    **_CONTRACT,
    **_REMARK,
    **ACCESS_FAULTS,
    **BACKLOG_FAULTS,
    **DESK_FAULTS,
    **SEARCH_FAULTS,
    **SIGN_FAULTS,
}
"""Every code with its words."""
