"""The words of the page, Vietnamese and English, in one table.

Messages and remedies of faults are not here: they stand in `pipeline.model.catalogue`. A key that
is missing shows itself, so that a new stage or event needs no release of the page.
"""

from __future__ import annotations

from pipeline.model.catalogue import CATALOGUE
from pipeline.web.access_words import ACCESS_WORDS
from pipeline.web.register_words import REGISTER_WORDS
from pipeline.web.search_words import SEARCH_WORDS

LANGUAGES = ("vi", "en")
"""First is the default."""

_GENERAL: dict[str, tuple[str, str]] = {
    "app.tagline": ("Từ tờ giấy đến sổ văn bản", "From paper to register"),
    "nav.skip": ("Đến nội dung", "Skip to content"),
    "nav.home": ("Văn bản", "Documents"),
    "nav.search": ("Tìm kiếm", "Search"),
    "nav.register": ("Sổ văn bản đến", "Register"),
    "nav.health": ("Tình trạng", "Health"),
    "nav.main": ("Các trang", "Pages"),
    "nav.language": ("English", "Tiếng Việt"),
    "nav.keys": (
        "Phím tắt: / tìm kiếm · j k xuống, lên · Enter mở",
        "Keys: / search · j k down, up · Enter open",
    ),
    "common.all": ("Tất cả", "All"),
    "common.newer": ("Mới hơn", "Newer"),
    "common.older": ("Cũ hơn", "Older"),
    "common.next": ("Tiếp theo", "Next"),
    "common.previous": ("Trước", "Previous"),
    "common.page": ("Trang", "Page"),
    "common.pages": ("trang", "pages"),
    "common.folder": ("Thư mục", "Folder"),
    "common.show": ("Xem", "Show"),
    "common.what_to_do": ("Việc cần làm", "What to do"),
    "common.close": ("Đóng", "Close"),
    "home.title": ("Văn bản", "Documents"),
    "home.empty": ("Chưa có văn bản nào.", "No documents yet."),
    "home.empty_hint": (
        "Thả bản quét (PDF, TIFF, JPEG, PNG) vào thư mục theo dõi; trang này tự cập nhật.",
        "Drop a scan (PDF, TIFF, JPEG, PNG) into a watched folder; this page updates by itself.",
    ),
    "home.none_here": ("Không có văn bản nào ở mục này.", "No documents here."),
    "home.filter": ("Lọc theo tình trạng", "Filter by state"),
    "home.drops": ("Tệp không nhận", "Files not taken"),
    "home.drops_hint": (
        "Tệp trùng hoặc không dùng được; bản gốc vẫn nằm trong thư mục trả lại.",
        "Duplicates and unusable files; the originals lie in the folder of returned files.",
    ),
    "home.first": ("xem bản nhận trước", "see the first one"),
    "home.live": ("Tự cập nhật", "Updates by itself"),
    "home.lost": ("Mất kết nối với sohoa, đang thử lại…", "No connection to sohoa, trying again…"),
    "job.arrival": ("Số đến", "Arrival no."),
    "job.received": ("Nhận lúc", "Received"),
    "job.read_pages": ("đã đọc", "read"),
    "job.try_at": ("Tự thử lại lúc", "Tries again at"),
    "job.retry": ("Chạy lại", "Try again"),
    "job.review": ("Kiểm tra", "Review"),
    "job.secret": ("Văn bản cách ly", "Quarantined document"),
    "job.secret_note": (
        "Không chữ nào của văn bản này được lưu. Chỉ còn mã băm, thời gian, thư mục và lý do.",
        "No text of this document is kept: only its hash, time, folder and the reason.",
    ),
    "job.hash": ("Mã băm SHA-256", "SHA-256 hash"),
    "job.detail": ("Chi tiết", "Details"),
    "job.duplicate": ("Trùng với văn bản đã nhận", "Same bytes as a document received before"),
    "job.source": ("Tệp", "File"),
    "job.fields": ("Thông tin văn bản", "Fields"),
    "job.no_fields": ("Chưa có thông tin.", "No fields yet."),
    "job.value": ("Giá trị", "Value"),
    "job.evidence": ("Bằng chứng trên giấy", "Evidence on paper"),
    "job.confidence": ("Độ chắc chắn", "Confidence"),
    "job.pages": ("Các trang", "Pages"),
    "job.events": ("Diễn biến", "History"),
    "job.remarks": ("Lưu ý", "Remarks"),
    "job.blank": ("trang trắng", "blank"),
    "job.unread": ("chưa đọc được", "unread"),
    "job.skew": ("nghiêng", "skew"),
    "job.turned": ("xoay", "turned"),
    "job.text": ("chữ", "text"),
    "job.retried": ("Đã cho chạy lại.", "It is being tried again."),
    "job.not_retried": ("Lúc này không chạy lại được.", "It cannot be tried again now."),
    "file.pdf": ("PDF đã ký", "Signed PDF"),
    "file.text": ("Toàn văn", "Full text"),
    "file.original": ("Bản gốc", "Original"),
    "review.title": ("Cần người kiểm tra", "A person must look"),
    "review.hint": (
        "So từng ô với hình chụp từ giấy. Enter: đúng, sang ô kế; ở ô cuối, Enter xác nhận.",
        "Compare each box with the paper. Enter accepts and goes on; at the last box it confirms.",
    ),
    "review.person": ("Người xác nhận", "Confirmed by"),
    "review.confirm": ("Xác nhận", "Confirm"),
    "review.other": ("Đọc khác", "Other readings"),
    "review.not_found": ("Không tìm thấy trên giấy", "Not found on the paper"),
    "review.date_hint": ("ngày/tháng/năm", "day/month/year"),
    "review.bad_date": ("Ngày không hợp lệ", "Not a valid date"),
    "review.too_long": ("Quá dài", "Too long"),
    "review.done": ("Đã ghi nhận, văn bản đi tiếp.", "Taken; the document goes on."),
    "review.late": (
        "Văn bản này không còn chờ kiểm tra; không có gì thay đổi.",
        "This document no longer waits; nothing was changed.",
    ),
    "register.title": ("Sổ đăng ký văn bản đến", "Register of incoming documents"),
    "register.book": ("Sổ", "Book"),
    "register.year": ("Năm", "Year"),
    "register.csv": ("Tải CSV", "Download CSV"),
    "register.print": ("In", "Print"),
    "register.empty": ("Sổ chưa có văn bản nào.", "The register has no entries yet."),
    "register.1": ("Ngày đến", "Arrival date"),
    "register.2": ("Số đến", "Arrival no."),
    "register.3": ("Tác giả", "Issuer"),
    "register.4": ("Số, ký hiệu văn bản", "Code"),
    "register.5": ("Ngày tháng văn bản", "Date of document"),
    "register.6": ("Tên loại và trích yếu nội dung", "Type and subject"),
    "register.7": ("Đơn vị hoặc người nhận", "Unit or person"),
    "register.8": ("Ngày chuyển", "Handed over"),
    "register.9": ("Ký nhận", "Received by"),
    "register.10": ("Ghi chú", "Remarks"),
    "health.title": ("Tình trạng máy", "Health"),
    "health.all_ok": ("Mọi thứ đang hoạt động tốt.", "Everything works."),
    "health.some_warn": ("Chạy được, có điều cần để ý.", "Working; something needs attention."),
    "health.some_bad": ("Có việc người quản trị cần xử lý.", "The keeper must act."),
    "error.404": ("Không có trang này.", "There is no such page."),
    "error.400": ("Yêu cầu không hợp lệ.", "The request is not valid."),
    "error.403": ("Yêu cầu bị từ chối.", "The request was refused."),
    "error.back": ("Về trang đầu", "Back to the first page"),
}

_NAMES: dict[str, tuple[str, str]] = {
    "status.received": ("Đã nhận", "Received"),
    "status.running": ("Đang xử lý", "In progress"),
    "status.waiting": ("Đang chờ", "Waiting"),
    "status.review": ("Chờ kiểm tra", "Needs review"),
    "status.retry": ("Sẽ thử lại", "Will retry"),
    "status.done": ("Xong", "Done"),
    "status.registered": ("Đã vào sổ", "Registered"),
    "status.duplicate": ("Trùng", "Duplicate"),
    "status.rejected": ("Trả lại", "Returned"),
    "status.quarantined": ("Cách ly", "Quarantined"),
    "status.halted": ("Dừng", "Halted"),
    "stage.inspect": ("Mở tệp", "Open"),
    "stage.pages": ("Đọc trang", "Read pages"),
    "stage.prepare": ("Làm thẳng trang", "Straighten"),
    "stage.read": ("Đọc chữ", "Read"),
    "stage.layers": ("Nén ảnh", "Compress"),
    "stage.guard": ("Kiểm tra dấu mật", "Guard"),
    "stage.extract": ("Tìm thông tin", "Find fields"),
    "stage.review": ("Người kiểm tra", "Review"),
    "stage.archive": ("Lập PDF/A", "Make PDF/A"),
    "stage.sign": ("Ký số", "Sign"),
    "stage.index": ("Đưa vào tìm kiếm", "Index"),
    "stage.register": ("Vào sổ", "Register"),
    "stage.deliver": ("Trả kết quả", "Deliver"),
    "event.received": ("Đã nhận", "Received"),
    "event.duplicate": ("Nhận lại cùng tệp này", "The same file came again"),
    "event.running": ("Bắt đầu xử lý", "Work begins"),
    "event.waiting": ("Chờ", "Waits"),
    "event.done": ("Hoàn tất", "Finished"),
    "event.rejected": ("Trả lại", "Returned"),
    "event.quarantined": ("Cách ly", "Quarantined"),
    "event.halted": ("Dừng", "Halted"),
    "event.remark": ("Lưu ý", "Remark"),
    "event.intent": ("Sắp gửi ra ngoài", "About to ask the outside"),
    "event.confirmed": ("Người xác nhận", "Confirmed by a person"),
    "event.stage-done": ("xong", "done"),
    "event.stage-skipped": ("không cần", "not needed"),
    "event.stage-waiting": ("chờ", "waits"),
    "event.stage-secret": ("cách ly", "quarantined"),
    "fact.folder": ("thư mục", "folder"),
    "fact.reason": ("lý do", "reason"),
    "fact.field": ("ô", "field"),
    "fact.person": ("người", "person"),
    "fact.before": ("trước", "before"),
    "fact.after": ("sau", "after"),
    "fact.detail": ("chi tiết", "details"),
    "fact.page": ("trang", "page"),
    "fact.port": ("nơi gửi", "port"),
    "fact.fields": ("các ô", "fields"),
    "fact.arrival_numbers": ("số đến", "arrival numbers"),
    "fact.signer": ("người ký", "signer"),
    "fact.issuer": ("đơn vị cấp chứng thư", "certificate issued by"),
    "fact.signed_at": ("thời điểm ký", "signed at"),
    "fact.integrity": ("toàn vẹn", "integrity"),
    "fact.changes": ("sửa sau khi ký", "later changes"),
    "fact.period": ("hiệu lực chứng thư", "certificate period"),
    "fact.status": ("trạng thái lúc ký", "status at signing"),
    "fact.problems": ("vấn đề", "problems"),
    "field.number": ("Số", "Number"),
    "field.notation": ("Ký hiệu", "Notation"),
    "field.code": ("Số, ký hiệu", "Code"),
    "field.issued_date": ("Ngày ban hành", "Issued on"),
    "field.place": ("Địa danh", "Place"),
    "field.issuer_parent": ("Cơ quan chủ quản", "Parent issuer"),
    "field.issuer": ("Cơ quan ban hành", "Issuer"),
    "field.type": ("Tên loại", "Type"),
    "field.subject": ("Trích yếu", "Subject"),
    "field.signer_name": ("Người ký", "Signer"),
    "field.signer_title": ("Chức vụ người ký", "Signer's title"),
    "field.urgency": ("Độ khẩn", "Urgency"),
    "field.secrecy": ("Độ mật", "Secrecy"),
    "field.addressee": ("Kính gửi", "Addressee"),
    "field.recipients": ("Nơi nhận", "Recipients"),
    "source.printed": ("chữ in", "printed"),
    "source.handwritten": ("chữ viết tay", "handwritten"),
    "source.stamped": ("dấu đóng", "stamped"),
    "source.derived": ("suy ra", "derived"),
    "source.person": ("người xác nhận", "confirmed by a person"),
    "verdict.good": ("Ảnh tốt", "Good picture"),
    "verdict.poor": ("Ảnh tạm được", "Fair picture"),
    "verdict.bad": ("Ảnh kém, nên quét lại", "Poor picture, scan again"),
    "health.disk": ("Ổ đĩa", "Disk"),
    "health.folder": ("Thư mục theo dõi", "Watched folder"),
    "health.engine": ("Bộ đọc chữ", "Reading engine"),
    "health.tools": ("Phần mềm hệ thống", "System programs"),
    "health.certificate": ("Chứng thư số", "Certificate"),
    "health.trust": ("Chứng thư gốc tin cậy", "Trusted roots"),
    "health.index": ("Tìm kiếm", "Search index"),
    "health.register": ("Sổ văn bản đến", "Register"),
    "health.queue": ("Hàng đợi", "Queue"),
    "level.ok": ("Tốt", "Good"),
    "level.warn": ("Để ý", "Attention"),
    "level.bad": ("Cần xử lý", "Act now"),
    "book.den": ("Văn bản đến", "Incoming documents"),
}

WORDS: dict[str, tuple[str, str]] = {
    **_GENERAL,
    **_NAMES,
    **SEARCH_WORDS,
    **REGISTER_WORDS,
    **ACCESS_WORDS,
}


def word(key: str, language: str) -> str:
    """Return the words of a key; an unknown key gives its last part."""
    pair = WORDS.get(key)
    if pair is None:
        return key.partition(".")[2] or key
    return pair[LANGUAGES.index(language)]


def message(code: str, language: str) -> str:
    """Return what a catalogue code says; an unknown code says itself."""
    fault = CATALOGUE.get(code)
    if fault is None:
        return code
    return fault.message_vi if language == "vi" else fault.message_en


def remedy(code: str, language: str) -> str:
    """Return what to do about a catalogue code; empty for an unknown one."""
    fault = CATALOGUE.get(code)
    if fault is None:
        return ""
    return fault.remedy_vi if language == "vi" else fault.remedy_en
