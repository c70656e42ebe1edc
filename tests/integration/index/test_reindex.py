"""The index made anew from ledger and store, in either engine, and an index that was down."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bench.inline_runs import inline_runner, run_inline
from bench.servers.elasticsearch import ElasticServer
from pipeline.assembly.house import House
from pipeline.assembly.reindexing import Reindexing
from pipeline.assembly.standing import Standing
from pipeline.cli import main
from pipeline.ledger.indexed import entered
from pipeline.model.records import JobState
from pipeline.model.search import SearchAnswer, SearchRequest
from tests.contract.indexes import elastic_place

SCANS = ("04-thong-bao-lech.pdf",)


def asked(house: House) -> SearchAnswer:
    """Ask what every document answers."""
    answer = house.index.search(SearchRequest(query="thông báo", with_facets=True))
    return dataclasses.replace(answer, as_of=0)


def settings(folder: Path, url: str, alias: str) -> Path:
    """Write a configuration that names a server."""
    path = folder / "elastic.toml"
    path.write_text(
        f'[index]\nengine = "elasticsearch"\nurl = "{url}"\nalias = "{alias}"\nrefresh_s = 0.01\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.timeout(300)
def test_the_index_is_made_anew_from_the_store(
    samples: Path, tmp_path: Path, elastic_server: ElasticServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same answer after reindex, from both engines; a lost text is told, never passed over."""
    data = tmp_path / "data"
    scan = samples / "scans" / SCANS[0]
    with House.open(data, environment={}) as house:
        run_inline(house, [scan])
        job = house.history.jobs()[0]
        assert entered(house.history.engine) == 1
        before = asked(house)
        assert before.total == 1
        marks = Standing(house).desk().page_marks(job.id, before.hits[0].page, "thông báo")
        assert marks is not None
        assert len(marks.boxes) >= 2
        for box in marks.boxes:
            assert 0 <= box.x0 < box.x1 <= marks.width_pt
            assert 0 <= box.y0 < box.y1 <= marks.height_pt
        assert Standing(house).desk().page_marks(job.id, 99, "thông báo") is None
        done = (
            Standing(house)
            .desk()
            .search(SearchRequest(query="thông báo", with_facets=True), state=JobState.DONE)
        )
        assert [(one.value, one.count) for one in done.states] == [(job.state.value, 1)]
        house.index.remove(job.id)
        assert asked(house).total == 0
    assert main(["reindex", "--data", str(data)]) == 0
    with House.open(data, environment={}) as house:
        assert asked(house) == before
    with elastic_place(elastic_server) as place:
        config = settings(tmp_path, elastic_server.url, place.name)
        assert main(["reindex", "--data", str(data), "--config", str(config)]) == 0
        with House.open(data, config=config, environment={}) as house:
            other = asked(house)
            assert [hit.document_id for hit in other.hits] == [
                hit.document_id for hit in before.hits
            ]
            assert [hit.snippet for hit in other.hits] == [hit.snippet for hit in before.hits]
            assert other.facets == before.facets
            house.index.close()
    with House.open(data, environment={}) as house:
        house.store.path(house.history.artifacts(job.id)["text"].digest).unlink()
    assert main(["reindex", "--data", str(data)]) == 1
    assert "SYS-STORE-LOST" in capsys.readouterr().err


@pytest.mark.timeout(300)
def test_documents_wait_for_an_index_that_is_down(
    samples: Path, tmp_path: Path, elastic_server: ElasticServer
) -> None:
    """Nothing is lost: the document waits with PORT-DOWN, and goes on when the server is back."""
    data = tmp_path / "data"
    with elastic_place(elastic_server) as place:
        config = settings(tmp_path, elastic_server.url, place.name)
        elastic_server.stop()
        try:
            with House.open(data, config=config, environment={}) as house:
                run_inline(house, [samples / "scans" / SCANS[0]])
                job = house.history.jobs()[0]
                assert (job.state, job.code) == (JobState.WAITING, "PORT-DOWN")
                assert job.next_try_at is not None
        finally:
            elastic_server.start()
        with House.open(data, config=config, environment={}) as house:
            runner = inline_runner(house)
            after = runner.run(job.id)
            assert after is not None
            assert after.state is JobState.DONE
            assert asked(house).total == 1


def test_what_comes_in_while_the_index_is_made_anew_is_in_it(tmp_path: Path, samples: Path) -> None:
    """A document entered during the last pass is entered again before or after the switch."""
    with House.open(tmp_path / "data", environment={}) as house:
        run_inline(house, [samples / "scans" / SCANS[0]])
        told: list[tuple[int, int]] = []
        work = Reindexing(
            index=house.index,
            history=house.history,
            store=house.store,
            progress=lambda done, total: told.append((done, total)),
        )
        rebuild = house.index.rebuild()
        rebuild.put_many([], cursor="9999 beyond every document")
        assert work.run() == 0, "it went on at the cursor and found no document left"
        assert asked(house).total == 0, "entered before the rebuild began, so not in it"

        rebuild = house.index.rebuild()
        rebuild.put_many([], cursor="9999 beyond every document")
        values = {"subject": "Về việc khác hẳn"}
        job = house.history.jobs()[0]
        house.ledger.confirm(job.id, values, person="Văn thư")
        stage_again(house, job.id)
        assert work.run() == 0
        assert asked(house).hits[0].subject == "Về việc khác hẳn", "entered again meanwhile"

        assert work.run() == 1
        assert told == [(1, 1)]
        assert asked(house).total == 1


def stage_again(house: House, document_id: str) -> None:
    """Note that the stage index ran once more, as the runner does; its first receipt stays."""
    receipt = house.history.receipt(document_id, "index")
    assert receipt is not None
    house.ledger.stage_done(
        document_id,
        stage="index",
        key="again",
        outcome="done",
        seconds=0.0,
        artifacts=[],
        fields=(),
        receipt=receipt,
        registered=None,
        remarks=(),
        reason="",
    )


def test_mistakes_of_a_question_are_told_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code, what was typed, remedy; stdout stays for answers, and nothing is a traceback."""
    asked_for = ["search", "tu:2024-13-45 phong:x", "--data", str(tmp_path), "--order", "newest"]
    assert main(asked_for) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "INPUT-QUERY-DATE 'tu:2024-13-45'" in told.err
    assert "INPUT-QUERY-FIELD" in told.err
    assert "không tìm thấy" in told.err
