"""Codes of batches, archival lists and delivery packages."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

_AGAIN = (
    "Không nộp gói này; tạo lại bằng `sohoa batch deliver` vào một thư mục mới.",
    "Do not hand this package over; make it again with `sohoa batch deliver` in a new folder.",
)

_INPUT = table(
    Family.INPUT,
    (
        "INPUT-BATCH",
        "Không có lô số hóa nào tên như vậy.",
        "There is no batch of this name.",
        "Xem tên các lô bằng `sohoa batch status`.",
        "See the names with `sohoa batch status`.",
    ),
    (
        "INPUT-BATCH-EMPTY",
        "Lô chưa có văn bản nào làm xong để nộp.",
        "Nothing of the batch is finished that could be delivered.",
        "Chờ lô chạy; xem `sohoa batch status`.",
        "Let the batch work; see `sohoa batch status`.",
    ),
    (
        "INPUT-BATCH-DELIVER",
        "Các lựa chọn nộp không đi với nhau, hoặc thư mục thuộc một lần nộp khác loại.",
        "These choices do not go together, or the folder belongs to a delivery of another kind.",
        "Chọn bổ sung hoặc thay thế; mỗi lần nộp một thư mục riêng.",
        "Choose supplement or replacement; give each delivery a folder of its own.",
    ),
    (
        "INPUT-PACKAGE",
        "Lô này không có gói nào như vậy trong lần nộp được nêu.",
        "There is no such package in that delivery of the batch.",
        "Xem tên các gói: sohoa batch receipts TÊN-LÔ TỆP.xlsx.",
        "See the names of the packages: sohoa batch receipts NAME FILE.xlsx.",
    ),
    (
        "INPUT-REVISION",
        "Không có lần đọc nào mới hơn để đọc lại theo số này.",
        "There is no reading as new as this revision.",
        "Dùng số từ 2 đến số được nêu.",
        "Use a number from 2 to the one named.",
    ),
    (
        "INPUT-BATCH-HOURS",
        "Giờ làm việc viết chưa đúng.",
        "The working hours are not understood.",
        "Viết như 20:00-06:00.",
        "Write them like 20:00-06:00.",
    ),
    (
        "INPUT-BATCH-LEVELS",
        "Tên cấp thư mục chưa đúng.",
        "The levels of folders are not understood.",
        "Dùng fonds, catalogue, box, notation, cách nhau bằng dấu phẩy.",
        "Use fonds, catalogue, box, notation, parted by commas.",
    ),
    (
        "INPUT-BATCH-NAME",
        "Tên lô không dùng được hoặc đã có.",
        "The name of the batch cannot be used, or is taken.",
        "Dùng chữ a-z, số, dấu - và _, tối đa 40 ký tự, chưa lô nào dùng.",
        "Use a-z, digits, - and _, at most 40 characters, that no batch has.",
    ),
    (
        "INPUT-BATCH-OPEN",
        "Lô còn tài liệu chưa xong.",
        "Papers of the batch are unfinished.",
        "Xem `sohoa batch report`; nộp phần đã xong bằng --partial, phần sau bằng --supplement.",
        "See `sohoa batch report`; --partial delivers what is done, --supplement the rest later.",
    ),
    (
        "INPUT-BATCH-SOURCE",
        "Không có thư mục hoặc tệp này.",
        "There is no such folder or file.",
        "Kiểm tra đường dẫn.",
        "Check the path.",
    ),
    (
        "INPUT-BATCH-STACKS",
        "Các lựa chọn này không đi với nhau.",
        "These choices do not go together.",
        "Chọn một trong --list, --growing, --rescan; --stacks không đi với --rescan, "
        "--duplex-piles chỉ dùng cùng --stacks.",
        "Take one of --list, --growing, --rescan; --stacks does not go with --rescan, "
        "--duplex-piles goes with --stacks alone.",
    ),
    (
        "INPUT-CELLS",
        "Bảng có ô sai; chưa dòng nào được nhận.",
        "Cells of the sheet are wrong; no row was taken.",
        "Sửa các ô được nêu rồi nạp lại.",
        "Mend the cells named and load it again.",
    ),
    (
        "INPUT-PROFILE",
        "Không có bộ quy định này, hoặc nó không dùng được vào việc này.",
        "There is no such profile, or it cannot do this.",
        "Dùng một trong các bộ trong config/archive.",
        "Use one of those in config/archive.",
    ),
    (
        "INPUT-STACK",
        "Không có tập này, hoặc nó không chờ ai nữa.",
        "There is no such stack, or it waits for nobody any more.",
        "Xem các tập đang chờ ở trang Tập chờ tách.",
        "See the stacks that wait on the page Stacks.",
    ),
    (
        "INPUT-STACK-PLAN",
        "Cách tách không đúng: mỗi trang phải nằm đúng một văn bản hoặc được bỏ ra.",
        "The plan is not right: each page must be in one document, or dropped.",
        "Mở lại tập và tách lại.",
        "Open the stack again and cut it anew.",
    ),
    (
        "INPUT-SEPARATOR",
        "Ký hiệu hồ sơ quá dài, không in được vào mã của tờ phân cách.",
        "The notation of the dossier is too long for the codes of a separator sheet.",
        "Dùng ký hiệu ngắn hơn, hoặc để trống hồ sơ.",
        "Use a shorter notation, or none.",
    ),
    (
        "INPUT-SHEET",
        "Không đọc được bảng: thiếu cột bắt buộc.",
        "The sheet cannot be read: columns that are needed are missing.",
        "Thêm các cột được nêu, giữ nguyên tên tiêu đề (docs/batch.md).",
        "Add the columns named, with these very headings (docs/batch.md).",
    ),
    (
        "PACKAGE-NO-LIST",
        "Thư mục không có danh sách kiểm tra đọc được.",
        "The folder has no list of checksums that can be read.",
        "Chọn đúng thư mục nộp lưu, nơi có manifest-sha256.txt.",
        "Name the delivery's own folder, which holds manifest-sha256.txt.",
    ),
    (
        "PACKAGE-SAME-CODE",
        "Hai hồ sơ có cùng mã hồ sơ, không thể nằm trong một thư mục nộp lưu.",
        "Two dossiers bear the same code; one folder of a delivery cannot hold both.",
        "Sửa mã hồ sơ trong danh sách rồi thêm lại, hoặc nộp dạng SIP.",
        "Correct the code in the list and add it again, or deliver as SIP.",
    ),
    (
        "PACKAGE-TAKEN",
        "Ở chỗ của gói đã có tệp khác; không ghi đè.",
        "Something else lies where the package goes; it is not overwritten.",
        "Chuyển tệp đó đi, hoặc chọn thư mục khác.",
        "Move it away, or name another folder.",
    ),
)

_OPERATOR = table(
    Family.OPERATOR,
    (
        "AUDIT-FOREIGN",
        "Trong kho có tệp lạ, không phải do sohoa đặt vào.",
        "Something lies in the store that sohoa did not put there.",
        "Xem là tệp gì rồi chuyển đi nơi khác.",
        "See what it is, and move it elsewhere.",
    ),
    (
        "AUDIT-MISSING",
        "Kho thiếu một tệp mà nhật ký có ghi.",
        "The store lacks a file that the ledger names.",
        "Khôi phục tệp này từ bản sao lưu.",
        "Restore this file from a backup.",
    ),
    (
        "AUDIT-ROT",
        "Tệp trong kho đã hỏng: nội dung không còn như lúc lưu.",
        "A file of the store has rotted: its bytes are not those that were kept.",
        "Khôi phục tệp này từ bản sao lưu; kiểm tra ổ đĩa.",
        "Restore this file from a backup; check the disk.",
    ),
    (
        "PACKAGE-CHANGED",
        "Tệp trong gói đã khác lúc đóng gói.",
        "A file of the delivery has other bytes than when it was packed.",
        *_AGAIN,
    ),
    ("PACKAGE-DAMAGED", "Gói hỏng, không mở được.", "The package cannot be opened.", *_AGAIN),
    (
        "PACKAGE-FOREIGN",
        "Trong gói hoặc thư mục nộp có tệp lạ.",
        "The delivery holds a file that its lists do not name.",
        "Chuyển tệp lạ ra khỏi thư mục nộp.",
        "Take the foreign file out of the delivery.",
    ),
    ("PACKAGE-METS", "METS của gói sai.", "The package's METS is wrong.", *_AGAIN),
    ("PACKAGE-MISSING", "Thiếu tệp có trong danh sách.", "A listed file is missing.", *_AGAIN),
    (
        "PACKAGE-SCHEMA",
        "Mô tả trong gói không đúng lược đồ.",
        "A description in the package does not fit its schema.",
        "Sửa thông tin của hồ sơ, tài liệu rồi tạo gói thay thế.",
        "Mend what is known of dossier and document, then make a replacement package.",
    ),
    (
        "PACKAGE-SIGNATURE",
        "Chữ ký của danh sách kiểm tra không khớp.",
        "The signature of the list of checksums does not fit.",
        *_AGAIN,
    ),
    (
        "PACKAGE-SOURCE",
        "Tệp kết quả trong kho bị mất hoặc hỏng; chưa đóng gói được.",
        "A result in the store is lost or damaged; it cannot be packed.",
        "Khôi phục thư mục store/ từ bản sao lưu rồi chạy lại.",
        "Restore the folder store/ from a backup, then run it again.",
    ),
    (
        "PACKAGE-WRITE",
        "Gói vừa ghi đọc lại thấy sai.",
        "A package reads back differently from what was written.",
        "Kiểm tra ổ đĩa, xóa tệp được nêu rồi chạy lại.",
        "Check the disk, remove the file named, then run it again.",
    ),
)

_DOCUMENT = table(
    Family.DOCUMENT,
    (
        "REPROCESS-SECRET",
        "Đọc lại thấy dấu mật trên văn bản đã vào sổ; kết quả đọc trước giữ nguyên.",
        "Read again, a registered document bears a secrecy mark; the reading before stays.",
        "Xem ngay bản quét; nếu đúng là mật, xử lý theo quy định bảo vệ bí mật nhà nước.",
        "Look at the scan now; if the mark is real, handle it by the rules on state secrets.",
    ),
    (
        "REPROCESS-UNREAD",
        "Đọc lại thiếu một trang mà lần trước đọc được; kết quả đọc trước giữ nguyên.",
        "Read again, a page is lost that could be read before; the reading before stays.",
        "Chạy lại sau; nếu lặp lại, báo người quản trị cùng mã lỗi của trang.",
        "Run it again later; if it happens again, tell the keeper the page's code.",
    ),
    (
        "STACK-DOUBLED",
        "Tập này trùng từng byte với một tập đã nhận.",
        "This stack equals one received before, byte for byte.",
        "Không cần làm gì; xem tập đã nhận.",
        "Nothing to do; see the stack received before.",
    ),
    (
        "STACK-SIGNED",
        "Tệp đã có chữ ký số: không thể tách mà vẫn giữ chữ ký.",
        "The file bears a digital signature: it cannot be cut and keep it.",
        "Nạp tệp như một văn bản (bỏ --stacks).",
        "Add it as one document (without --stacks).",
    ),
)

_REMARK = table(
    Family.REMARK,
    (
        "PAPER-CODE",
        "Trên giấy có mã vạch hoặc mã QR.",
        "The paper bears a bar code or QR code.",
        "Không cần làm gì; nội dung mã được ghi cùng văn bản.",
        "Nothing to do; what it says is kept with the document.",
    ),
    (
        "STACK-ALWAYS",
        "Mọi tập đều chờ người xác nhận cách tách ([stages.stack] confirm).",
        "Every stack waits for a person to confirm its cuts ([stages.stack] confirm).",
        "Xem và xác nhận ở trang Tập chờ tách.",
        "Look at it and confirm on the page Stacks.",
    ),
    (
        "STACK-DOUBTFUL",
        "Chưa chắc văn bản mới bắt đầu ở trang nào.",
        "It is not sure where documents begin.",
        "Xem các trang được nêu ở trang Tập chờ tách rồi xác nhận.",
        "Look at the pages named on the page Stacks, then confirm.",
    ),
    (
        "STACK-EMPTY",
        "Tập không có trang nào có nội dung.",
        "No page of the stack bears anything.",
        "Kiểm tra bản quét; quét lại nếu giấy bị đặt ngược.",
        "Look at the scan; scan again if the paper lay face down.",
    ),
    (
        "STACK-GAP",
        "Số trang nhảy: có thể thiếu tờ.",
        "Page numbers jump: sheets may be missing.",
        "Tìm các trang được nêu trong tập giấy rồi quét bổ sung.",
        "Look for the pages named in the paper and scan them.",
    ),
    (
        "STACK-OTHER-BATCH",
        "Tờ phân cách in cho một lô khác.",
        "A separator sheet was printed for another batch.",
        "Xác nhận cách tách nếu giấy đúng là của lô này.",
        "Confirm the cuts if the paper is of this batch.",
    ),
    (
        "STACK-PAGE",
        "Có trang không đọc được ảnh nên chưa rõ nó thuộc văn bản nào.",
        "A page's picture cannot be read, so it is not sure which document it belongs to.",
        "Xem trang được nêu ở trang Tập chờ tách; quét lại khi cần.",
        "Look at the page named on the page Stacks; scan it again if needed.",
    ),
    (
        "STACK-PART",
        "Văn bản được tách ra từ một tập quét chung.",
        "The document was cut out of a stack scanned in one.",
        "Không cần làm gì.",
        "Nothing to do.",
    ),
    (
        "STACK-SHEET-MISSING",
        "Thiếu tờ phân cách: hai văn bản có thể bị dính vào nhau.",
        "A separator sheet is missing: two documents may be joined.",
        "Xem chỗ được nêu ở trang Tập chờ tách rồi tách.",
        "Look at the place named on the page Stacks, and cut there.",
    ),
    (
        "AUDIT-ENDING",
        "Bằng chứng của chữ ký sắp hết hạn.",
        "The proof of a signature ends soon.",
        "Chạy `sohoa renew` trước ngày được nêu.",
        "Run `sohoa renew` before the day named.",
    ),
    (
        "PACKAGE-UNSIGNED",
        "Danh sách kiểm tra chưa được ký số.",
        "The list of checksums is not signed.",
        "Khai báo chứng thư số trong [identity] rồi tạo lần nộp mới.",
        "Configure a certificate in [identity] and make a new delivery.",
    ),
)

BACKLOG_FAULTS: dict[str, Fault] = {**_DOCUMENT, **_INPUT, **_OPERATOR, **_REMARK}
"""Every code with its words."""
