"""What every adapter of the port `SearchIndex` promises; run over each adapter there is."""

from __future__ import annotations

import multiprocessing
import threading
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.model.ports import SearchIndex
from pipeline.model.records import Hit, IndexEntry
from pipeline.model.search import SearchRequest
from stages.index.embedded import EmbeddedIndex

Make = Callable[[Path], SearchIndex]
ADAPTERS: dict[str, Make] = {"embedded": lambda folder: EmbeddedIndex(folder / "index.sqlite")}


@pytest.fixture(params=sorted(ADAPTERS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """Give an empty index of each adapter."""
    made = ADAPTERS[request.param](tmp_path)
    yield made
    if isinstance(made, EmbeddedIndex):
        made.close()


def entry(name: str, *pages: str, **fields: str) -> IndexEntry:
    """Make an entry whose id tells its name."""
    return IndexEntry(
        document_id=name.ljust(64, "0"),
        fields=fields,
        pages=pages or ("",),
        folder="den",
        source_name=f"{name}.pdf",
        pdf=f"/xong/{name}.pdf",
    )


def found(index: SearchIndex, query: str) -> list[str]:
    """Return the names of the hits in order."""
    return [hit.document_id.rstrip("0") for hit in hits(index, query)]


def hits(index: SearchIndex, query: str, **wishes: int) -> tuple[Hit, ...]:
    """Return the hits of a question."""
    return index.search(SearchRequest(query=query, **wishes)).hits  # type: ignore[arg-type]


LETTER = "Kế hoạch số hóa tài liệu lưu trữ của tỉnh năm 2024"


@pytest.mark.parametrize(
    "query",
    [
        "số hóa tài liệu",
        "so hoa tai lieu",
        "SỐ HÓA TÀI LIỆU",
        "số hoá tài liệu",
        unicodedata.normalize("NFD", "số hóa tài liệu"),
        "lieu tai so",
        '"tài liệu lưu trữ"',
        "lưu tr*",
        "số   hóa,;!tài (liệu)",
    ],
)
def test_tones_case_form_and_order_do_not_hide_a_document(index: SearchIndex, query: str) -> None:
    """Whatever way people type the words, the document that has them is found."""
    index.put(entry("a", LETTER))
    index.put(entry("b", "Báo cáo thu chi ngân sách quý một"))
    assert found(index, query) == ["a"]


def test_d_and_its_lookalikes_are_one(index: SearchIndex) -> None:
    """Đ, Ð (U+00D0) and d find each other."""
    index.put(entry("a", "Ðất đai tại Đà Nẵng"))
    assert found(index, "dat dai da nang") == found(index, "đất Đai ĐÀ nẵng") == ["a"]


@pytest.mark.parametrize(
    "query",
    ["123/QĐ-UBND", "123 QD UBND", "qđ-ubnd 123", "Số: 123 /QĐ - UBND", "123/qd", "0123/QĐ–UBND"],
)
def test_a_code_is_found_however_it_is_typed(index: SearchIndex, query: str) -> None:
    """Punctuation, order, tones and leading zeros of a code do not matter."""
    index.put(entry("near", "Căn cứ 124/QĐ-UBND", code="12/QĐ-UBND", subject="về 99"))
    index.put(entry("a", "nội dung", code="123/QĐ-UBND", subject="về việc khác"))
    assert found(index, query)[:1] == ["a"]


def test_the_documents_own_code_stands_above_documents_that_cite_it(index: SearchIndex) -> None:
    """A code typed is asked for itself."""
    index.put(entry("cites", "Căn cứ Quyết định số 05/QĐ-SNV " * 9, code="7/TB-SNV"))
    index.put(entry("own", "nội dung", code="05/QĐ-SNV"))
    assert found(index, "5/QĐ-SNV") == ["own", "cites"]


def test_exact_tones_rank_first_when_tones_are_typed(index: SearchIndex) -> None:
    """`hóa đơn` typed with tones stands above `hòa đôn`, which still is found."""
    index.put(entry("other", "hòa đôn " * 20, subject="hòa đôn"))
    index.put(entry("exact", "rất dài " * 200 + "hóa đơn"))
    assert found(index, "hóa đơn") == ["exact", "other"]
    assert set(found(index, "hoa don")) == {"exact", "other"}


def test_one_toned_word_ranks_by_its_tone(index: SearchIndex) -> None:
    """A single word obeys the same rule."""
    index.put(entry("so", "so sánh so sánh"))
    index.put(entry("số", "có một số"))
    assert found(index, "số") == ["số", "so"]


def test_words_side_by_side_rank_above_scattered_ones(index: SearchIndex) -> None:
    """A phrase stands above its words, with tones or without."""
    index.put(entry("scattered", "tài số liệu hóa " * 30))
    index.put(entry("phrase", "lời dẫn " * 300 + "số hóa tài liệu"))
    assert found(index, "số hóa tài liệu") == ["phrase", "scattered"]
    assert found(index, "so hoa tai lieu") == ["phrase", "scattered"]


def test_fields_rank_above_the_body(index: SearchIndex) -> None:
    """A subject or issuer that says it stands above a text that says it often."""
    index.put(entry("body", "đất đai " * 50, subject="việc khác"))
    index.put(entry("field", "nội dung khác", subject="Về quản lý đất đai"))
    assert found(index, "đất đai") == ["field", "body"]
    assert found(index, "dat dai") == ["field", "body"]


def test_the_best_page_is_named_and_shown(index: SearchIndex) -> None:
    """The hit leads to the page that has the words, with its snippet marked."""
    index.put(entry("a", "trang bìa có số", "phụ lục <b> về số hóa & tài liệu", "số trang ba"))
    hit = hits(index, "so hoa")[0]
    assert hit.page == 2
    assert hit.snippet == "phụ lục &lt;b&gt; về <mark>số hóa</mark> &amp; tài liệu"


def test_a_hit_tells_the_document(index: SearchIndex) -> None:
    """Fields, PDF and a falling score come with each hit."""
    fields = {"code": "1/A-B", "subject": "X y", "issuer": "Sở Z", "issued_date": "2024-01-02"}
    index.put(entry("a", "chữ", **fields))
    index.put(entry("b", "chữ X y"))
    first, second = hits(index, "x y")
    assert (first.code, first.subject, first.issuer, first.issued_date, first.pdf) == (
        *fields.values(),
        "/xong/a.pdf",
    )
    assert "<mark>X y</mark>" in first.snippet
    assert first.score > second.score


def test_not_takes_documents_out(index: SearchIndex) -> None:
    """`-word` and `-"phrase"` refuse; alone they find nothing."""
    index.put(entry("a", "kế hoạch năm học"))
    index.put(entry("b", "kế hoạch ngân sách"))
    assert found(index, "kế hoạch -ngân") == ["a"]
    assert found(index, 'kế hoạch -"năm học"') == ["b"]
    assert found(index, "-ngân") == []


def test_a_misread_word_does_not_hide_a_long_question(index: SearchIndex) -> None:
    """Where no document has all words, those with neighbouring words of them answer."""
    index.put(entry("a", "triển khai số hóa tài liệu lưu trữ"))
    index.put(entry("b", "việc khác"))
    assert found(index, "triển khai sổ hoq tài liệu lưu trữ") == ["a"]
    assert found(index, "khai qqq") == []


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "\0", '"', '""', "*", "-", "-*", '-"', "AND", "NOT x", "a AND (b OR", "NEAR(a b)",
        "{subject}: a", "^a", "a^2 b~3", "'; DROP TABLE document; --", "\ud800x", "\U0001f600",
        "\u0301", "a" * 5000, "x " * 5000, "\n\t\r", "_", "__a__", "1/2/3/4", "/-/", "số\0hóa",
        "文件", "%s %d {} {0}", '"a b', "code:123", "\u202e", "½ ﬁ",
    ],
)  # fmt: skip
def test_junk_never_raises(index: SearchIndex, query: str) -> None:
    """Any text is a question, most of them without an answer."""
    index.put(entry("a", "văn bản số 1"))
    hits(index, query)
    hits(index, query, limit=0)
    hits(index, query, limit=-1, offset=-5)


def test_any_text_can_be_put(index: SearchIndex) -> None:
    """Control characters, markup and empty pages are text like any other."""
    index.put(entry("a", "\0\x01 <mark>", "", "\u0301 \U0001f600 \ud800", subject='"; -- \0'))
    assert index.count() == 1


def test_putting_again_replaces(index: SearchIndex) -> None:
    """The same document has one entry, the last one, and the same digest of the answer."""
    index.put(entry("a", "cũ kỹ", subject="một"))
    one = index.put(entry("a", "mới tinh", subject="hai"))
    two = index.put(entry("a", "mới tinh", subject="hai"))
    assert index.count() == 1
    assert found(index, "cũ") == found(index, "một") == []
    assert found(index, "mới hai") == ["a"]
    assert one.answer_digest == two.answer_digest
    assert (two.port, two.key) == ("index", "a".ljust(64, "0"))
    assert two.at.tzinfo is not None


def test_removing_is_safe_to_repeat(index: SearchIndex) -> None:
    """A document that is forgotten, or never was, is not found."""
    index.put(entry("a", "văn bản"))
    for _ in range(2):
        index.remove("a".ljust(64, "0"))
    assert index.count() == 0
    assert found(index, "văn") == []


def test_pages_of_answers_join_without_gap_or_double(index: SearchIndex) -> None:
    """Limit and offset cut one stable order."""
    for number in range(25):
        index.put(entry(f"d{number:02}x", "kế hoạch " * (1 + number % 5), subject=f"việc {number}"))
    whole = [hit.document_id for hit in hits(index, "kế hoạch", limit=100)]
    parts = [
        hit.document_id
        for offset in range(0, 30, 7)
        for hit in hits(index, "kế hoạch", limit=7, offset=offset)
    ]
    assert len(set(whole)) == 25
    assert parts == whole


def test_an_entry_outlives_the_process(tmp_path: Path, index: SearchIndex) -> None:
    """Another opening of the same index sees what was put."""
    index.put(entry("a", "bền vững"))
    again = ADAPTERS[index.name](tmp_path)
    assert found(again, "ben vung") == ["a"]
    assert index.name in again.ping()


def test_threads_share_an_index(index: SearchIndex) -> None:
    """Writers and readers of many threads do not disturb each other."""
    stop = threading.Event()

    def read() -> int:
        seen = 0
        while not stop.is_set():
            seen = max(seen, len(hits(index, "chung", limit=100)))
        return seen

    with ThreadPoolExecutor(10) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        writes = [pool.submit(index.put, entry(f"t{n:02}x", f"chung {n}")) for n in range(40)]
        for write in writes:
            write.result(timeout=60)
        stop.set()
        assert all(reader.result(timeout=60) <= 40 for reader in readers)
    assert index.count() == 40


def _put_from_process(name: str, folder: str, worker: int) -> int:
    index = ADAPTERS[name](Path(folder))
    for number in range(5):
        index.put(entry(f"p{worker}y{number}x", "chung một việc"))
    return index.count()


def test_processes_share_an_index(tmp_path: Path) -> None:
    """Processes that open the index at the same time all get their entries in."""
    context = multiprocessing.get_context("spawn")
    for name in sorted(ADAPTERS):
        with ProcessPoolExecutor(4, mp_context=context) as pool:
            jobs = [pool.submit(_put_from_process, name, str(tmp_path), n) for n in range(8)]
            for job in jobs:
                job.result(timeout=60)
        assert ADAPTERS[name](tmp_path).count() == 40
