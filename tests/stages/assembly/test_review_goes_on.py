"""A document that waits goes on by itself once a person has spoken, and nothing overwrites it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.inline_runs import inline_runner, run_inline
from pipeline.assembly.house import House
from pipeline.assembly.standing import Standing
from pipeline.model.records import Box, JobState
from pipeline.model.search import SearchRequest


@pytest.mark.timeout(300)
def test_a_confirmed_document_is_registered_under_what_the_person_said(
    samples: Path, tmp_path: Path
) -> None:
    """Policy always: it waits; a corrected number goes into code, register and index."""
    config = tmp_path / "sohoa.toml"
    config.write_text('[stages.review]\npolicy = "always"\n', encoding="utf-8")
    scan = samples / "scans" / "04-thong-bao-lech.pdf"
    with House.open(tmp_path / "data", config=config, environment={}) as house:
        runner = inline_runner(house)
        answers = run_inline(house, [scan])
        assert answers[0]["state"] == "review"
        assert answers[0]["text"] is not None
        job = house.history.jobs()[0]
        waiting = house.tray.results("run").root / "cho-ra-soat"
        assert len(list(waiting.iterdir())) == 1

        desk = Standing(house).desk()
        picture = desk.page_picture(job.id, 1, Box(x0=50, y0=50, x1=200, y1=90))
        assert picture is not None
        assert picture.startswith(b"\x89PNG")
        before = house.history.fields(job.id)
        values = {name: item.value for name, item in before.items() if name != "code"}
        assert desk.confirm(job.id, {**values, "number": "4321"}, person="Văn thư")
        assert not desk.confirm(job.id, {"number": "1"}, person="Văn thư"), "it waits no more"

        runner.run(job.id)
        after = house.history.jobs()[0]
        assert after.state is JobState.DONE
        assert list(waiting.iterdir()) == []
        shown = desk.job(job.id)
        assert shown is not None
        assert shown.signature == "development", "sealed, with the test key"
        row = house.register.rows("den", after.year or 0)[0]
        assert row.entry.code_number == "4321"
        notation = before["notation"].value
        assert house.history.fields(job.id)["code"].value == f"4321/{notation}"
        assert (
            house.index.search(SearchRequest(query=f"4321/{notation}")).hits[0].document_id
            == job.id
        )
