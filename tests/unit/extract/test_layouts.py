"""Fields of every kind of head and end that Vietnamese offices use; all names are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.records import FIELD_NAMES, Box, FieldSource, Mark
from stages.extract.fields import extract_fields
from stages.review.doubt import doubtful
from tests.unit.extract.paper import (
    LEFT_AXIS,
    MIDDLE,
    RIGHT_AXIS,
    TODAY,
    Paper,
    fields_of,
    rules,
    values_of,
)

COMMITTEE = ("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI")
DAY = "Quảng Ngãi, ngày 05 tháng 3 năm 2024"


def decision() -> Paper:
    """A plain decision of a province."""
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc phê duyệt kế hoạch bảo trì", "hệ thống kênh năm 2024")
    return paper.body().signed(
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name="Trần Văn Thử"
    )


def test_every_name_of_the_model_comes_once_and_in_order() -> None:
    assert tuple(fields_of(decision())) == FIELD_NAMES


def test_a_decision_gives_all_its_cells() -> None:
    values = values_of(decision())
    assert values["number"] == "123"
    assert values["notation"] == "QĐ-UBND"
    assert values["code"] == "123/QĐ-UBND"
    assert values["issued_date"] == "2024-03-05"
    assert values["place"] == "Quảng Ngãi"
    assert values["issuer_parent"] == ""
    assert values["issuer"] == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert values["type"] == "Quyết định"
    assert values["subject"] == "Về việc phê duyệt kế hoạch bảo trì hệ thống kênh năm 2024"
    assert values["signer_name"] == "Trần Văn Thử"
    assert values["signer_title"] == "TM. ỦY BAN NHÂN DÂN | KT. CHỦ TỊCH | PHÓ CHỦ TỊCH"
    assert values["recipients"] == "Như trên; Lưu: VT, TH"


def test_evidence_names_page_and_place() -> None:
    field = fields_of(decision())["number"]
    assert field.page == 1
    assert field.box is not None
    assert field.source is FieldSource.PRINTED
    assert field.confidence > 0.8


def test_a_letter_without_type_line_is_a_cong_van() -> None:
    paper = Paper().head(
        "BỘ NỘI VỤ", code="Số: 1557/BNV-TCBC", place_date="Hà Nội, ngày 08 tháng 10 năm 2025"
    )
    paper.centred(LEFT_AXIS, 42.5, "V/v hướng dẫn sắp xếp", size_pt=12)
    paper.centred(LEFT_AXIS, 47.3, "tổ chức bộ máy", size_pt=12)
    paper.centred(MIDDLE, 62, "Kính gửi: Ủy ban nhân dân các tỉnh, thành phố")
    fields = fields_of(paper.body().signed("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", name="Lê Thị Mẫu"))
    assert fields["type"].value == "Công văn"
    assert fields["type"].source is FieldSource.DERIVED
    assert fields["subject"].value == "V/v hướng dẫn sắp xếp tổ chức bộ máy"
    assert fields["addressee"].value == "Ủy ban nhân dân các tỉnh, thành phố"
    assert fields["code"].value == "1557/BNV-TCBC"


def test_parent_and_issuer_part_at_the_second_name() -> None:
    paper = Paper().head(
        *COMMITTEE, "SỞ KHOA HỌC VÀ CÔNG NGHỆ", code="Số: 12/TB-SKHCN", place_date=DAY
    )
    values = values_of(paper.titled("THÔNG BÁO", "Kết luận cuộc họp"))
    assert values["issuer_parent"] == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert values["issuer"] == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"


def test_an_issuer_of_three_lines_under_a_parent_stays_whole() -> None:
    paper = Paper().head(
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", "BAN QUẢN LÝ DỰ ÁN", "ĐẦU TƯ XÂY DỰNG",
        "CÁC CÔNG TRÌNH GIAO THÔNG", code="Số: 45/TB-BQLDA", place_date=DAY,
    )  # fmt: skip
    values = values_of(paper.titled("THÔNG BÁO", "Mời thầu", y_mm=62))
    assert values["issuer_parent"] == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert values["issuer"] == "BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ XÂY DỰNG CÁC CÔNG TRÌNH GIAO THÔNG"


def test_an_issuer_that_ends_in_va_goes_on() -> None:
    paper = Paper().head("BỘ NỘI VỤ", "CỤC VĂN THƯ VÀ", "LƯU TRỮ NHÀ NƯỚC", code="Số: 9/HD-VTLTNN",
                         place_date="Hà Nội, ngày 02 tháng 02 năm 2022")  # fmt: skip
    values = values_of(paper.titled("HƯỚNG DẪN", "Chỉnh lý tài liệu"))
    assert values["issuer_parent"] == "BỘ NỘI VỤ"
    assert values["issuer"] == "CỤC VĂN THƯ VÀ LƯU TRỮ NHÀ NƯỚC"


def party_paper() -> Paper:
    """A letter of a provincial committee of the Party."""
    paper = Paper()
    paper.centred(LEFT_AXIS, 20, "TỈNH ỦY QUẢNG NGÃI")
    paper.centred(LEFT_AXIS, 25.2, "BAN TUYÊN GIÁO VÀ DÂN VẬN")
    paper.centred(LEFT_AXIS, 30.4, "*")
    paper.centred(RIGHT_AXIS, 20, "ĐẢNG CỘNG SẢN VIỆT NAM", size_pt=15)
    paper.centred(LEFT_AXIS, 36, "Số 210-CV/BTGDVTU")
    return paper.centred(RIGHT_AXIS, 30.4, DAY)


def test_party_papers_write_the_number_with_a_dash() -> None:
    values = values_of(party_paper().signed("T/M BAN", "TRƯỞNG BAN", name="Đỗ Văn Giả"))
    assert values["number"] == "210"
    assert values["notation"] == "CV/BTGDVTU"
    assert values["code"] == "210-CV/BTGDVTU"
    assert values["issuer_parent"] == "TỈNH ỦY QUẢNG NGÃI"
    assert values["issuer"] == "BAN TUYÊN GIÁO VÀ DÂN VẬN"
    assert values["issued_date"] == "2024-03-05"


def test_party_body_named_in_two_lines() -> None:
    paper = Paper()
    paper.centred(LEFT_AXIS, 20, "ĐẢNG BỘ TỈNH QUẢNG NGÃI")
    paper.centred(LEFT_AXIS, 25.2, "BAN TUYÊN GIÁO VÀ DÂN VẬN")
    paper.centred(LEFT_AXIS, 30.4, "TỈNH ỦY")
    paper.centred(RIGHT_AXIS, 20, "ĐẢNG CỘNG SẢN VIỆT NAM", size_pt=15)
    paper.centred(LEFT_AXIS, 40, "Số 14-KH/BTGDVTU")
    values = values_of(paper.titled("KẾ HOẠCH", "Tuyên truyền năm 2024"))
    assert values["issuer_parent"] == "ĐẢNG BỘ TỈNH QUẢNG NGÃI"
    assert values["issuer"] == "BAN TUYÊN GIÁO VÀ DÂN VẬN TỈNH ỦY"
    assert values["type"] == "Kế hoạch"


def test_a_decree_bears_the_year_in_its_code() -> None:
    paper = Paper().head(
        "CHÍNH PHỦ", code="Số: 30/2020/NĐ-CP", place_date="Hà Nội, ngày 05 tháng 3 năm 2020"
    )
    paper.titled("NGHỊ ĐỊNH", "Về công tác văn thư")
    values = values_of(paper.body().signed("TM. CHÍNH PHỦ", "THỦ TƯỚNG", name="Phạm Văn Thử"))
    assert (values["number"], values["notation"]) == ("30", "NĐ-CP")
    assert values["code"] == "30/2020/NĐ-CP"
    assert values["type"] == "Nghị định"
    assert values["signer_title"] == "TM. CHÍNH PHỦ | THỦ TƯỚNG"


def test_an_old_decision_names_its_authority_before_the_subject() -> None:
    paper = Paper().head(
        *COMMITTEE, code="Số: 1022/QĐ-NĐ-UB", place_date="Quảng Ngãi, ngày 12 tháng 5 năm 1994"
    )
    paper.titled(
        "QUYẾT ĐỊNH", "CỦA ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", "V/v giao đất cho Hợp tác xã Bình Minh"
    )
    values = values_of(paper.body())
    assert values["code"] == "1022/QĐ-NĐ-UB"
    assert values["issued_date"] == "1994-05-12"
    assert values["subject"] == "V/v giao đất cho Hợp tác xã Bình Minh"


def test_the_signature_before_annexes_wins() -> None:
    first = decision()
    annex = Paper(2).centred(MIDDLE, 20, "PHỤ LỤC", size_pt=14).body(40, 12)
    other = Paper(3).body(30, 4).signed("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", name="Hồ Văn Khác")
    fields = fields_of(first, annex, other)
    assert fields["signer_name"].value == "Trần Văn Thử"
    assert fields["signer_name"].page == 1


def test_the_signature_on_the_last_of_several_pages_is_found() -> None:
    first = Paper().head(*COMMITTEE, code="Số: 7/CT-UBND", place_date=DAY)
    first.titled("CHỈ THỊ", "Về phòng, chống thiên tai").body(90, 20)
    last = Paper(2).body(30, 3).signed("CHỦ TỊCH", name="Nguyễn Văn Thử", y_mm=70)
    fields = fields_of(first, last)
    assert fields["signer_name"].value == "Nguyễn Văn Thử"
    assert fields["signer_title"].value == "CHỦ TỊCH"
    assert fields["signer_title"].page == 2


def test_a_record_without_date_line_is_dated_by_its_text() -> None:
    paper = Paper().head("UBND TỈNH QUẢNG NGÃI", "SỞ NỘI VỤ", code="Số: 18/BB-SNV", place_date="")
    paper.titled("BIÊN BẢN", "Họp xét nâng lương")
    paper.at(32, 75, "Hôm nay, ngày 14 tháng 6 năm 2023, tại phòng họp")
    fields = fields_of(paper)
    assert fields["type"].value == "Biên bản"
    assert fields["issued_date"].value == "2023-06-14"
    assert fields["issued_date"].confidence <= 0.6


def test_a_contract_and_an_invitation_are_told_by_their_line() -> None:
    contract = Paper().head(
        "UBND TỈNH QUẢNG NGÃI", "SỞ NỘI VỤ", code="Số: 02/HĐ-SNV", place_date=DAY
    )
    assert values_of(contract.titled("HỢP ĐỒNG", "Thuê máy chủ"))["type"] == "Hợp đồng"
    invitation = Paper().head("SỞ NỘI VỤ", code="Số: 88/GM-SNV", place_date=DAY)
    assert values_of(invitation.titled("GIẤY MỜI", "Họp giao ban"))["type"] == "Giấy mời"


def test_a_telegram_names_whom_it_is_sent_to() -> None:
    paper = Paper().head(
        "THỦ TƯỚNG CHÍNH PHỦ", code="Số: 192/CĐ-TTg", place_date="Hà Nội, ngày 08 tháng 10 năm 2025"
    )
    paper.titled("CÔNG ĐIỆN", "Về công tác ứng phó bão số 11")
    paper.centred(MIDDLE, 70, "THỦ TƯỚNG CHÍNH PHỦ điện:")
    paper.at(70, 76, "- Bộ trưởng Bộ Xây dựng;")
    paper.at(70, 82, "- Chủ tịch Ủy ban nhân dân thành phố Huế.")
    values = values_of(paper)
    assert values["type"] == "Công điện"
    assert values["subject"] == "Về công tác ứng phó bão số 11"
    assert values["addressee"] == "Bộ trưởng Bộ Xây dựng; Chủ tịch Ủy ban nhân dân thành phố Huế"


def test_without_subject_the_field_stays_empty_and_unsure() -> None:
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 5/GGT-SNV", place_date=DAY)
    paper.titled("GIẤY GIỚI THIỆU").body(75, 3)
    field = fields_of(paper)["subject"]
    assert field.value == ""
    assert field.confidence < 0.5


def test_a_stamp_beside_the_subject_is_not_part_of_it() -> None:
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc phê duyệt kế hoạch bảo trì", "hệ thống kênh năm 2024")
    paper.at(18, 58, "CÔNG VĂN ĐẾN", size_pt=9, confidence=0.4)
    paper.at(18, 63, "Số: 805", size_pt=9, confidence=0.4)
    values = values_of(paper.body())
    assert values["subject"] == "Về việc phê duyệt kế hoạch bảo trì hệ thống kênh năm 2024"
    assert values["number"] == "123"


def test_a_stamp_read_into_a_line_of_the_subject_is_not_part_of_it() -> None:
    """Its pen's date stands before the line, and both bring the line out of the middle."""
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc phê duyệt kế hoạch bảo trì")
    paper.at(42, 60, "ĐẾN 12/10/24 hệ thống kênh và đường bộ năm 2024")
    assert values_of(paper.body())["subject"] == (
        "Về việc phê duyệt kế hoạch bảo trì hệ thống kênh và đường bộ năm 2024"
    )


@pytest.mark.parametrize("date", ["14/9/", "21/2/26", "21/02/2026"])
def test_a_stamps_date_read_into_a_word_is_cut_off(date: str) -> None:
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc thực hành tiết kiệm,", f"{date}chống lãng phí")
    subject = values_of(paper.body())["subject"]
    assert subject == "Về việc thực hành tiết kiệm, chống lãng phí"


def test_a_subject_that_goes_on_with_va_ky_is_whole() -> None:
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc phê duyệt dự án", "và ký kết thỏa thuận tài trợ")
    paper.at(20, 70, "Số và ký hiệu HS:", size_pt=9)
    paper.at(20, 76, "và ký hi", size_pt=9)
    values = values_of(paper.body())
    assert values["subject"] == "Về việc phê duyệt dự án và ký kết thỏa thuận tài trợ"
    assert values["number"] == "123"


def test_a_dash_lost_between_two_years_is_set_again() -> None:
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc phát triển đô thị giai đoạn 2023 2028")
    subject = values_of(paper.body())["subject"]
    assert subject == "Về việc phát triển đô thị giai đoạn 2023 - 2028"


@pytest.mark.parametrize(("shift_pt", "urgency"), [(0.0, "THƯỢNG KHẨN"), (80.0, "KHẨN")])
def test_khan_beside_a_fainter_thuong_khan_is_its_end(shift_pt: float, urgency: str) -> None:
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    page = paper.titled("QUYẾT ĐỊNH", "Về việc thử").body().page()
    marks = (
        Mark(text="KHẨN", box=Box(x0=174, y0=179, x1=208, y1=195), confidence=0.96, colour="red"),
        Mark(
            text="THƯỢNG KHẨN",
            box=Box(x0=104, y0=179 + shift_pt, x1=173, y1=195 + shift_pt),
            confidence=0.5,
            colour="black",
        ),
    )
    fields = {
        item.name: item
        for item in extract_fields([replace(page, marks=marks)], rules(), today=TODAY)
    }
    assert fields["urgency"].value == urgency


@pytest.mark.parametrize(
    ("page_number", "chance", "value", "is_asked"),
    [(1, 0.45, "KHẨN", True), (1, 0.83, "KHẨN", False), (2, 0.45, "", False)],
)
def test_urgency_that_was_half_seen_is_asked_for_on_the_first_page(
    page_number: int, chance: float, value: str, *, is_asked: bool
) -> None:
    """Under a stamp of arrival it was told as none, with 0.99, and nobody looked."""
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    page = paper.titled("QUYẾT ĐỊNH", "Về việc thử").body().page()
    mark = Mark(
        text="KHẨN", box=Box(x0=104, y0=179, x1=140, y1=195), confidence=chance, colour="black"
    )
    pages = [
        replace(page, number=number, marks=(mark,) if number == page_number else ())
        for number in (1, 2)
    ]
    fields = {item.name: item for item in extract_fields(pages, rules(), today=TODAY)}
    assert fields["urgency"].value == value
    assert ("urgency" in doubtful(fields)) is is_asked


def test_no_head_at_all_gives_empty_fields() -> None:
    fields = fields_of(Paper().body(30, 20))
    assert fields["number"].value == ""
    assert fields["issuer"].value == ""
    assert fields["issued_date"].value == ""


def test_pages_without_words_give_empty_fields() -> None:
    fields = fields_of(Paper(), Paper(2))
    assert all(not item.value for item in fields.values())


def test_joint_issuers_are_parted_and_both_sign() -> None:
    paper = Paper().head(
        "BỘ NỘI VỤ - BỘ TÀI CHÍNH", code="Số: 08/2013/TTLT-BNV-BTC",
        place_date="Hà Nội, ngày 31 tháng 7 năm 2013",
    )  # fmt: skip
    paper.titled("THÔNG TƯ LIÊN TỊCH", "Hướng dẫn nâng bậc lương").body(90, 4)
    paper.centred(60, 150, "KT. BỘ TRƯỞNG").centred(60, 155.5, "THỨ TRƯỞNG")
    paper.centred(150, 150, "KT. BỘ TRƯỞNG").centred(150, 155.5, "THỨ TRƯỞNG")
    paper.centred(60, 185, "Trần Văn Một").centred(150, 185, "Lê Thị Hai")
    values = values_of(paper)
    assert values["issuer"] == "BỘ NỘI VỤ; BỘ TÀI CHÍNH"
    assert values["issuer_parent"] == ""
    assert values["type"] == "Thông tư liên tịch"
    assert values["code"] == "08/2013/TTLT-BNV-BTC"
    assert values["signer_name"] == "Trần Văn Một; Lê Thị Hai"
    assert values["signer_title"] == "KT. BỘ TRƯỞNG | THỨ TRƯỞNG; KT. BỘ TRƯỞNG | THỨ TRƯỞNG"


def test_a_dash_inside_a_name_does_not_part_it() -> None:
    paper = Paper().head(
        "BỘ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI", code="Số: 8/TB-LĐTBXH", place_date=DAY
    )
    values = values_of(paper.titled("THÔNG BÁO", "Tuyển dụng"))
    assert values["issuer"] == "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"


def test_the_right_one_of_two_who_sign_a_record_is_the_signer() -> None:
    paper = Paper().head("SỞ NỘI VỤ", code="Số: 18/BB-SNV", place_date=DAY)
    paper.titled("BIÊN BẢN", "Họp xét nâng lương").body(90, 4)
    paper.centred(60, 150, "THƯ KÝ").centred(60, 180, "Trần Văn Ghi")
    paper.centred(150, 150, "CHỦ TỌA").centred(150, 180, "Lê Thị Họp")
    values = values_of(paper)
    assert (values["signer_name"], values["signer_title"]) == ("Lê Thị Họp", "CHỦ TỌA")


def test_a_deputy_whose_line_a_seal_ate_is_named_but_not_sure() -> None:
    paper = decision_of("KT. CHỦ TỊCH")
    field = fields_of(paper)["signer_title"]
    assert field.value == "KT. CHỦ TỊCH | PHÓ CHỦ TỊCH"
    assert field.confidence < 0.7


def test_a_name_without_a_readable_post_is_still_found() -> None:
    fields = fields_of(decision_of("X#7"))
    assert fields["signer_name"].value == "Trần Văn Thử"
    assert fields["signer_title"].value == ""


def decision_of(*titles: str) -> Paper:
    """A decision signed under such lines."""
    paper = Paper().head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    paper.titled("QUYẾT ĐỊNH", "Về việc thử").body()
    return paper.signed(*titles, name="Trần Văn Thử")


def test_a_village_that_no_list_knows_keeps_its_name() -> None:
    """The list holds KIM BÌNH and not KIM ĐÍNH; a sure reading is not mended by a letter."""
    paper = Paper().head("ỦY BAN NHÂN DÂN", "XÃ KIM ĐÍNH", code="Số: 15/QC-UBND", place_date=DAY)
    issuer = fields_of(paper.titled("QUY CHẾ", "Làm việc của cơ quan"))["issuer"]
    assert issuer.value == "ỦY BAN NHÂN DÂN XÃ KIM ĐÍNH"


def test_the_name_in_an_arrival_stamp_is_no_issuer() -> None:
    """The stamp's own head stands small above the first line."""
    paper = Paper().at(30.0, 16.0, "VĂN PHÒNG UBND TỈNH", size_pt=8)
    paper.head(*COMMITTEE, code="Số: 123/QĐ-UBND", place_date=DAY)
    values = values_of(paper.titled("QUYẾT ĐỊNH", "Về việc thử"))
    assert (values["issuer_parent"], values["issuer"]) == ("", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI")
