"""What the pages show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.records import FIELD_NAMES, FieldSource, JobState, Verdict
from pipeline.web.api import FileKind, Level
from pipeline.web.words import LANGUAGES, WORDS, message, remedy, word
from tests.unit.web.conftest import Visitor
from tests.unit.web.made_up import SECRET_TEXT
from tests.unit.web.memory_desk import MemoryDesk

Address = Callable[[str], str]
PAGES = ("/", "/live/jobs", "/search", "/search?q=hoa", "/register", "/health")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(visitor: Visitor, path: str, language: str) -> None:
    """HTML in the language asked for, with nothing fetched from elsewhere."""
    mark = "&" if "?" in path else "?"
    answer = visitor.get(f"{path}{mark}lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert "://" not in answer.text


def test_every_job_has_a_page(visitor: Visitor, desk: MemoryDesk) -> None:
    """Whatever state a job is in, its page opens in both languages."""
    for job_id in desk.details:
        for language in LANGUAGES:
            assert visitor.get(f"/jobs/{job_id}?lang={language}").status_code == 200


def test_the_language_is_remembered(visitor: Visitor) -> None:
    """Vietnamese first; a choice stays."""
    assert "Văn bản" in visitor.get("/").text
    assert "Documents" in visitor.get("/?lang=en").text
    assert "Documents" in visitor.get("/").text
    assert "Văn bản" in visitor.get("/?lang=vi").text
    assert "Văn bản" in visitor.get("/?lang=xx").text


def test_the_list_tells_where_each_document_is_and_why_it_waits(
    visitor: Visitor, path_of: Address
) -> None:
    """State, arrival number, fault with remedy, and links to the result."""
    text = visitor.get("/").text
    fault = CATALOGUE["DOC-TRUNCATED"]
    for shown in ("Chờ kiểm tra", "Số đến <b>412</b>/2026", fault.message_vi, fault.remedy_vi):
        assert shown in text
    for kind in FileKind:
        assert f"{path_of('scan_0412.pdf')}/files/{kind.value}" in text
    assert "trống.pdf" in text


def test_names_are_text_and_never_markup(visitor: Visitor) -> None:
    """A file called like a tag with a newline is shown as text."""
    text = visitor.get("/").text
    assert "hop dong &lt;b&gt;mới&lt;/b&gt;\ufffd2026.pdf" in text


def test_filters_and_paging_cut_the_list(visitor: Visitor) -> None:
    """State and folder choose; junk chooses all."""
    text = visitor.get("/live/jobs?state=running").text
    assert "bao_cao_quy_1.tif" in text
    assert "to_trinh_17.pdf" not in text
    assert "bao_cao_quy_1.tif" not in visitor.get("/live/jobs?folder=noi-bo").text
    for junk in ("state=x", "offset=-1", "offset=1e9", "offset=٣", "offset=" + "9" * 30):
        assert visitor.get(f"/?{junk}").status_code == 200


def test_the_pulse_changes_with_what_is_shown(visitor: Visitor, desk: MemoryDesk) -> None:
    """The same stamp while nothing changes, another one when a job moves."""
    before = [visitor.get("/api/pulse").json() for _ in range(2)]
    running = f"/api/pulse?job={desk.job_id('bao_cao_quy_1.tif')}"
    one = visitor.get(running).json()
    desk.change("bao_cao_quy_1.tif", pages_read=10)
    assert before[0] == before[1] != visitor.get("/api/pulse").json()
    assert one != visitor.get(running).json()


@pytest.mark.parametrize("path", ["/", "/api/jobs", "{}", "/api{}", "/live/jobs"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_secret_document_is_shown(
    visitor: Visitor, path_of: Address, path: str, language: str
) -> None:
    """Even where the desk would tell, the page shows hash, time, folder and reason only."""
    address = path_of(f"{SECRET_TEXT}.pdf")
    answer = visitor.get(f"{path.format(address)}?lang={language}")
    assert answer.status_code == 200
    assert address.rpartition("/")[2][:16] in answer.text
    assert "DOC-SECRET" in answer.text
    for hidden in (SECRET_TEXT, "tuyệt đối", "9/TM-X", f"{address}/files", f"{address}/pages"):
        assert hidden not in answer.text


@pytest.mark.parametrize(
    "part", ["files/original", "files/pdf", "pages/1.png", "fields/subject.png"]
)
def test_no_file_of_a_secret_document_is_sent(
    visitor: Visitor, path_of: Address, part: str
) -> None:
    """Its files do not exist for the page."""
    assert visitor.get(f"{path_of(f'{SECRET_TEXT}.pdf')}/{part}").status_code == 404


def test_a_document_shows_fields_with_evidence_pages_and_history(
    visitor: Visitor, path_of: Address
) -> None:
    """Value, confidence and snippet; verdict of each page; what happened."""
    address = path_of("scan_0412.pdf")
    text = visitor.get(address).text
    for shown in (
        "28/04/2026",
        "98 %",
        f"{address}/fields/code.png",
        f"{address}/pages/2.png",
        "Ảnh kém, nên quét lại",
        CATALOGUE["QUALITY-LOW-DPI"].remedy_vi,
        "Ký số: xong",
        "người xác nhận",
    ):
        assert shown in text
    assert f"{address}/fields/addressee.png" not in text


def test_search_marks_matches_and_lets_no_markup_through(
    visitor: Visitor, path_of: Address
) -> None:
    """Snippets are marked; a snippet that breaks its promise does no harm."""
    text = visitor.get("/search?q=so+hoa").text
    assert "<mark>số hóa tài liệu</mark> lưu trữ &amp;" in text
    assert "&lt;script>alert(1)&lt;/script>" in text
    assert f"{path_of('scan_0412.pdf')}/files/pdf#page=2" in text
    assert "Không tìm thấy" in visitor.get("/search?q=zzz").text


def test_long_answers_are_paged(visitor: Visitor) -> None:
    """Next and previous appear where there is more."""
    first = visitor.get("/search?q=hoa+trang").text
    assert "offset=20" in first
    assert "offset=0" in visitor.get("/search?q=hoa+trang&offset=20").text
    assert "offset=100" in visitor.get("/register").text
    assert "offset=300" not in visitor.get("/register?offset=400").text.replace("offset=300", "", 1)


def test_the_register_has_its_ten_columns(visitor: Visitor) -> None:
    """Headings of the decree, a year and a book to choose."""
    text = visitor.get("/register").text
    for number in range(1, 11):
        assert f'<th scope="col">{word(f"register.{number}", "vi")}</th>' in text
    assert ">412</a>" in text
    assert "Sổ chưa có văn bản nào" in visitor.get("/register?book=noi-bo").text
    assert visitor.get("/register?book=x&year=1").status_code == 200


def test_the_register_comes_as_csv(visitor: Visitor) -> None:
    """A year that is there is sent, others do not exist."""
    answer = visitor.get("/register.csv?book=den&year=2026")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    assert visitor.get("/register.csv?book=den&year=1999").status_code == 404


def test_health_tells_what_the_keeper_must_do(visitor: Visitor) -> None:
    """The worst line is told first, remedies stand beside."""
    text = visitor.get("/health").text
    assert "Có việc người quản trị cần xử lý" in text
    assert CATALOGUE["SIGN-DEVELOPMENT"].remedy_vi in text


def test_a_fault_of_the_house_is_told_in_its_words(visitor: Visitor, desk: MemoryDesk) -> None:
    """An index that is down is a page with message and remedy, and JSON for programs."""
    desk.is_index_down = True
    page = visitor.get("/search?q=hoa")
    assert page.status_code == 503
    assert CATALOGUE["PORT-DOWN"].message_vi in page.text
    body = visitor.get("/api/search?q=hoa")
    assert body.status_code == 503
    assert body.json()["error"]["code"] == "PORT-DOWN"


@pytest.mark.parametrize("path", ["/nope", "/jobs/none", "/jobs/..%2f..%2fetc", "/jobs/%00"])
def test_what_is_not_there_is_said_politely(visitor: Visitor, path: str) -> None:
    """A page with a way back."""
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text
    assert visitor.get(f"/api{path}").json() == {"error": 404}


def test_every_name_has_words_in_both_languages() -> None:
    """States, fields, sources, verdicts, levels and files are all called something."""
    keys = [
        *(f"status.{state.value}" for state in JobState),
        *(f"field.{name}" for name in FIELD_NAMES),
        *(f"source.{source.value}" for source in FieldSource),
        *(f"verdict.{verdict.value}" for verdict in Verdict),
        *(f"level.{level.value}" for level in Level),
        *(f"file.{kind.value}" for kind in FileKind),
    ]
    assert [key for key in keys if key not in WORDS] == []
    assert all(all(pair) for pair in WORDS.values())


def test_unknown_keys_show_themselves() -> None:
    """A new stage or code needs no release of the page."""
    assert word("stage.redact", "vi") == "redact"
    assert message("NEW-CODE", "en") == "NEW-CODE"
    assert remedy("NEW-CODE", "en") == ""
