"""Files through the whole job in the calling process: for tests, and to fill a bench's house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assembly.answer import Answers
from pipeline.assembly.runs import Runs, sources_of
from pipeline.assembly.worker import build_page_line
from pipeline.engine.inline import InlinePages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.assembly.house import House
    from pipeline.engine.runner import Runner


def inline_runner(house: House) -> Runner:
    """Return the runner of the document line, pages read by the calling process itself."""
    return house.runner(InlinePages(build_page_line(house.worker_options())))


def run_inline(house: House, files: Sequence[Path]) -> list[dict[str, object]]:
    """Send files through the whole job, each once and one after the other; return the answers."""
    answers: list[dict[str, object]] = []
    Runs(
        receiving=house.receiving,
        runner=inline_runner(house),
        history=house.history,
        answers=Answers(history=house.history, store=house.store),
        threads=1,
        tries_max=0,
        priority=0,
    ).run(list(sources_of(files, as_document=False)), answers.append)
    return answers
