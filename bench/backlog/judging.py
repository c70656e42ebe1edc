"""What a batch came to: complete, once each, sealed, indexed; how well it was read, by kind."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.scoring import TextScore
from bench.side_by_side import score_document
from bench.sohoa_runs import cores
from pipeline.assembly.house import House
from pipeline.model.errors import ContractError
from pipeline.model.records import JobState
from stages.sign.check import check_signature


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """How papers of one kind were read."""

    documents: int
    pages: int
    text: TextScore


def wrongs(house: House, name: str, files: list[Path]) -> Iterator[str]:
    """Yield what is not as it must be: each paper one document, one number, sealed, indexed."""
    items = list(house.batches.items(name))
    digests = {_digest(path): path for path in files}
    ids = [item.document_id for item in items]
    if len(items) != len(files) or set(ids) != set(digests):
        yield f"{len(items)} papers of the batch for {len(files)} files"
    if len(set(ids)) != len(ids):
        yield "a document stands for two papers"
    numbers = []
    for item in items:
        job = house.history.job(item.document_id or "")
        if job is not None and job.state is JobState.QUARANTINED:
            continue
        if job is None or job.state is not JobState.DONE:
            yield f"{item.path}: {'no job' if job is None else job.state.value}"
            continue
        numbers.append(job.arrival_number or 0)
        yield from _wrong_files(house, job.id, Path(item.path))
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield "arrival numbers are not 1, 2, 3 … each once"
    if house.index.count() != len(numbers):
        yield f"{house.index.count()} indexed, {len(numbers)} finished"


def quarantined(house: House) -> int:
    """Return how many papers were taken for secret; none of a generated shelf is."""
    return house.history.counts().get(JobState.QUARANTINED, 0)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wrong_files(house: House, document_id: str, path: Path) -> Iterator[str]:
    artifacts = house.history.artifacts(document_id)
    if not house.store.verify(document_id):
        yield f"{path.name}: its original is damaged"
    if "sealed" not in artifacts:
        yield f"{path.name}: not sealed"
        return
    try:
        check_signature(house.store.path(artifacts["sealed"].digest).read_bytes())
    except ContractError as error:
        yield f"{path.name}: {error.detail}"


def scores(house: House, folder: Path, truths: list[dict[str, Any]]) -> dict[str, KindScore]:
    """Return how each kind was read, by preset; what was quarantined has no text."""
    jobs = []
    for truth in truths:
        artifact = house.history.artifacts(_digest(folder / truth["file"])).get("text")
        if artifact is not None:
            jobs.append((truth, house.store.path(artifact.digest)))
    found: dict[str, list[tuple[int, TextScore]]] = defaultdict(list)
    with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
        for (truth, _), score in zip(jobs, pool.map(_score, jobs, chunksize=8), strict=True):
            found[truth["preset"]].append((len(truth["pages"]), score))
    return {
        kind: KindScore(
            documents=len(rows),
            pages=sum(pages for pages, _ in rows),
            text=sum((score for _, score in rows), TextScore()),
        )
        for kind, rows in sorted(found.items())
    }


def _score(job: tuple[dict[str, Any], Path]) -> TextScore:
    truth, text = job
    return score_document(truth, text.read_text(encoding="utf-8").split("\f"))
