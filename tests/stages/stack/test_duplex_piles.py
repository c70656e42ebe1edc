"""Fronts in one pile and backs in another, through the whole job: pages come out in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from rapidfuzz import fuzz

from bench.generator.content import Wishes, compose
from bench.generator.files import write_pdf
from bench.generator.model import PageTruth
from bench.generator.scanner import preset_settings
from bench.generator.studio import Scan, make_scan
from pipeline.assembly.house import House
from pipeline.cli import main
from pipeline.model.records import JobState

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _letter(seed: int, blocks: int) -> Scan:
    letter = compose(seed, Wishes(secrecy="", body_blocks=blocks))
    return make_scan(letter, preset_settings("office", 1), seed=seed)


def _most_like(text: str, truths: list[PageTruth]) -> int:
    """Return the page, from 1, whose true lines a text is most like."""
    printed = ("\n".join(line.text for line in page.lines) for page in truths)
    shares = [fuzz.ratio(text, one) for one in printed]
    return shares.index(max(shares)) + 1


def test_pages_of_two_piles_come_out_in_their_order(tmp_path: Path) -> None:
    """Named by a list, backs as they lie; in a folder that grows, the pile of backs turned."""
    first, second, long = _letter(4, 12), _letter(5, 12), _letter(3, 34)
    assert [len(one.pages) for one in (first, second, long)] == [2, 2, 4]
    folder = tmp_path / "máy-quét"
    write_pdf(
        tmp_path / "same.pdf", [first.pages[0], second.pages[0], first.pages[1], second.pages[1]]
    )
    write_pdf(folder / "reversed.pdf", [long.pages[0], long.pages[2], long.pages[3], long.pages[1]])
    listed = tmp_path / "list.csv"
    listed.write_text(
        "Số và ký hiệu hồ sơ;Tiêu đề;Đường dẫn file\n01.TCCB;Hồ sơ tuyển dụng;same.pdf\n"
    )
    data = ["--data", str(tmp_path / "data")]
    assert main(["batch", "new", "kho3", *data]) == 0
    for piled, words in (
        ("same", ["--list", str(listed)]),
        ("reversed", [str(folder), "--growing"]),
    ):
        words += ["--stacks", "--duplex-piles", piled]
        assert main(["batch", "add", "kho3", *words, *data]) == 0
    assert main(["batch", "run", "kho3", *data]) == 0
    truths = {
        "same tr.1-3.pdf": ("1, 3", first),
        "same tr.2-4.pdf": ("2, 4", second),
        "reversed tr.1-3.pdf": ("1, 4, 2, 3", long),
    }
    with House.open(tmp_path / "data", environment={}) as house:
        titles = [item.dossier.get("title") for item in house.batches.items("kho3")]
        assert sorted(map(str, titles)) == ["Hồ sơ tuyển dụng", "Hồ sơ tuyển dụng", "None"]
        jobs = {job.source_name: job for job in house.history.jobs()}
        assert set(jobs) == set(truths)
        for name, (pages_of_scan, letter) in truths.items():
            job = jobs[name]
            assert job.state is JobState.DONE
            told = {one.code: one.facts for one in house.history.remarks(job.id)}
            assert told["STACK-PART"]["pages"] == pages_of_scan
            text = house.store.path(house.history.artifacts(job.id)["text"].digest).read_text()
            found = [_most_like(page, list(letter.truth.pages)) for page in text.split("\f")]
            assert found == list(range(1, len(letter.pages) + 1)), name
