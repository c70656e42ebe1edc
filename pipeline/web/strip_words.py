"""The words of the strip, Vietnamese and English."""

from __future__ import annotations

STRIP_WORDS: dict[str, tuple[str, str]] = {
    "nav.stacks": ("Tập chờ tách", "Stacks"),
    "stacks.title": ("Tập chờ tách", "Stacks to be cut"),
    "stacks.none": ("Không có tập nào chờ.", "No stack waits."),
    "stacks.hint": (
        "Mỗi tập là nhiều văn bản quét chung. sohoa chưa chắc chỗ tách nên chờ người xem; "
        "chưa có gì được ký hay vào sổ.",
        "Each is many documents scanned in one. sohoa is not sure where to cut, so a person must "
        "look; nothing is signed or registered yet.",
    ),
    "stacks.batch": ("Lô", "Batch"),
    "stacks.pages": ("Số trang", "Pages"),
    "stacks.documents": ("Số văn bản", "Documents"),
    "stacks.why": ("Vì sao chờ", "Why it waits"),
    "strip.title": ("Tách tập", "Cut the stack"),
    "strip.confirm": ("Xác nhận và tách", "Confirm and cut"),
    "strip.confirmed": ("Đã xác nhận; tập đang được tách.", "Confirmed; the stack is being cut."),
    "strip.plan": ("Cách tách", "Plan"),
    "strip.plan_hint": (
        "Số trang cách nhau bằng dấu cách, văn bản cách nhau bằng |; 3r90 là xoay trang 3 theo "
        "chiều kim đồng hồ; -4 là bỏ trang 4.",
        "Page numbers parted by spaces, documents by |; 3r90 turns page 3 clockwise; -4 drops "
        "page 4.",
    ),
    "strip.keys": (
        "Phím: ←→ chọn trang · Enter tách hoặc nối trước trang · R xoay · X bỏ hoặc lấy lại · "
        "Alt+←→ đổi chỗ · Z phóng to",
        "Keys: ←→ choose a page · Enter cut or join before it · R turn · X drop or take back · "
        "Alt+←→ move · Z enlarge",
    ),
    "strip.page": ("Trang", "Page"),
    "strip.document": ("Văn bản", "Document"),
    "strip.dropped": ("bỏ", "dropped"),
    "strip.doubt": ("chưa chắc", "in doubt"),
    "strip.hidden": (
        "Không hiện ảnh: trang có thể mang dấu mật.",
        "No picture: the page may bear a secrecy mark.",
    ),
    "strip.cut": ("Tách / nối", "Cut / join"),
    "strip.turn": ("Xoay", "Turn"),
    "strip.drop": ("Bỏ / lấy lại", "Drop / keep"),
    "strip.before": ("Lên trước", "Move before"),
    "strip.after": ("Ra sau", "Move after"),
    "strip.zoom": ("Phóng to", "Enlarge"),
}
