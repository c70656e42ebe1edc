"""`python -m bench search`: recall, rank, speed and size of both engines on the same questions."""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.search import questions
from bench.search.collection import Item, laws, letters, misread
from bench.search.questions import Question
from bench.servers.elasticsearch import UnavailableError, running
from pipeline.model.ports import SearchIndex
from pipeline.model.search import IndexEntry, SearchRequest
from stages.index import ElasticIndex, EmbeddedIndex, Options

_DEPTH = 10
_BATCH = 500
_FACETED = 200
_ENGINES = ("embedded", "elasticsearch")
_GOALS = {
    "with tones": 0.98, "without tones": 0.95, "wrong tones": 0.93, "pieces of codes": 0.98,
    "read at 1 % CER": 0.97, "read at 5 % CER": 0.93, "read at 20 % CER": 0.80,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of questions went."""

    recall: float
    """Share of targets among the first ten hits."""
    mrr: float
    """Mean of 1/rank, 0 beyond the tenth."""
    median_ms: float
    p95_ms: float
    firsts: tuple[tuple[str, ...], ...]
    """Documents of each answer, best first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--documents", type=int, default=20_000, help="generated letters")
    parser.add_argument("--laws", type=int, default=1000, help="at most so many real documents")
    parser.add_argument("--questions", type=int, default=500, help="questions of each kind")
    parser.add_argument("--engines", nargs="+", choices=_ENGINES, default=list(_ENGINES))
    parser.add_argument("--noise", nargs="*", type=float, default=[1, 5, 20], help="CER in percent")
    parser.add_argument("--speed-only", action="store_true", help="one index, two kinds, no laws")
    parser.add_argument("--heap-mb", type=int, default=512, help="of Elasticsearch")


def main(options: argparse.Namespace) -> int:
    """Run; returns the exit code."""
    items = [*letters(options.documents), *laws(0 if options.speed_only else options.laws)]
    real = sum(item.is_real for item in items)
    print(f"{len(items) - real} generated letters, {real} real legal documents")
    asked = questions.remembered(items, options.questions)
    sets = {"with tones": asked, "without tones": questions.typed_without_tones(asked)}
    if not options.speed_only:
        sets["wrong tones"] = questions.typed_with_wrong_tones(asked)
        sets["pieces of codes"] = questions.pieces_of_codes(items, options.questions)
    print({name: len(one) for name, one in sets.items()}, flush=True)
    table: dict[str, dict[str, Score]] = {}
    for engine in options.engines:
        try:
            table[engine] = _measured(engine, items, sets, options)
        except UnavailableError as error:
            print(f"{engine}: {error}", file=sys.stderr)
            return 1
    _report(table)
    return 0


def _measured(
    engine: str, items: Sequence[Item], sets: dict[str, list[Question]], options: argparse.Namespace
) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    with contextlib.ExitStack() as stack:
        url = ""
        if engine == "elasticsearch":
            url = stack.enter_context(running(heap_mb=options.heap_mb)).url
        with _filled(engine, url, "clean", (item.entry for item in items)) as index:
            ask(index, [one for group in sets.values() for one in group[:50]])  # warm
            for name, group in sets.items():
                scores[name] = ask(index, group)
                show(engine, name, scores[name])
            facets = ask(index, sets["with tones"][:_FACETED], with_facets=True)
            show(engine, "with tones, with facets", facets)
        for cer in [] if options.speed_only else options.noise:
            name = f"read at {cer:g} % CER"
            entries = misread(list(items), cer / 100)
            with _filled(engine, url, f"noise{cer:g}".replace(".", "-"), entries) as index:
                scores[name] = ask(index, sets["with tones"])
                show(engine, name, scores[name])
    return scores


@contextlib.contextmanager
def _filled(
    engine: str, url: str, name: str, entries: Iterable[IndexEntry]
) -> Iterator[SearchIndex]:
    """Give an index of some documents; tell how fast it was filled, and its size."""
    with tempfile.TemporaryDirectory(prefix="sohoa-search-") as folder:
        index: EmbeddedIndex | ElasticIndex
        if engine == "embedded":
            index = EmbeddedIndex(Path(folder) / "index.sqlite")
        else:
            index = ElasticIndex(Options(url=url, alias=f"bench-{name}", timeout_s=120.0))
        rebuild = index.rebuild(afresh=True)
        count, making, started = 0, 0.0, time.perf_counter()
        rest = iter(entries)
        while True:
            before = time.perf_counter()
            batch = list(islice(rest, _BATCH))
            making += time.perf_counter() - before
            if not batch:
                break
            rebuild.put_many(batch, cursor=str(count))
            count += len(batch)
        rebuild.switch()
        seconds = time.perf_counter() - started - making
        size = size_of(index, Path(folder))
        print(
            f"{engine} {name}: {count} documents, {count / seconds:.0f} documents/s, "
            f"{size / count:.0f} bytes/document",
            flush=True,
        )
        try:
            yield index
        finally:
            if isinstance(index, ElasticIndex):
                index.client.indices.delete(index=f"bench-{name}-*")
            index.close()


def size_of(index: SearchIndex, folder: Path) -> int:
    """Return the bytes that an index takes on disk, merged."""
    if isinstance(index, ElasticIndex):
        client = index.client.options(request_timeout=900)
        client.indices.forcemerge(index=index.options.alias, max_num_segments=1)
        client.indices.refresh(index=index.options.alias)
        client.indices.flush(index=index.options.alias)
        said = client.indices.stats(index=index.options.alias, metric="store")
        return int(said["_all"]["primaries"]["store"]["size_in_bytes"])
    return sum(path.stat().st_size for path in folder.iterdir() if "-wal" not in path.name)


def ask(index: SearchIndex, group: Sequence[Question], *, with_facets: bool = False) -> Score:
    """Ask each question once."""
    ranks: list[int] = []
    spent: list[float] = []
    firsts: list[tuple[str, ...]] = []
    for one in group:
        request = SearchRequest(query=one.text, limit=_DEPTH, with_facets=with_facets)
        started = time.perf_counter()
        hits = index.search(request).hits
        spent.append(1000 * (time.perf_counter() - started))
        ids = tuple(hit.document_id for hit in hits)
        firsts.append(ids)
        ranks.append(ids.index(one.target) + 1 if one.target in ids else 0)
    return Score(
        recall=sum(rank > 0 for rank in ranks) / len(ranks),
        mrr=statistics.fmean(1 / rank if rank else 0.0 for rank in ranks),
        median_ms=statistics.median(spent),
        p95_ms=statistics.quantiles(spent, n=20)[-1],
        firsts=tuple(firsts),
    )


def show(engine: str, name: str, score: Score) -> None:
    """Print one line of the report."""
    print(
        f"{engine:<14}{name:<26} recall@10 {score.recall:.3f}  MRR {score.mrr:.3f}  "
        f"median {score.median_ms:.0f} ms  p95 {score.p95_ms:.0f} ms",
        flush=True,
    )


def _report(table: dict[str, dict[str, Score]]) -> None:
    engines = list(table)
    print("\n| questions | goal | " + " | ".join(f"{e}: recall@10, MRR, p95" for e in engines)
          + (" | same ten |" if len(engines) > 1 else " |"))  # fmt: skip
    print("|---|---|" + "---|" * (len(engines) + (len(engines) > 1)))
    for name in table[engines[0]]:
        cells = [
            f"{one.recall:.3f}, {one.mrr:.3f}, {one.p95_ms:.0f} ms"
            for one in (table[engine][name] for engine in engines)
        ]
        if len(engines) > 1:
            cells.append(f"{_agreement(*(table[engine][name] for engine in engines)):.3f}")
        print(f"| {name} | {_GOALS.get(name, '')} | {' | '.join(cells)} |")


def _agreement(one: Score, other: Score) -> float:
    """Return the share of documents that both engines show among their first ten."""
    shares = [
        len(set(a) & set(b)) / max(len(a), len(b))
        for a, b in zip(one.firsts, other.firsts, strict=True)
        if a or b
    ]
    return statistics.fmean(shares)
