"""Codes of questions to the search index that were not understood, and of an old index."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

_INPUT = table(
    Family.INPUT,
    (
        "INPUT-QUERY-DATE",
        "Không hiểu ngày này; điều kiện về ngày được bỏ qua.",
        "This is no date; the condition was left out.",
        "Viết ngày như 2024-01-31, 31/01/2024, 01/2024 hoặc 2024.",
        "Write a date as 2024-01-31, 31/01/2024, 01/2024 or 2024.",
    ),
    (
        "INPUT-QUERY-EMPTY",
        "Thiếu giá trị sau dấu hai chấm.",
        "There is no value behind the colon.",
        'Viết giá trị liền sau dấu hai chấm, nhiều từ thì đặt trong ngoặc (coquan:"Sở Nội vụ").',
        'Write the value behind the colon, several words in quotes (coquan:"Sở Nội vụ").',
    ),
    (
        "INPUT-QUERY-FIELD",
        "Không có trường tìm kiếm này; phần này được tìm như từ thường.",
        "There is no such field; this part was searched for as words.",
        "Dùng một trong các trường (so: coquan: loai: trichyeu: nguoiky: tu: den: nam: thumuc: "
        "kyso:)",
        "Use one of the fields (so: coquan: loai: trichyeu: nguoiky: tu: den: nam: thumuc: kyso:)",
    ),
    (
        "INPUT-QUERY-LONG",
        "Câu hỏi quá dài; chỉ phần đầu được tìm.",
        "The question is too long; only its beginning was searched for.",
        "Dùng vài từ đặc trưng, không quá 24 từ.",
        "Use some telling words, at most 24.",
    ),
    (
        "INPUT-QUERY-NOT",
        "Dấu trừ không dùng được ở đây.",
        "The minus cannot be used here.",
        "Dấu trừ loại bớt kết quả, nên cần có từ cần tìm bên cạnh và không đặt trước điều kiện "
        "ngày hay thư mục.",
        "A minus takes results away: it needs words to look for beside it, and does not stand "
        "before dates or a folder.",
    ),
    (
        "INPUT-QUERY-QUOTE",
        "Thiếu dấu ngoặc kép đóng; cụm từ được tính đến hết câu.",
        "A closing quotation mark is missing; the phrase was read to the end.",
        'Đóng cụm từ bằng dấu ngoặc kép ("số hóa tài liệu").',
        'Close the phrase with a quotation mark ("số hóa tài liệu").',
    ),
    (
        "INPUT-QUERY-RANGE",
        "Ngày bắt đầu đứng sau ngày kết thúc: không văn bản nào phù hợp.",
        "The first day is after the last: no document can match.",
        "Đổi chỗ hai ngày.",
        "Exchange the two days.",
    ),
    (
        "INPUT-QUERY-SIGNED",
        "Không hiểu tình trạng chữ ký số này; điều kiện được bỏ qua.",
        "This is no verdict on signatures; the condition was left out.",
        "Viết kyso:hople, kyso:khonghople, kyso:chuaxacdinh, hoặc kyso:co cho mọi văn bản ký số.",
        "Write kyso:hople (valid), kyso:khonghople (invalid), kyso:chuaxacdinh (unknown), or "
        "kyso:co for all that came signed.",
    ),
)

_OPERATOR = table(
    Family.OPERATOR,
    (
        "SYS-INDEX-BEHIND",
        "Chỉ mục tìm kiếm thiếu văn bản so với nhật ký.",
        "The search index lacks documents that the ledger knows to have been entered.",
        "Chạy `sohoa reindex` để dựng lại từ kho tệp.",
        "Run `sohoa reindex` to make it anew from the store.",
    ),
    (
        "SYS-INDEX-OLD",
        "Chỉ mục tìm kiếm được tạo bởi phiên bản khác và phải dựng lại.",
        "The search index was made by another version and must be made anew.",
        "Chạy `sohoa reindex`; văn bản chờ, không mất gì.",
        "Run `sohoa reindex`; documents wait, nothing is lost.",
    ),
    (
        "SYS-INDEX-REFUSED",
        "Máy chủ chỉ mục từ chối: sai tài khoản, thiếu quyền hoặc thiếu chức năng.",
        "The index server refuses: wrong credentials, missing rights or a missing function.",
        "Kiểm tra [index] url, user, password, api_key và quyền trên máy chủ.",
        "Check [index] url, user, password, api_key and the rights on the server.",
    ),
)

_STORE = table(
    Family.OPERATOR,
    (
        "SYS-STORE-LOST",
        "Kho tệp không còn văn bản chữ của tài liệu này; tài liệu không có trong chỉ mục.",
        "The store no longer holds this document's text; it is not in the index.",
        "Khôi phục thư mục store/ từ bản sao lưu rồi chạy lại `sohoa reindex`.",
        "Restore the folder store/ from a backup and run `sohoa reindex` again.",
    ),
)

SEARCH_FAULTS: dict[str, Fault] = {**_INPUT, **_OPERATOR, **_STORE}
"""Every code of the search with its words."""
