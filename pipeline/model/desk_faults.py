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

_ONWARD = {
    **table(
        Family.DOCUMENT,
        (
            "DOC-EDXML",
            "Không phải thông điệp edXML đọc được.",
            "Not an edXML message that can be read.",
            "Yêu cầu bên gửi gửi lại.",
            "Ask the sender to send it again.",
        ),
        (
            "DOC-EDXML-SIGNATURE",
            "Chữ ký số của gói tin edXML không khớp, hoặc chứng thư đã bị thu hồi: gói tin có thể "
            "đã bị sửa.",
            "The signature of the edXML message does not fit, or its certificate was revoked: "
            "somebody may have changed the message.",
            "Không nhận; báo bên gửi gửi lại và kiểm tra đường truyền.",
            "It is not taken; ask the sender to send it again and look at the way it came.",
        ),
        (
            "DOC-EDXML-UNSIGNED",
            "Gói tin edXML không có chữ ký số mà cơ quan yêu cầu ([intake] message_signature).",
            "The edXML message has not the signature that this agency asks for "
            "([intake] message_signature).",
            "Yêu cầu bên gửi ký số gói tin rồi gửi lại.",
            "Ask the sender to sign the message and send it again.",
        ),
        (
            "DELIVER-REFUSED",
            "Hệ thống nhận từ chối văn bản này.",
            "The receiving system refuses this document.",
            "Xem lý do kèm theo; sửa trong sổ rồi gửi lại (trang Hộp gửi đi).",
            "Read the reason beside it; correct the entry, then send again (page Outbox).",
        ),
        (
            "DELIVER-SECRET",
            "Văn bản có dấu mật: không gửi ra ngoài (QĐ 28/2018, Đ1.2).",
            "The document bears a secrecy mark: it is not sent (decision 28/2018, art. 1.2).",
            "Xử lý theo quy định bảo vệ bí mật nhà nước.",
            "Handle it by the rules on state secrets.",
        ),
        (
            "DELIVER-TOO-LARGE",
            "Tệp lớn hơn mức nơi nhận cho phép.",
            "The file is larger than the receiver takes.",
            "Quét ở độ phân giải thấp hơn, hoặc chuyển bằng cách khác.",
            "Scan at a lower resolution, or hand it over another way.",
        ),
        (
            "DELIVER-UNSIGNED",
            "Văn bản chưa có chữ ký số có giá trị: không gửi lên trục (QĐ 28/2018, Đ4).",
            "No digital signature of legal value: not sent to the axis (decision 28/2018, art. 4).",
            "Cấu hình chứng thư số của cơ quan rồi xử lý lại văn bản.",
            "Configure the agency's certificate and let the document be signed.",
        ),
        (
            "DELIVER-VALUE",
            "Một trường thiếu hoặc không đúng chuẩn của nơi nhận.",
            "A field is missing or not as the receiver's standard wants it.",
            "Sửa trường được nêu trong sổ rồi gửi lại (sohoa outbox replay).",
            "Correct the field named in the register, then sohoa outbox replay.",
        ),
    ),
    **table(
        Family.REMARK,
        (
            "EDXML-RECEIVED",
            "Văn bản đến trong gói tin edXML qua trục liên thông.",
            "The document came in an edXML message of the axis.",
            "Không cần làm gì; thông tin bên gửi ghi là căn cứ bên cạnh chữ trên văn bản.",
            "Nothing to do; what the sender typed is evidence beside the paper's own words.",
        ),
        (
            "EDXML-REVOKED",
            "Bên gửi yêu cầu lấy lại (thu hồi) văn bản này.",
            "The sender asks to take this document back.",
            "Mở văn bản yêu cầu, bấm Đồng ý hoặc Từ chối; văn bản và số đến vẫn được giữ.",
            "Open the request and agree or refuse; document and number are kept.",
        ),
        (
            "EDXML-ASKED-BACK",
            "Bên gửi yêu cầu lấy lại văn bản này (trạng thái 13).",
            "The sender asks this document back (status 13).",
            "Bấm Đồng ý hoặc Từ chối; văn bản và số đến vẫn được giữ.",
            "Agree or refuse; document and number are kept.",
        ),
        (
            "EDXML-UPDATED",
            "Bên gửi đã gửi bản cập nhật của văn bản này.",
            "The sender sent an update of this document.",
            "Mở bản cập nhật, bấm Đồng ý hoặc Từ chối; cả hai bản đều được giữ.",
            "Open the update and agree or refuse; both are kept.",
        ),
        (
            "EDXML-REPLACED",
            "Bên gửi đã gửi văn bản thay thế văn bản này.",
            "The sender sent a document that replaces this one.",
            "Mở văn bản thay thế; cả hai văn bản đều được giữ, ghi chú vào sổ khi cần.",
            "Open the one that replaces it; both are kept, note it in the register if needed.",
        ),
        (
            "EDXML-NOT-HERE",
            "Gói tin thu hồi, cập nhật hoặc thay thế một văn bản chưa từng đến đây.",
            "The message revokes, updates or replaces a document that never came here.",
            "Hỏi lại bên gửi; văn bản trong gói tin vẫn được xử lý như văn bản mới.",
            "Ask the sender; the document in the message is treated as a new one.",
        ),
        (
            "EDXML-UNSIGNED",
            "Gói tin edXML không có chữ ký số kiểm tra được.",
            "The edXML message bears no signature that can be checked.",
            "Chữ ký trên tệp PDF bên trong được kiểm tra riêng; nếu tệp cũng không có chữ ký, "
            "hỏi lại bên gửi (QĐ 28/2018, Đ4).",
            "The signature of the PDF inside is checked by itself; where that has none either, "
            "ask the sender (decision 28/2018, art. 4).",
        ),
        (
            "EDXML-SIGNER-UNKNOWN",
            "Chữ ký của gói tin edXML khớp, nhưng chứng thư không dẫn tới gốc nào được tin cậy.",
            "The signature of the edXML message fits; its certificate leads to no trusted root.",
            "Thêm chứng thư gốc của bên cấp vào [stages.sign] trust, hoặc hỏi lại bên gửi.",
            "Add the root of its issuer to [stages.sign] trust, or ask the sender.",
        ),
    ),
    **table(
        Family.TRANSIENT,
        (
            "PORT-ANSWER",
            "Hệ thống bên ngoài trả lời không hiểu được.",
            "An outside system gives an answer that cannot be understood.",
            "sohoa tự hỏi lại; nếu kéo dài, báo người quản trị hệ thống đó.",
            "sohoa asks again by itself; if it lasts, tell the keeper of that system.",
        ),
    ),
    **table(
        Family.OPERATOR,
        (
            "DELIVER-LOGIN",
            "Hệ thống nhận không chấp nhận tài khoản hoặc khóa của sohoa.",
            "The receiving system does not accept sohoa's account or key.",
            "Sửa tài khoản, khóa trong [outbox]; sohoa tự gửi tiếp.",
            "Mend account or key in [outbox]; sohoa goes on by itself.",
        ),
        (
            "DELIVER-LATE",
            "Quá hạn gửi lên trục: chậm nhất buổi sáng ngày làm việc tiếp theo (QĐ 28/2018, Đ6).",
            "Late for the axis: the next working day's morning is past (decision 28/2018, art. 6).",
            "Xem `sohoa outbox status` và xử lý nguyên nhân ngay.",
            "Read `sohoa outbox status` and mend the cause at once.",
        ),
        (
            "OUTBOX-POISON",
            "Có văn bản gửi nhiều lần không được, đã dừng gửi.",
            "A document was tried often enough and is not tried any more.",
            "Sửa nguyên nhân rồi bấm gửi lại ở trang Hộp gửi đi, hoặc `sohoa outbox replay`.",
            "Mend the cause, then send again on the page Outbox, or `sohoa outbox replay`.",
        ),
    ),
    **table(
        Family.INPUT,
        (
            "INPUT-OUTBOX-REPLAY",
            "Chưa nói gửi lại những văn bản nào.",
            "It is not said what to replay.",
            "Nêu mã văn bản, hoặc --poison, --refused, --missing, --all.",
            "Name document ids, or --poison, --refused, --missing, --all.",
        ),
        (
            "INPUT-OUTBOX-STATUSES",
            "Nơi nhận này không báo trạng thái.",
            "This target tells no statuses.",
            "Chỉ trục liên thông (edxml) báo trạng thái.",
            "Only the axis (edxml) does.",
        ),
        (
            "INPUT-OUTBOX-TAKES",
            "Nơi nhận này không được cấu hình để lấy văn bản về.",
            "This target is not configured to take messages.",
            "Đặt takes = true trong [outbox.<tên>] của trục liên thông (edxml).",
            "Set takes = true in [outbox.<name>] of the axis (edxml).",
        ),
        (
            "INPUT-OUTBOX-TARGET",
            "Không có nơi nhận này trong cấu hình.",
            "There is no such target in the configuration.",
            "Dùng một tên của [outbox.<tên>].",
            "Use a name of [outbox.<name>].",
        ),
    ),
}

DESK_FAULTS: dict[str, Fault] = {**_INPUT, **_ONWARD}
"""Part of `pipeline.model.catalogue.CATALOGUE`."""
