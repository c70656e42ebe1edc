"""What every adapter of the port `SearchIndex` promises; run over each adapter there is."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import multiprocessing
import random
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import TransientError
from pipeline.model.ports import SearchIndex
from pipeline.model.scope import Scope
from pipeline.model.search import Hit, IndexEntry, SearchRequest, SortOrder
from tests.contract.indexes import ElasticServer, Place, elastic_place

ENGINES = ("embedded", "elasticsearch")


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give a place for an empty index of each engine."""
    if request.param == "embedded":
        yield Place(engine="embedded", folder=tmp_path)
        return
    with elastic_place(request.getfixturevalue("elastic_server")) as made:
        yield made


@pytest.fixture
def index(place: Place) -> Iterator[SearchIndex]:
    """Give an empty index of each engine."""
    with place.open() as made:
        yield made


@pytest.fixture(scope="module", params=ENGINES)
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    """Give an index of one document that tests only ask."""
    with contextlib.ExitStack() as stack:
        if request.param == "embedded":
            place = Place(engine="embedded", folder=tmp_path_factory.mktemp("asked"))
        else:
            server = request.getfixturevalue("elastic_server")
            place = stack.enter_context(elastic_place(server))
        made = stack.enter_context(place.open())
        made.put(entry("a", "văn bản số 1"))
        yield made


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
        "文件", "%s %d {} {0}", '"a b', "code:123", "\u202e", "½ ﬁ", "so:", "tu:x", "-so:1",
        "coquan:\"\"", "tu:2024-13-45", "den:99999999999999999999", "nam:0", "a:b:c:d",
        "so:\0",
        "thumuc:../..", "kyso:", "kyso:x", "-kyso:co", 'kyso:"',
    ],
)  # fmt: skip
def test_junk_never_raises(asked: SearchIndex, query: str) -> None:
    """Any text is a question, most of them without an answer."""
    hits(asked, query)
    hits(asked, query, limit=0)
    hits(asked, query, limit=-1, offset=-5)
    asked.search(SearchRequest(query=query, with_facets=True, offset=10**9, as_of=2**60))


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
    index.put_many(
        entry(f"d{number:02}x", "kế hoạch " * (1 + number % 5), subject=f"việc {number}")
        for number in range(25)
    )
    whole = [hit.document_id for hit in hits(index, "kế hoạch", limit=100)]
    parts = [
        hit.document_id
        for offset in range(0, 30, 7)
        for hit in hits(index, "kế hoạch", limit=7, offset=offset)
    ]
    assert len(set(whole)) == 25
    assert parts == whole


def test_an_entry_outlives_the_process(place: Place, index: SearchIndex) -> None:
    """Another opening of the same index sees what was put."""
    index.put(entry("a", "bền vững"))
    with place.open() as again:
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


def _put_from_process(place: Place, worker: int) -> int:
    with place.open() as index:
        for number in range(5):
            index.put(entry(f"p{worker}y{number}x", "chung một việc"))
        return index.count()


def test_processes_share_an_index(place: Place) -> None:
    """Processes that open the index at the same time all get their entries in."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(_put_from_process, place, n) for n in range(4)]
        for job in jobs:
            job.result(timeout=60)
    with place.open() as index:
        assert index.count() == 20


DATED = (
    ("a", {"code": "12/QĐ-UBND", "issuer": "Ủy ban nhân dân tỉnh Hà Nam", "type": "Quyết định",
           "issued_date": "2024-01-31", "subject": "Về số hóa tài liệu", "signer_name": "Lê An"}),
    ("b", {"code": "12/QĐ-SNV", "issuer": "Sở Nội vụ", "type": "Quyết định",
           "issuer_parent": "Ủy ban nhân dân tỉnh Hà Nam",
           "issued_date": "2024-02-01", "subject": "Về biên chế"}),
    ("c", {"code": "112/TTr-SNV", "issuer": "SỞ NỘI VỤ", "type": "Tờ trình",
           "issued_date": "2023-12-31", "subject": "Về số hóa hồ sơ", "signer_name": "Trần Bình"}),
    ("d", {"code": "7/2024/NQ-HĐND", "issuer": "Hội đồng nhân dân", "type": "Nghị quyết",
           "subject": "Về dự toán"}),
)  # fmt: skip


@pytest.fixture
def dated(index: SearchIndex) -> SearchIndex:
    """Give an index of four documents with fields."""
    index.put_many(entry(name, f"nội dung {name}", **fields) for name, fields in DATED)
    return index


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("so:12", "ba"),
        ("số:012", "ba"),
        ("so:12/QĐ", "ba"),
        ("so:QĐ-SNV", "b"),
        ("code:7/2024", "d"),
        ('coquan:"Sở Nội vụ"', "bc"),
        ('coquan:"so noi vu"', "bc"),
        ("coquan:hanam", ""),
        ('coquan:"Hà Nam"', "ba"),
        ('loai:"Quyết định"', "ba"),
        ("loai:quyet nam:2024", "ba"),
        ('-loai:"Quyết định" nội dung', "dc"),
        ("tu:2024-02-01", "b"),
        ("den:31/12/2023", "c"),
        ("tu:01/2024 den:01/2024", "a"),
        ("nam:2023", "c"),
        ("tu:2024-01-31 den:2024-02-01 hóa", "a"),
        ("trichyeu:hoá", "ac"),
        ("nguoiky:binh", "c"),
        ("thumuc:den nam:2023", "c"),
        ("thumuc:khac nội", ""),
        ("tu:2025 den:2024 nội", ""),
        ('coquan:"Sở Nội vụ" -trichyeu:hóa', "b"),
        ('"số hóa" coquan:nội', "c"),
    ],
)
def test_fields_and_dates_narrow_a_question(dated: SearchIndex, query: str, names: str) -> None:
    """Each field asks its own column; a question of fields alone lists the latest date first."""
    assert sorted(found(dated, query)) == sorted(names)
    if not {"nội", "dung", "hóa", 'hóa"'} & set(query.replace(":", " ").split()):
        assert "".join(found(dated, query)) == names


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nội tu:2024-13-45", "INPUT-QUERY-DATE"),
        ("nội nam:24", "INPUT-QUERY-DATE"),
        ("nội so:", "INPUT-QUERY-EMPTY"),
        ("nội coquan:-", "INPUT-QUERY-EMPTY"),
        ("nội phong:x", "INPUT-QUERY-FIELD"),
        ("nội -tu:2024", "INPUT-QUERY-NOT"),
        ('"nội dung', "INPUT-QUERY-QUOTE"),
        ("nội " * 300, "INPUT-QUERY-LONG"),
        ("-nháp", "INPUT-QUERY-NOT"),
        ("tu:2024 den:2023 nội", "INPUT-QUERY-RANGE"),
    ],
)
def test_mistakes_are_told_beside_the_answer(asked: SearchIndex, query: str, code: str) -> None:
    """What could not be understood has a code of the catalogue; nothing is raised."""
    answer = asked.search(SearchRequest(query=query))
    assert [one.code for one in answer.mistakes] == [code]
    assert all(one.code in CATALOGUE and one.part for one in answer.mistakes)


def test_documents_that_came_signed_are_found_by_the_verdict(index: SearchIndex) -> None:
    """`kyso:` asks for a verdict, with tones or without; the verdict itself is no text."""
    for name, verdict in (("a", "valid"), ("b", "invalid"), ("c", "unknown"), ("d", "")):
        index.put(entry(name, "nội dung", **({"signatures": verdict} if verdict else {})))
    assert found(index, "kyso:hople") == found(index, 'kyso:"hợp lệ" nội') == ["a"]
    assert found(index, "signed:valid") == found(index, "kýsố:HopLe") == ["a"]
    assert found(index, "kyso:khonghople") == ["b"]
    assert found(index, 'kyso:"chưa xác định"') == ["c"]
    assert sorted(found(index, "kyso:co")) == ["a", "b", "c"]
    assert found(index, "dung -kyso:co") == ["d"]
    assert found(index, "valid") == found(index, "hợp lệ") == []
    answer = index.search(SearchRequest(query="nội kyso:tot"))
    assert [one.code for one in answer.mistakes] == ["INPUT-QUERY-SIGNED"]
    assert len(answer.hits) == 4


def test_facets_count_and_narrow(dated: SearchIndex) -> None:
    """Spellings of one issuer are one value; a value given back narrows the answer."""
    answer = dated.search(SearchRequest(query="nội dung", with_facets=True))
    assert answer.total == 4
    assert {one.label: one.count for one in answer.facets["issuer"]} == {
        "Sở Nội vụ": 2, "Hội đồng nhân dân": 1, "Ủy ban nhân dân tỉnh Hà Nam": 1,
    }  # fmt: skip
    assert answer.facets["type"][0].label == "Quyết định"
    assert {one.value: one.count for one in answer.facets["year"]} == {"2024": 2, "2023": 1}
    assert {one.value: one.count for one in answer.facets["folder"]} == {"den": 4}
    for name in ("issuer", "type", "year", "folder"):
        for one in answer.facets[name]:
            narrowed = dated.search(SearchRequest(query="nội dung", narrowed={name: one.value}))
            assert narrowed.total == one.count
    assert dated.search(SearchRequest(query="nội", narrowed={"issuer": "x"})).total == 0
    assert dated.search(SearchRequest(query="nội", narrowed={"x": "y"})).total == 0


def test_answers_can_be_kept_to_some_documents(dated: SearchIndex) -> None:
    """The ledger's states narrow by the documents' ids."""
    ids = {name: name.ljust(64, "0") for name in "abcd"}
    some = SearchRequest(query="nội", only_ids=frozenset({ids["a"], ids["c"]}))
    assert {hit.document_id[0] for hit in dated.search(some).hits} == {"a", "c"}
    rest = SearchRequest(query="nội", without_ids=frozenset({ids["a"], ids["c"]}))
    assert {hit.document_id[0] for hit in dated.search(rest).hits} == {"b", "d"}
    assert dated.search(SearchRequest(query="nội", only_ids=frozenset())).total == 0


def test_a_person_finds_what_is_in_scope(index: SearchIndex) -> None:
    """Documents of a folder, and others one by one; total and facets count no more than that."""
    index.put_many(
        dataclasses.replace(entry(name, "nội dung", type=kind), folder=folder)
        for name, kind, folder in (("a", "Quyết định", "x"), ("b", "Tờ trình", "y"), ("c", "", "y"))
    )
    scope = Scope(folders=frozenset({"x"}), document_ids=frozenset({"b".ljust(64, "0")}))
    answer = index.search(SearchRequest(query="nội dung", scope=scope, with_facets=True))
    assert sorted(hit.document_id[0] for hit in answer.hits) == ["a", "b"]
    assert answer.total == 2
    assert {one.value: one.count for one in answer.facets["folder"]} == {"x": 1, "y": 1}
    assert index.search(SearchRequest(query="nội dung", scope=Scope())).total == 0


def test_hits_come_in_the_order_of_dates_when_asked(dated: SearchIndex) -> None:
    """Latest or earliest first; without a date at the end."""
    for order, names in ((SortOrder.NEWEST, "bacd"), (SortOrder.OLDEST, "cabd")):
        answer = dated.search(SearchRequest(query="nội dung", order=order))
        assert "".join(hit.document_id[0] for hit in answer.hits) == names


def test_pages_of_an_answer_stay_while_documents_come_in(index: SearchIndex) -> None:
    """A later page looks no further than the first one did; an old document may be put again."""
    index.put_many(entry(f"d{n:02}x", "kế hoạch") for n in range(9))
    first = index.search(SearchRequest(query="kế hoạch", limit=4))
    index.put(entry("new", "kế hoạch", subject="kế hoạch"))
    index.put(entry("d00x", "kế hoạch"))
    second = index.search(SearchRequest(query="kế hoạch", limit=9, offset=4, as_of=first.as_of))
    ids = [hit.document_id for hit in (*first.hits, *second.hits)]
    assert len(ids) == len(set(ids)) == second.total == 9
    assert index.search(SearchRequest(query="kế hoạch")).total == 10


def test_misread_words_do_not_hide_a_document(index: SearchIndex) -> None:
    """Most of the words side by side stand above all the words strewn over a long text."""
    question = "lưu trữ hồ sơ cũ tại kho tỉnh"
    index.put(entry("strewn", question.replace(" ", " xa xôi lắm ")))
    index.put(entry("misread", "quản lý lưu trử hô sơ cũ tqi kho tỉnh"))
    assert found(index, question) == ["misread", "strewn"]
    met = [hit.match for hit in hits(index, question)]
    assert met == ["close", "exact_words"]
    index.put(entry("whole", f"về {question}"))
    met = [hit.match for hit in hits(index, question)]
    assert met == ["exact_phrase", "near", "exact_words"], "found whole: none is looked at closely"


def test_letters_tell_a_misread_document_from_its_formula(index: SearchIndex) -> None:
    """Of letters of one formula the one comes first whose misread words are nearest the question.

    Whole words tell nothing here: the word that makes the difference is misread in every letter.
    """
    names = ("Thanh Hóa", "Quảng Ngãi", "Bạc Liêu", "Hà Giang", "Lào Cai", "Sóc Trăng", "Đà Nẵng")
    for name in names:
        read = name.replace("a", "o").replace("i", "l").replace("n", "r")
        index.put(entry(f"of {name}", f"báo cáo kết qủa thực hìện kế hoqch tại {read} năm nay"))
    for name in names:
        met = hits(index, f"kết quả thực hiện kế hoạch tại {name} năm nay")
        assert (met[0].document_id, met[0].match) == (entry(f"of {name}").document_id, "close")
        assert len(met) == len(names)
    assert not [hit for hit in hits(index, "giấy mời họp ban quản lý chợ") if hit.match == "close"]


@pytest.mark.parametrize("query", ["123/QĐ", "qd 123", "123", "0123/QĐ-UB", "UBND 123", "l23/QÐ"])
def test_a_piece_of_a_code_finds_it(index: SearchIndex, query: str) -> None:
    """A number with a part of the notation stands above texts that hold the same words."""
    index.put(entry("text", "123 qđ ub ubnd " * 9, subject="123 QĐ UBND UB", code="9/CV-X"))
    index.put(entry("own", "nội dung", code="123/QĐ-UB-UBND"))
    assert found(index, query)[:1] == ["own"]


def test_an_index_is_made_anew_beside_the_live_one(index: SearchIndex) -> None:
    """The old one is asked until the switch; places in the order of entering stay."""
    index.put_many(entry(name, f"chung {name}") for name in ("one", "two", "six"))
    before = index.search(SearchRequest(query="chung", limit=1))
    rebuild = index.rebuild()
    assert rebuild.cursor == ""
    assert rebuild.started_at.tzinfo is not None
    rebuild.put_many([entry("two", "chung hai"), entry("six", "chung sáu")], cursor="b")
    assert found(index, "hai") == []
    assert index.count() == 3
    index.put(entry("new", "chung mới"))
    rebuild.put_many([entry("one", "chung một")], cursor="c")
    rebuild.switch()
    assert index.count() == 3
    assert found(index, "hai") == ["two"]
    rest = SearchRequest(query="chung", offset=1, as_of=before.as_of)
    assert [hit.document_id[:3] for hit in (*before.hits, *index.search(rest).hits)] == [
        "six", "two", "one",
    ]  # fmt: skip
    index.put(entry("new", "chung mới"))
    assert found(index, "mới") == ["new"]
    assert index.rebuild().cursor == "", "nothing is left of a finished one"


def test_a_rebuild_cut_short_goes_on(place: Place, index: SearchIndex) -> None:
    """Another process takes it up at its last batch; told to, it begins afresh."""
    index.put(entry("old", "chung"))
    index.rebuild().put_many([entry("a", "chung")], cursor="x 1")
    with place.open() as other:
        taken_up = other.rebuild()
        assert taken_up.cursor == "x 1"
        taken_up.put_many([entry("b", "chung")], cursor="x 2")
        assert found(other, "chung") == ["old"]
    afresh = index.rebuild(afresh=True)
    assert afresh.cursor == ""
    with pytest.raises(TransientError, match="IO-BUSY"):
        taken_up.put_many([entry("c", "chung")], cursor="x 3")
    afresh.put_many([entry("d", "chung")], cursor="x 1")
    afresh.switch()
    assert found(index, "chung") == ["d"]


QUESTIONS = (
    "số hóa tài liệu", "so hoa tai lieu", "hóa đơn", "hoa don", "kế hoạch năm 2024", "12/QĐ-UBND",
    "12", "so:12", "QĐ-SNV", '"kế hoạch" tài liệu', "kế hoạch -hóa", "tài* liệu", "đất đai",
    "quản lý đất đai tại tỉnh", "quản lý đât đai taị tinh nam", "triển khai sổ hoq tài liệu",
    'coquan:"Sở Nội vụ"', "tu:2024-02-01 kế hoạch", "nam:2023", "lưu trữ hồ sơ", "trữ",
    "-kế hoạch", 'loai:"Quyết định" số', "123 zzz qqq", "hồ sơ lưu trữ kế hoạch tài liệu đất đai",
)  # fmt: skip


def _library() -> list[IndexEntry]:
    """Return 80 documents whose words are strewn, joined and misread in many ways."""
    chance = random.Random(7)
    words = "số hóa tài liệu kế hoạch năm 2024 đất đai quản lý hồ sơ lưu trữ tỉnh hoá đơn hòa đôn"
    syllables = words.split()
    return [
        entry(
            f"d{number:02}x",
            *(" ".join(chance.choices(syllables, k=chance.randint(3, 60))) for _ in range(2)),
            code=f"{chance.randint(1, 15)}/QĐ-{chance.choice(['UBND', 'SNV'])}",
            subject=" ".join(chance.choices(syllables, k=6)),
            issuer=chance.choice(["Sở Nội vụ", "SỞ NỘI VỤ", "Ủy ban nhân dân tỉnh"]),
            type=chance.choice(["Quyết định", "Tờ trình"]),
            issued_date=f"202{chance.randint(2, 4)}-0{chance.randint(1, 9)}-11",
        )
        for number in range(80)
    ]


def test_engines_agree(tmp_path: Path, elastic_server: ElasticServer) -> None:
    """The same questions bring the same documents, met in the same way, counted alike."""
    with contextlib.ExitStack() as stack:
        places = [
            Place(engine="embedded", folder=tmp_path),
            stack.enter_context(elastic_place(elastic_server)),
        ]
        engines = [stack.enter_context(place.open()) for place in places]
        for engine in engines:
            engine.put_many(_library())
        for query, order in itertools.product(QUESTIONS, SortOrder):
            request = SearchRequest(query=query, limit=100, with_facets=True, order=order)
            one, other = (engine.search(request) for engine in engines)
            assert one.total == other.total == len(one.hits), query
            assert one.facets == other.facets, query
            assert one.mistakes == other.mistakes
            shown = [
                [(hit.document_id, hit.page, hit.snippet) for hit in a.hits] for a in (one, other)
            ]
            if order is SortOrder.RELEVANCE:
                met = [[hit.match for hit in answer.hits] for answer in (one, other)]
                assert met[0] == met[1], query
                assert sorted(shown[0]) == sorted(shown[1]), query
                tiers = [sorted((h.match, h.document_id) for h in a.hits) for a in (one, other)]
                assert tiers[0] == tiers[1], query
            else:
                assert shown[0] == shown[1], (query, order)
