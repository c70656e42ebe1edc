"""Stacks of the generator: their truth is what is in the file, and a cut-short run goes on."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from bench.generator.stacks import Stack, StackRecipe, write_stacks

RECIPE = StackRecipe(count=2, seed=3, documents=3, missing_share=1.0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("stacks")
    return folder, write_stacks(folder, RECIPE, workers=1)


def test_each_page_of_the_file_has_its_truth(made: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, truths = made
    for truth in truths:
        path = folder / truth["file"]
        if path.suffix == ".tif":
            with Image.open(path) as image:
                count = image.n_frames  # type: ignore[attr-defined]
        else:
            with pypdfium2.PdfDocument(path) as document:
                count = len(document)
        assert count == len(truth["pages"])
        ends = [one["last"] for one in truth["documents"]]
        starts = [one["first"] for one in truth["documents"]]
        assert starts == [1, *(end + 1 for end in ends[:-1])]
        assert ends[-1] == count
        for start in starts:
            assert truth["pages"][start - 1]["kind"] == "first"


def test_a_run_that_was_cut_short_makes_only_what_is_missing(
    made: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, truths = made
    kept = (folder / truths[0]["file"]).stat().st_mtime_ns
    lost = folder / "truth" / "stack-00001.json"
    lost.unlink()
    before = (folder / truths[1]["file"]).read_bytes()
    again = write_stacks(folder, RECIPE, workers=1)
    assert json.loads(json.dumps(again)) == json.loads(json.dumps(truths))
    assert (folder / truths[0]["file"]).stat().st_mtime_ns == kept
    assert (folder / truths[1]["file"]).read_bytes() == before


def test_a_separator_lies_before_each_document() -> None:
    stack = Stack(StackRecipe(count=1, seed=5, documents=2, with_separators=True), 0)
    list(itertools.islice(stack.pages(), 4))
    kinds = [page.kind for page in stack.truth.pages]
    assert kinds[0] == "separator"
    assert "first" in kinds[1:3]
