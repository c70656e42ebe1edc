"""Codes of sealing: keys, tokens, certificates, time stamps, levels."""

from __future__ import annotations

from pipeline.model.faults import Family, Fault, table

_WAITS = (
    "Không cần làm gì; văn bản chờ ký và được ký khi dịch vụ trở lại (sohoa doctor).",
    "Nothing to do; documents wait and are signed when it answers again (sohoa doctor).",
)

_TRANSIENT = table(
    Family.TRANSIENT,
    (
        "SIGN-STATUS-DOWN",
        "Không hỏi được trạng thái chứng thư (OCSP, CRL).",
        "The status of a certificate cannot be asked for (OCSP, CRL).",
        *_WAITS,
    ),
    (
        "SIGN-TOKEN-DOWN",
        "Không thấy thiết bị ký số (token, HSM).",
        "The signing device (token, HSM) is not there.",
        "Cắm lại thiết bị hoặc bật lại HSM; văn bản chờ ký.",
        "Plug the device in or start the HSM again; documents wait.",
    ),
    (
        "SIGN-TSA-DOWN",
        "Máy chủ cấp dấu thời gian không trả lời.",
        "The time stamping authority does not answer.",
        *_WAITS,
    ),
)

_OPERATOR = table(
    Family.OPERATOR,
    (
        "SIGN-CHAIN",
        "Không nối được chứng thư tới chứng thư gốc tin cậy, hoặc chứng thư không nêu nơi hỏi "
        "trạng thái.",
        "The certificate leads to no trusted root, or names nowhere to ask for its status.",
        "Thêm chứng thư gốc vào [stages.sign] trust và chứng thư trung gian vào intermediates.",
        "Add the root to [stages.sign] trust and the intermediate to intermediates.",
    ),
    (
        "SIGN-ENDING",
        "Chứng thư ký số sắp hết hạn.",
        "The signing certificate ends soon.",
        "Xin gia hạn ngay: sau ngày hết hạn văn bản phải chờ, không ký được.",
        "Have it renewed now: after its last day documents wait and cannot be sealed.",
    ),
    (
        "SIGN-NO-TRUST",
        "Chưa khai báo chứng thư gốc tin cậy: không kiểm tra được chứng thư bị thu hồi.",
        "No trusted root is configured: whether certificates were revoked cannot be checked.",
        "Khai báo chứng thư gốc của nhà cấp trong [stages.sign] trust.",
        "Name the issuer's root certificate in [stages.sign] trust.",
    ),
    (
        "SIGN-NOT-YET",
        "Chứng thư ký số chưa có hiệu lực.",
        "The signing certificate is not valid yet.",
        "Kiểm tra đồng hồ của máy; chờ đến ngày chứng thư có hiệu lực.",
        "Check the machine's clock; wait until the certificate's first day.",
    ),
    (
        "SIGN-PIN",
        "Mã PIN của thiết bị ký số sai hoặc đã bị khóa; không thử lại.",
        "The PIN of the signing device is wrong or locked; it is not tried again.",
        "Sửa mã PIN trong cấu hình rồi khởi động lại sohoa; mở khóa thiết bị nếu cần.",
        "Correct the PIN in the configuration and start sohoa again; unlock the device if need be.",
    ),
    (
        "SIGN-REVOKED",
        "Chứng thư ký số đã bị thu hồi.",
        "The signing certificate has been revoked.",
        "Ngừng dùng khóa này; xin cấp chứng thư mới rồi đổi trong cấu hình [identity].",
        "Stop using this key; have a new certificate issued and put it into [identity].",
    ),
    (
        "SIGN-TSA-REFUSED",
        "Máy chủ cấp dấu thời gian từ chối hoặc trả lời sai.",
        "The time stamping authority refuses, or its answer is wrong.",
        "Kiểm tra [stages.sign] tsa_url và quyền dùng dịch vụ.",
        "Check [stages.sign] tsa_url and the right to use the service.",
    ),
    (
        "SIGN-USAGE",
        "Chứng thư không dùng để ký số.",
        "The certificate is not meant for signing.",
        "Dùng chứng thư có mục đích ký số (digitalSignature).",
        "Use a certificate whose usage is signing (digitalSignature).",
    ),
)

_REMARK = table(
    Family.REMARK,
    (
        "SIGN-EVIDENCE-UNKNOWN",
        "Chưa xác định được chữ ký số có sẵn trên tệp (chưa có chứng thư gốc tin cậy, chưa biết "
        "trạng thái, hoặc tệp được thêm vào sau khi ký).",
        "The digital signatures on the received file could not be decided (no trusted root, status "
        "unknown, or something was added later).",
        "Xem báo cáo kiểm tra chữ ký (sohoa verify); khai báo chứng thư gốc nếu chưa có.",
        "See the report on the signatures (sohoa verify); configure the root if it is missing.",
    ),
    (
        "SIGN-EVIDENCE-VALID",
        "Chữ ký số có sẵn trên tệp hợp lệ.",
        "The digital signatures on the received file are valid.",
        "Không cần làm gì; báo cáo kiểm tra được lưu trong kho.",
        "Nothing to do; the report is kept in the store.",
    ),
    (
        "SIGN-LEVEL-LOWER",
        "Đã ký ở mức B-B vì dịch vụ ngoài không trả lời; sẽ nâng mức sau.",
        "Sealed at level B-B because a service did not answer; the level is to be raised later.",
        "Chạy `sohoa renew` khi dịch vụ trở lại.",
        "Run `sohoa renew` when the service answers again.",
    ),
    (
        "SIGN-STATUS-UNKNOWN",
        "Đã ký nhưng chưa kiểm tra được chứng thư có bị thu hồi hay không.",
        "Sealed, but whether the certificate was revoked could not be checked.",
        "Kiểm tra kết nối tới OCSP, CRL của nhà cấp chứng thư.",
        "Check the way to the OCSP and CRL of the certificate's issuer.",
    ),
)

HOLDS: frozenset[str] = frozenset((*_TRANSIENT, *_OPERATOR, "SIGN-EXPIRED", "SIGN-IDENTITY"))
"""Codes under which all documents wait for one thing: a service that is away, or the keeper, who
must put the key or its certificate right. When it is there again, all of them are due."""

SIGN_FAULTS: dict[str, Fault] = {**_TRANSIENT, **_OPERATOR, **_REMARK}
"""Every code with its words."""
