"""What only the embedded index does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.model.errors import OperatorError, TransientError
from pipeline.model.search import Hit, IndexEntry, SearchRequest
from stages.index import analysis, embedded_search
from stages.index.embedded import EmbeddedIndex


def entry(name: str, *pages: str) -> IndexEntry:
    """Make an entry."""
    return IndexEntry(
        document_id=name, fields={}, pages=pages, folder="den", source_name="\udcff", pdf="/\udcff"
    )


def hits(index: EmbeddedIndex, query: str, limit: int = 20) -> tuple[Hit, ...]:
    """Return the hits of a question."""
    return index.search(SearchRequest(query=query, limit=limit)).hits


def test_word_lists_of_another_revision_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new way to cut words costs a renewal at opening and no document."""
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    index.put_many(entry(f"d{n}", f"văn bản số {n}") for n in range(3))
    index.close()
    monkeypatch.setattr(analysis, "REVISION", 999)
    again = EmbeddedIndex(tmp_path / "i.sqlite")
    assert len(hits(again, "van ban")) == 3
    again.remove("d1")
    assert {hit.document_id for hit in hits(again, "văn")} == {"d0", "d2"}


def test_a_path_that_is_no_utf8_comes_back(tmp_path: Path) -> None:
    """File names are bytes; what Python made of them returns."""
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    index.put(entry("a", "chữ"))
    assert hits(index, "chữ")[0].pdf == "/\udcff"


def test_a_missing_folder_is_the_keepers_matter(tmp_path: Path) -> None:
    """A place that cannot be opened is an OperatorError with its code."""
    with pytest.raises(OperatorError, match="SYS-PERMISSION"):
        EmbeddedIndex(tmp_path / "none" / "i.sqlite")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Foreign errors are translated at the border."""
    path = tmp_path / "i.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(TransientError, match="PORT-DOWN") as caught:
        EmbeddedIndex(path)
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_common_words_do_not_hide_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a tier that very many documents meet, the newest are weighed."""
    monkeypatch.setattr(embedded_search, "WEIGHED_MAX", 3)
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    index.put_many(entry(f"d{n}", "chung") for n in range(9))
    assert [hit.document_id for hit in hits(index, "chung", limit=2)] == ["d8", "d7"]


def test_a_file_made_before_there_were_generations_is_taken_over(tmp_path: Path) -> None:
    """The first release kept its tables without a number; its documents are found after it."""
    path = tmp_path / "i.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(
            """
            CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
              facts TEXT NOT NULL);
            CREATE TABLE page (document INTEGER, number INTEGER, text TEXT NOT NULL,
              PRIMARY KEY (document, number)) WITHOUT ROWID;
            CREATE VIRTUAL TABLE words USING fts5 (code, body, content='');
            INSERT INTO meta VALUES ('analysis', '1');
            INSERT INTO document VALUES (1, 'a', '{"fields": {"code": "12/QĐ-X"}, "folder": "den",
              "source_name": "a.pdf", "pdf": "/a.pdf"}');
            INSERT INTO page VALUES (1, 1, 'một'), (1, 2, 'số hóa');
            """
        )
    old.close()
    index = EmbeddedIndex(path)
    assert [hit.page for hit in hits(index, "so hoa")] == [2]
    assert hits(index, "so:12")[0].folder == "den"
    index.close()
    with sqlite3.connect(path) as now:
        names = {row[0] for row in now.execute("SELECT name FROM sqlite_master")}
    now.close()
    assert not names & {"document", "page", "words"}


def test_formula_words_bring_no_near_answers_when_many_have_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds only many of the words is looked for where few hold all of them."""
    index = EmbeddedIndex(tmp_path / "i.sqlite")
    index.put_many(entry(f"d{n}", "các phòng đơn vị trực thuộc") for n in range(4))
    index.put(entry("near", "các phòng đơn vị"))
    question = "các phòng đơn vị trực"
    assert len(hits(index, question)) == 5
    monkeypatch.setattr(embedded_search, "NEAR_UNDER", 4)
    monkeypatch.setattr(embedded_search, "LOOSE_UNDER", 4)
    assert len(hits(index, question)) == 4
