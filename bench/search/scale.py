"""How fast the search is over very many letters: `python -m bench.search.scale --help`.

The letters are small: the head, the first lines and the end of the generator's letters, some 100
words. None is kept in memory; a run that was cut short goes on at its last batch when it is
given the same folder.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from bench.search.collection import letters
from bench.search.noise import without_tones
from bench.search.questions import Question
from bench.search.run import ask, show, size_of
from bench.servers.elasticsearch import running
from pipeline.model.ports import SearchIndex
from pipeline.model.search import IndexEntry
from stages.index import ElasticIndex, EmbeddedIndex, Options

_BATCH = 2000
_LINES_HEAD, _LINES_END = 8, 2
_REMEMBERED = (6, 10)
_WORD = re.compile(r"\w+")
_TOLD_EVERY = 20_000


def small(first: int, last: int) -> Iterator[IndexEntry]:
    """Yield small letters by their numbers, `last` not included."""
    for item in letters(last - first, first=first):
        lines = "\n".join(item.entry.pages).split("\n")
        kept = (*lines[:_LINES_HEAD], *lines[_LINES_HEAD:][-_LINES_END:])
        yield replace(item.entry, pages=("\n".join(kept),))


def fill(index: SearchIndex, count: int, *, seconds_max: float) -> None:
    """Enter so many letters, from where an earlier run stopped; tell how fast.

    Args:
        index: to fill.
        count: letters.
        seconds_max: after so long it ends with the letters that are there.
    """
    rebuild = index.rebuild()
    entered = begun = int(rebuild.cursor or 0)
    taken, size, end = 0.0, 0, time.monotonic() + seconds_max
    for first in range(begun, count, _BATCH):
        if time.monotonic() > end:
            break
        batch = list(small(first, min(first + _BATCH, count)))
        size += sum(len(page.encode()) for entry in batch for page in entry.pages)
        started = time.perf_counter()
        rebuild.put_many(batch, cursor=str(first + len(batch)))
        taken += time.perf_counter() - started
        entered = first + len(batch)
        if entered % _TOLD_EVERY < _BATCH:
            print(f"{entered}: {(entered - begun) / taken:.0f} documents/s", flush=True)
    rebuild.switch()
    if entered > begun:
        made = entered - begun
        print(f"{made} entered, {made / taken:.0f} documents/s, {size / made:.0f} bytes of text")


def questions(documents: int, count: int) -> list[Question]:
    """Return neighbouring words of letters drawn by chance, from body or subject in turn."""
    chance = random.Random("scale")
    found: list[Question] = []
    while len(found) < count:
        (entry,) = small(number := chance.randrange(documents), number + 1)
        source = entry.pages[0] if len(found) % 2 else entry.fields.get("subject", "")
        words = _WORD.findall(source)
        least = chance.randint(*_REMEMBERED)
        if len(words) >= least:
            start = chance.randrange(len(words) - least + 1)
            found.append(Question(" ".join(words[start : start + least]), entry.document_id))
    return found


def processor_s(server_pid: int | None) -> float:
    """Return the processor's time of this process, and of a server with its children, seconds."""
    own = time.process_time()
    if server_pid is None:
        return own
    server = psutil.Process(server_pid)
    family = (server, *server.children(recursive=True))
    return own + sum(sum(one.cpu_times()[:2]) for one in family)


def measure(
    index: SearchIndex, engine: str, documents: int, count: int, *, server_pid: int | None
) -> None:
    """Ask and print; beside the times on the wall the processor's, which other work cannot bend."""
    asked = questions(documents, count)
    bare = [Question(without_tones(one.text), one.target) for one in asked]
    codes = [Question(entry.fields["code"], entry.document_id)
             for number in random.Random("codes").sample(range(documents), count)
             for entry in small(number, number + 1)]  # fmt: skip
    ask(index, list(itertools.chain(asked[:30], bare[:30], codes[:30])))  # warm
    gc.collect()
    gc.freeze()  # as the page does: a full collection of what is loaded takes 125 ms
    groups = {"with tones": asked, "without tones": bare, "codes": codes}
    for name, group in (*groups.items(), ("with tones, with facets", asked)):
        before = processor_s(server_pid)
        show(engine, name, ask(index, group, with_facets="facets" in name))
        spent_ms = 1000 * (processor_s(server_pid) - before) / len(group)
        print(f"{'':<14}{name:<26} processor {spent_ms:.0f} ms a question", flush=True)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "elasticsearch"), required=True)
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="kept for the next run")
    parser.add_argument("--minutes", type=float, default=1e6, help="end entering after so long")
    parser.add_argument("--questions", type=int, default=200, help="of each kind")
    parser.add_argument("--heap-mb", type=int, default=1024, help="of Elasticsearch")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        index: EmbeddedIndex | ElasticIndex
        pid: int | None = None
        if options.engine == "embedded":
            index = EmbeddedIndex(options.folder / "index.sqlite")
        else:
            server = stack.enter_context(running(heap_mb=options.heap_mb, folder=options.folder))
            index = ElasticIndex(Options(url=server.url, alias="scale", timeout_s=600.0))
            pid = server.pid
        stack.callback(index.close)
        if index.count() < options.documents:
            fill(index, options.documents, seconds_max=60 * options.minutes)
        count = index.count()
        size = size_of(index, options.folder)
        print(f"{count} documents, {size / count:.0f} bytes a document on disk", flush=True)
        measure(index, options.engine, count, options.questions, server_pid=pid)


if __name__ == "__main__":
    main()
