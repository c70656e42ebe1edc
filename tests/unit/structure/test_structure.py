"""Profiles, values, the 46-column sheet, numbering and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.errors import InputError, OperatorError
from pipeline.structure.profile import Profile, load_profile, profile_names
from pipeline.structure.records import (
    DocumentRecord,
    Naming,
    document_names,
    file_code,
    numbered,
    table_rows,
)
from pipeline.structure.sheet import load_columns, read_rows, sheet_row
from pipeline.structure.values import Expected, checked, coded, date_of

RULES = Path(__file__).parents[3] / "config" / "archive"
COLUMNS = load_columns(RULES / "sheet46.toml")
HEADINGS = [one.heading for one in COLUMNS]


@pytest.fixture
def profile() -> Profile:
    """The profile of TT 05/2025."""
    return load_profile(RULES, "tt05-2025")


def _cells(**changed: str) -> list[str]:
    values = {
        "Phông": "P05",
        "Mục lục": "1",
        "Hộp số": "3",
        "Số và ký hiệu hồ sơ": "01.TCCB",
        "Tiêu đề": "Hồ sơ tuyển dụng",
        "THBQ": "01",
        "Chế độ sử dụng": "công khai",
        "Ngày bắt đầu": "",
        "Tháng bắt đầu": "5",
        "Năm bắt đầu": "1987",
        "STT trong hồ sơ": "2",
        "Tên loại": "Quyết định",
        "Số": "15",
        "Ký hiệu": "QĐ-UB",
        "Ngày văn bản": "19",
        "Tháng văn bản": "5",
        "Năm văn bản": "1987",
        "Trích yếu": "Về việc tuyển dụng",
        "Đường dẫn file": "hop3/01/002.pdf",
    } | changed
    seen: set[str] = set()
    cells = []
    for heading in HEADINGS:
        first = heading not in seen
        seen.add(heading)
        is_dossier_only = heading == "Chế độ sử dụng" and not first
        cells.append("" if is_dossier_only else values.get(heading, ""))
    return cells


def test_every_shipped_profile_is_whole() -> None:
    """Each profile loads, its lists, defaults, names and elements agree."""
    assert profile_names(RULES) == ["tt02-2019", "tt05-2025"]
    for name in profile_names(RULES):
        assert load_profile(RULES, name).title


def test_an_unknown_profile_names_those_there_are() -> None:
    """A slip of the pen is answered with the names."""
    with pytest.raises(InputError) as caught:
        load_profile(RULES, "tt99")
    assert caught.value.code == "INPUT-PROFILE"
    assert "tt05-2025" in caught.value.detail


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('trust = "Số hóa"', 'trust = "Không có"'),
        ('list = "retention"', 'list = "nothing"'),
        ("{dossier:03}", "{dossier.__class__}"),
        ('["title", "title"]', '["title", "no_such_field"]'),
        ("[fields]", "[fields"),
        ('kind = "date"', 'kind = "moment"'),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """The keeper is told the file and what is wrong in it; nothing of it is used."""
    text = (RULES / "tt05-2025.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "tt05-2025.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OperatorError) as caught:
        load_profile(tmp_path, "tt05-2025")
    assert caught.value.code == "SYS-CONFIG"
    assert "tt05-2025.toml" in caught.value.detail


def test_the_sheet_has_46_columns_from_a_to_at() -> None:
    """A–AT is 46."""
    assert len(COLUMNS) == 46


def test_a_row_becomes_dossier_and_document(profile: Profile) -> None:
    """Codes and other spellings become labels, three cells one date, equal headings two levels."""
    (row,) = read_rows([["DANH MỤC"], HEADINGS, _cells(), ["", " "]], COLUMNS, profile)
    assert row.row == 3
    assert not row.wrong
    assert row.dossier["retention"] == "Vĩnh viễn"
    assert row.dossier["access"] == "Công khai"
    assert "access" not in row.document
    assert row.dossier["start_date"] == "1987-05"
    assert row.document["issued_date"] == "1987-05-19"
    assert row.document["ordinal"] == "2"


def test_what_is_read_is_written_alike(profile: Profile) -> None:
    """Rows written from records read back as the same records."""
    (row,) = read_rows([HEADINGS, _cells()], COLUMNS, profile)
    (again,) = read_rows(
        [HEADINGS, sheet_row(row.dossier, row.document, COLUMNS)], COLUMNS, profile
    )
    assert (again.dossier, again.document) == (row.dossier, row.document)


@pytest.mark.parametrize(
    ("heading", "value", "cell", "expected"),
    [
        ("THBQ", "mãi mãi", "F3", "Vĩnh viễn"),
        ("Tiêu đề", "", "E3", "không được để trống"),
        ("STT trong hồ sơ", "hai", "Y3", "số nguyên"),
        ("Số", "123456789012", "AA3", "11"),
        ("Tháng văn bản", "13", "AD3", "ngày, tháng, năm"),
        ("Năm văn bản", "", "AE3", "ngày, tháng, năm"),
        ("Ngày văn bản", "mồng 2", "AC3", "ngày, tháng, năm"),
    ],
)
def test_every_wrong_cell_is_named(
    profile: Profile, heading: str, value: str, cell: str, expected: str
) -> None:
    """Row, column and what is expected, in both languages."""
    rows = [["BẢNG"], HEADINGS, _cells(**{heading: value})]
    (row,) = read_rows(rows, COLUMNS, profile)
    found = {f"{one.column}{one.row}": one for one in row.wrong}
    assert cell in found
    assert expected in found[cell].expected.vi
    assert found[cell].expected.en


def test_missing_columns_are_named(profile: Profile) -> None:
    """A sheet without what is needed is refused with the headings."""
    with pytest.raises(InputError) as caught:
        list(read_rows([["Phông", "Tiêu đề"], ["P05", "x"]], COLUMNS, profile))
    assert caught.value.code == "INPUT-SHEET"
    assert "Đường dẫn file" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("19/05/1987", "1987-05-19"),
        ("5/1987", "1987-05"),
        ("1987", "1987"),
        ("1987-05-19 00:00:00", "1987-05-19"),
        ("31/02/1987", None),
        ("19/05/87", None),
        ("hôm qua", None),
    ],
)
def test_dates_are_known_as_far_as_they_are(text: str, iso: str | None) -> None:
    """Day, month or year; no date of the calendar is no date."""
    assert date_of(text) == iso


def test_values_are_tidied_and_coded(profile: Profile) -> None:
    """Decomposed letters and control characters do not get in; codes come out."""
    title = profile.spec("dossier", "title")
    assert title is not None
    assert checked(profile, title, "Ho\u0302\u0300  sơ\x00\n") == "Hồ sơ"
    assert isinstance(checked(profile, title, " \t"), Expected)
    assert coded(profile, profile.spec("dossier", "retention"), "Vĩnh viễn") == "01"


def test_sheets_are_numbered_on_and_known_ones_stay() -> None:
    """Ordinals and sheets go on from what is known; duplex halves the sheets."""
    documents = [
        DocumentRecord(values={}, page_count=3),
        DocumentRecord(values={"sheet": "10"}, page_count=1),
        DocumentRecord(values={}, page_count=4),
    ]
    single = [(one.values["ordinal"], one.values["sheet"]) for one in numbered(documents)]
    assert single == [("1", "1-3"), ("2", "10"), ("3", "11-14")]
    duplex = [one.values["sheet"] for one in numbered(documents, is_duplex=True)]
    assert duplex == ["1-2", "10", "11-12"]


def test_names_follow_the_profile(profile: Profile) -> None:
    """Dossier, document and file are named by the patterns; nothing leads out of a folder."""
    naming = Naming(agency="H30", creator="H30.81", transfer="02")
    code = file_code(profile, naming, {"start_date": "1987-05"}, ordinal=7)
    assert code == "H30.H30.81.1987.02.007"
    assert document_names(profile, code, {"ordinal": "12"}) == (
        "H30.H30.81.1987.02.007.0000012",
        "H30.H30.81.1987.02.007.012.pdf",
    )
    hostile = document_names(profile, "../../etc", {"ordinal": "1"})[1]
    assert "/" not in hostile
    assert not hostile.startswith(".")


def test_the_table_of_documents_has_its_seven_columns() -> None:
    """Mục lục văn bản trong hồ sơ."""
    values = {
        "ordinal": "1", "number": "15", "code_notation": "QĐ-UB", "issued_date": "1987-05-19",
        "type": "Quyết định", "subject": "Về việc", "issuer": "UBND", "sheet": "1-2",
    }  # fmt: skip
    (row,) = table_rows([DocumentRecord(values=values)])
    assert row == (1, "15/QĐ-UB", "19/05/1987", "Quyết định. Về việc", "UBND", "1-2", "")
