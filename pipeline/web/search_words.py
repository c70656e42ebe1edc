"""The words of the search page, Vietnamese and English."""

from __future__ import annotations

SEARCH_WORDS: dict[str, tuple[str, str]] = {
    "search.title": ("Tìm kiếm", "Search"),
    "search.placeholder": ("Tìm trong văn bản…", "Search documents…"),
    "search.button": ("Tìm", "Search"),
    "search.none": ("Không tìm thấy văn bản nào.", "No documents found."),
    "search.help": (
        "Gõ có dấu hay không dấu đều được: “số hóa tài liệu”, so hoa tai lieu, 123/QĐ-UBND. "
        "Dùng “ngoặc kép” cho cụm từ, -từ để loại bỏ, quy* cho phần đầu của từ.",
        "With or without tones: “số hóa tài liệu”, so hoa tai lieu, 123/QĐ-UBND. "
        "Use “quotes” for a phrase, -word to leave out, quy* for the start of a word.",
    ),
    "search.help_title": ("Cách tìm", "How to search"),
    "search.help_fields": (
        'Theo trường: so:123 · coquan:"Sở Nội vụ" · loai:"Quyết định" · trichyeu:"số hóa" · '
        "nguoiky:An · tu:2024-01-01 · den:31/12/2024 · nam:2024 · thumuc:den · kyso:hople",
        'By field: so:123 · coquan:"Sở Nội vụ" · loai:"Quyết định" · trichyeu:"số hóa" · '
        "nguoiky:An · tu:2024-01-01 · den:31/12/2024 · nam:2024 · thumuc:den · kyso:hople",
    ),
    "search.count": ("văn bản", "documents"),
    "search.count_more": ("hơn", "more than"),
    "search.mistakes": ("Có chỗ chưa hiểu trong câu hỏi", "A part of the question is not clear"),
    "search.results": ("Kết quả", "Results"),
    "search.open_page": ("Mở PDF ở trang", "Open PDF at page"),
    "search.see_page": ("Xem trang", "See page"),
    "search.narrow": ("Thu hẹp", "Narrow"),
    "search.loose": ("Chỉ khớp một phần", "Meets a part only"),
    "search.order": ("Sắp xếp", "Order"),
    "search.apply": ("Sắp", "Order"),
    "search.order.relevance": ("Phù hợp nhất", "Best first"),
    "search.order.newest": ("Mới ban hành trước", "Latest date first"),
    "search.order.oldest": ("Cũ trước", "Earliest date first"),
    "facet.issuer": ("Cơ quan", "Issuer"),
    "facet.type": ("Loại", "Type"),
    "facet.year": ("Năm", "Year"),
    "facet.folder": ("Thư mục", "Folder"),
    "facet.state": ("Tình trạng", "State"),
    "facet.clear": ("Bỏ điều kiện", "Take away"),
    "view.title": ("Trang quét", "Scanned page"),
    "view.none": ("Không có từ nào của câu hỏi trên trang này.", "No word of it on this page."),
    "view.pages": ("Các trang có từ cần tìm", "Pages that hold the words"),
    "view.back": ("Về văn bản", "Back to the document"),
    "view.mark": ("Đánh dấu từ", "Mark words"),
    "view.found": ("chỗ được đánh dấu", "places marked"),
}
