"""Codes of sign-in, accounts, tokens and of what people send in by the page."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

ACCESS_FAULTS: dict[str, Fault] = table(
    Family.INPUT,
    (
        "INPUT-ACCOUNT-LAST",
        "Đây là tài khoản quản trị cuối cùng còn mở.",
        "This is the last open account of a keeper.",
        "Trao vai trò quản trị cho người khác trước.",
        "Give somebody else the role of keeper first.",
    ),
    (
        "INPUT-ACCOUNT-NAME",
        "Tên đăng nhập không hợp lệ.",
        "The account's name is not valid.",
        "Dùng 2 đến 40 ký tự a–z, 0–9, dấu chấm, gạch dưới, gạch nối; bắt đầu bằng chữ hoặc số.",
        "Use 2 to 40 of a–z, 0–9, dot, underscore, hyphen; begin with a letter or digit.",
    ),
    (
        "INPUT-ACCOUNT-NONE",
        "Không có tài khoản này.",
        "There is no such account.",
        "Xem danh sách: sohoa user list.",
        "See the list: sohoa user list.",
    ),
    (
        "INPUT-ACCOUNT-PASSWORD",
        "Mật khẩu quá yếu.",
        "The password is too weak.",
        "Dùng 10 đến 200 ký tự, ít lặp lại, không chứa tên đăng nhập.",
        "Use 10 to 200 characters, few of them repeated, without the account's name.",
    ),
    (
        "INPUT-ACCOUNT-ROLES",
        "Tài khoản hoặc khóa cần ít nhất một vai trò, và khóa chỉ có vai trò của chủ.",
        "An account or token needs a role, and a token has roles of its owner only.",
        "Chọn vai trò: clerk, archivist, searcher, keeper (khóa của quản trị: cả monitor).",
        "Choose roles: clerk, archivist, searcher, keeper (a keeper's token: monitor too).",
    ),
    (
        "INPUT-ACCOUNT-TAKEN",
        "Tên đăng nhập này đã có người dùng.",
        "This account's name is taken.",
        "Chọn tên khác.",
        "Choose another name.",
    ),
    (
        "INPUT-ACCOUNT-UNITS",
        "Chưa nói tài khoản thuộc đơn vị nào.",
        "It is not said whose documents the account sees.",
        "Nêu ít nhất một đơn vị, hoặc chọn cả cơ quan (--all-units).",
        "Name at least one unit, or choose the whole agency (--all-units).",
    ),
    (
        "INPUT-FORM-STALE",
        "Trang này đã cũ; chưa có gì thay đổi.",
        "This page is out of date; nothing was changed.",
        "Mở lại trang rồi làm lại.",
        "Open the page again and repeat what you did.",
    ),
    (
        "INPUT-RIGHTS",
        "Tài khoản của bạn không có quyền mở trang này.",
        "Your account may not open this page.",
        "Nếu cần, nhờ người quản trị thêm vai trò hoặc đơn vị.",
        "If you need it, ask the keeper for the role or unit.",
    ),
    (
        "INPUT-SIGNIN-WAIT",
        "Đăng nhập sai quá nhiều lần; tạm thời không nhận.",
        "Too many wrong sign-ins; none is taken for a while.",
        "Chờ 15 phút, hoặc nhờ người quản trị đặt lại mật khẩu sau đó.",
        "Wait 15 minutes; if it is forgotten, the keeper can set another password.",
    ),
    (
        "INPUT-SIGNIN-WANTED",
        "Cần đăng nhập.",
        "Sign-in is needed.",
        "Đăng nhập trên trang; chương trình thì gửi khóa trong Authorization.",
        "Sign in on the page; a program sends its token in Authorization.",
    ),
    (
        "INPUT-SIGNIN-WRONG",
        "Tên đăng nhập hoặc mật khẩu không đúng.",
        "Name or password is wrong.",
        "Thử lại; nếu quên, nhờ người quản trị đặt mật khẩu mới.",
        "Try again; if it is forgotten, ask the keeper for another.",
    ),
    (
        "INPUT-TOKEN-LABEL",
        "Khóa cần một tên gọi (đến 100 ký tự) và thời hạn từ 1 ngày.",
        "A token needs a label (up to 100 characters) and a term of at least a day.",
        "Ghi khóa dùng cho việc gì.",
        "Say what the token is for.",
    ),
    (
        "INPUT-TOKEN-NONE",
        "Không có khóa này.",
        "There is no such token.",
        "Mở lại trang để xem các khóa còn dùng.",
        "Open the page again to see which tokens there are.",
    ),
    (
        "INPUT-UPLOAD-FOLDER",
        "Không có thư mục này, hoặc bạn không được gửi vào đó.",
        "There is no such folder, or you may not send into it.",
        "Chọn một thư mục trên trang.",
        "Choose one of the folders on the page.",
    ),
    (
        "INPUT-UPLOAD-NAME",
        "Tên tệp này không dùng được.",
        "This file name cannot be used.",
        "Đổi tên tệp (không bắt đầu bằng dấu chấm, không đuôi .tmp, .part) rồi gửi lại.",
        "Rename the file (no dot in front, no ending .tmp or .part) and send it again.",
    ),
    (
        "INPUT-UPLOAD-SIZE",
        "Tệp lớn hơn mức cho phép, hoặc gửi chưa trọn.",
        "The file is larger than allowed, or did not come whole.",
        "Gửi lại; nếu tệp quá lớn, quét ở độ phân giải thấp hơn hoặc nhờ quản trị nâng giới hạn.",
        "Send it again; if it is too large, scan at a lower resolution or ask for a higher limit.",
    ),
)
"""Part of `pipeline.model.catalogue.CATALOGUE`."""
