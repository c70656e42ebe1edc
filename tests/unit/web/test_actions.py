"""What people do on the page."""

from __future__ import annotations

from collections.abc import Callable

from tests.unit.web.conftest import Visitor
from tests.unit.web.made_up import SECRET_TEXT
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]
NAME = "công văn sở tài chính.pdf"
FORM = {
    "value-code": "34/STC-QLNS",
    "value-issued_date": "9/5/2026",
    "value-signer_name": " Nguyễn  Văn An ",
}


def test_the_form_shows_only_doubtful_fields(visitor: Visitor, path_of: Address) -> None:
    """Prefilled as people write, with the snippet and other readings."""
    text = visitor.get(path_of(NAME)).text
    for name in ("code", "issued_date", "signer_name"):
        assert f'name="value-{name}"' in text
    assert 'name="value-subject"' not in text
    assert 'value="04/05/2026"' in text
    assert 'data-fill="34/STC-QLNS"' in text
    assert 'data-fill="09/05/2026"' in text


def test_confirming_hands_over_what_was_typed(
    visitor: Visitor, desk: MemoryDesk, path_of: Address
) -> None:
    """Dates become ISO, spaces one; who confirms is who signed in, whatever a form says."""
    answer = visitor.post(f"{path_of(NAME)}/confirm", {**FORM, "person": "Trần Văn C"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path_of(NAME)}?note=review.done"
    assert desk.confirmed == [
        (
            desk.job_id(NAME),
            {"code": "34/STC-QLNS", "issued_date": "2026-05-09", "signer_name": "Nguyễn Văn An"},
            "Lê Thị B",
        )
    ]
    assert "Đã ghi nhận" in visitor.get(answer.headers["location"]).text


def test_confirming_twice_changes_nothing(
    visitor: Visitor, desk: MemoryDesk, path_of: Address
) -> None:
    """The second of two people learns that it is done."""
    visitor.post(f"{path_of(NAME)}/confirm", FORM)
    answer = visitor.post(f"{path_of(NAME)}/confirm", FORM)
    assert answer.headers["location"].endswith("?note=review.late")
    assert len(desk.confirmed) == 1


def test_a_wrong_date_comes_back_with_what_was_typed(
    visitor: Visitor, desk: MemoryDesk, path_of: Address
) -> None:
    """Nothing is lost and nothing is confirmed."""
    for wrong in ("31/02/2026", "hôm qua", "2026-13-01", "x" * 3000):
        answer = visitor.post(f"{path_of(NAME)}/confirm", {**FORM, "value-issued_date": wrong})
        assert answer.status_code == 422
        assert "Ngày không hợp lệ" in answer.text
        assert 'value="34/STC-QLNS"' in answer.text
    too_long = visitor.post(f"{path_of(NAME)}/confirm", {**FORM, "value-code": "x" * 2001})
    assert "Quá dài" in too_long.text
    assert desk.confirmed == []


def test_an_empty_date_is_a_value(visitor: Visitor, desk: MemoryDesk, path_of: Address) -> None:
    """A paper may bear no date."""
    visitor.post(f"{path_of(NAME)}/confirm", {**FORM, "value-issued_date": " "})
    assert desk.confirmed[0][1]["issued_date"] == ""


def test_half_a_form_is_not_taken(visitor: Visitor, desk: MemoryDesk, path_of: Address) -> None:
    """All doubtful fields, or none; fields that were not asked for are ignored."""
    answer = visitor.post(f"{path_of(NAME)}/confirm", {"value-code": "1/A"})
    assert answer.headers["location"].endswith("review.late")
    visitor.post(f"{path_of(NAME)}/confirm", {**FORM, "value-subject": "thêm"})
    assert set(desk.confirmed[0][1]) == {"code", "issued_date", "signer_name"}


def test_retry_is_offered_where_a_job_may_move(
    visitor: Visitor, desk: MemoryDesk, path_of: Address
) -> None:
    """A halted job has the button, a finished, running or waiting-for-review one has not."""
    for name, is_offered in (
        ("ban_do.png", True),
        ("hop dong <b>mới</b>\n2026.pdf", True),
        ("to_trinh_17.pdf", True),
        ("scan_0412.pdf", False),
        ("bao_cao_quy_1.tif", False),
        (f"{SECRET_TEXT}.pdf", False),
        (NAME, False),
    ):
        assert (f"{path_of(name)}/retry" in visitor.get(path_of(name)).text) is is_offered, name
    answer = visitor.post(f"{path_of('ban_do.png')}/retry")
    assert answer.headers["location"].endswith("?note=job.retried")
    assert desk.retried == [desk.job_id("ban_do.png")]
    answer = visitor.post(f"{path_of('bao_cao_quy_1.tif')}/retry")
    assert answer.headers["location"].endswith("?note=job.not_retried")


def test_programs_retry_too(visitor: Visitor, desk: MemoryDesk, path_of: Address) -> None:
    """JSON says whether it moved."""
    assert visitor.post(f"/api{path_of('ban_do.png')}/retry").json() == {"retried": True}
    assert visitor.post(f"/api{path_of('bao_cao_quy_1.tif')}/retry").status_code == 409
    assert visitor.post("/api/jobs/none/retry").status_code == 404
    assert visitor.post("/jobs/none/retry").status_code == 404
    assert visitor.post("/jobs/none/confirm", FORM).status_code == 404
