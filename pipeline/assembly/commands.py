"""What each command of `sohoa` does. stdout is for answers, stderr for progress."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pipeline.assembly import user_commands
from pipeline.assembly.answer import Answers, state_of
from pipeline.assembly.holding import HELD
from pipeline.assembly.house import House
from pipeline.assembly.life import explain_lines
from pipeline.assembly.options import load_settings
from pipeline.assembly.reindexing import Reindexing
from pipeline.assembly.runs import Runs, sources_of
from pipeline.assembly.setting_views import setting_views
from pipeline.assembly.standing import Standing
from pipeline.assembly.worker import build_page_line
from pipeline.ledger.rows import JobRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.errors import OperatorError
from pipeline.model.records import JobState
from pipeline.model.search import SearchRequest, SortOrder
from pipeline.settings.layout import Layout
from pipeline.web.api import HealthLine, Level
from stages.sign import Options as SignOptions

_GOOD, _BAD, _WRONG_USE = 0, 1, 2


def watch(options: argparse.Namespace) -> int:
    """`sohoa watch`: watch the drop folders and work until interrupted."""
    with _standing_house(options) as house, Standing(house) as standing:
        if options.serve:
            _show_page(standing)
        for folder in house.folders.values():
            print(f"→ {folder.drop_path(house.layout)}", file=sys.stderr)
        standing.start()
        standing.wait_until_interrupted()
    return _GOOD


def serve(options: argparse.Namespace) -> int:
    """`sohoa serve`: the web page alone."""
    with _standing_house(options) as house, Standing(house) as standing:
        _show_page(standing)
        standing.wait_until_interrupted()
    return _GOOD


def _show_page(standing: Standing) -> None:
    print(f"http://{standing.serve()}/", file=sys.stderr)
    for line in user_commands.first_account_lines(standing.first_password):
        print(line, file=sys.stderr)


def _standing_house(options: argparse.Namespace) -> AbstractContextManager[House]:
    overrides = {} if options.port is None else {"web.port": str(options.port)}
    return House.open(options.data, config=options.config, overrides=overrides)


def run(options: argparse.Namespace) -> int:
    """`sohoa run`: files and folders through the whole job, left where they are."""
    missing = [path for path in options.paths if not path.exists() and not path.is_symlink()]
    if missing:
        for path in missing:
            print(f"không có / no such file or folder: {path}", file=sys.stderr)
        return _WRONG_USE
    sources = list(sources_of(options.paths, as_document=options.as_document))
    count = 0

    def emit(answer: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        if options.json:
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        print(_progress(count, len(sources), answer), file=sys.stderr, flush=True)

    with House.open(options.data, config=options.config) as house, house.page_pool() as pool:
        runs = Runs(
            receiving=house.receiving,
            runner=house.runner(pool),
            history=house.history,
            answers=Answers(history=house.history, store=house.store),
            threads=house.engine_options.document_threads,
            tries_max=house.engine_options.retry_cap,
            priority=0,
        )
        is_good = runs.run(sources, emit)
    return _GOOD if is_good else _BAD


def _progress(count: int, total: int, answer: Mapping[str, Any]) -> str:
    code = answer["fields"].get("code", {}).get("value", "")
    register = answer["register"]
    arrival = "" if register is None else f"số đến {register['arrival_number']}"
    error = "" if answer["error"] is None else answer["error"]["code"]
    name = Path(answer["source"]).name.encode("utf-8", "replace").decode()
    facts = "  ".join(part for part in (code, arrival, error) if part)
    seconds = answer["timings_s"]["total"]
    return f"[{count}/{total}] {name!r}: {answer['state']}  {facts}  {seconds:.1f} s"


def status(options: argparse.Namespace) -> int:
    """`sohoa status`: the documents and where each one is."""
    with House.open(options.data, config=options.config) as house:
        jobs = house.history.jobs(limit=options.limit)
        if options.json:
            for job in jobs:
                print(json.dumps(_status_object(job), ensure_ascii=False))
            return _GOOD
        counts = house.history.counts()
        print("  ".join(f"{state.value}: {counts.get(state, 0)}" for state in JobState))
        for job in jobs:
            print(_status_line(job))
    return _GOOD


def _status_object(job: JobRow) -> dict[str, Any]:
    return {
        "document_id": job.id,
        "source_name": job.source_name,
        "folder": job.folder,
        "state": state_of(job) if job.state is not JobState.RUNNING else "running",
        "stage": job.stage,
        "code": job.code,
        "received_at": job.received_at.isoformat(),
        "arrival_number": job.arrival_number,
        "pdf": job.delivered_path,
    }


def _status_line(job: JobRow) -> str:
    number = "" if job.arrival_number is None else f"{job.arrival_number}/{job.year}"
    why = "" if job.code is None else f"{job.code} {CATALOGUE[job.code].message_vi}"
    when = job.received_at.astimezone()
    return f"{job.id[:12]}  {when:%Y-%m-%d %H:%M:%S}  {job.state.value:<11} {number:>9}  " + (
        f"{job.source_name!r}  {why}".rstrip()
    )


def explain(options: argparse.Namespace) -> int:
    """`sohoa explain ID`: a document's life, from the ledger alone."""
    with House.open(options.data, config=options.config) as house:
        job = _one(house, options.id)
        if job is None:
            return _WRONG_USE
        for line in explain_lines(house.history, job):
            print(line)
    return _GOOD


def retry(options: argparse.Namespace) -> int:
    """`sohoa retry ID`: try a rejected, halted or waiting document again, now."""
    with House.open(options.data, config=options.config) as house:
        job = _one(house, options.id)
        if job is None:
            return _WRONG_USE
        if job.state in {JobState.DONE, JobState.QUARANTINED}:
            print(f"{job.id[:12]}: {job.state.value}", file=sys.stderr)
            return _BAD
        with house.page_pool() as pool:
            after = house.runner(pool).run(job.id)
        if after is None:
            print(HELD, file=sys.stderr)
            return _BAD
        print(_status_line(after))
    return _GOOD if after.state is JobState.DONE or state_of(after) == "review" else _BAD


def search(options: argparse.Namespace) -> int:
    """`sohoa search QUERY`: find documents; what was not understood is told on stderr."""
    request = SearchRequest(
        query=options.query,
        limit=options.limit,
        offset=options.offset,
        order=SortOrder(options.order),
    )
    with House.open(options.data, config=options.config) as house:
        answer = house.index.search(request)
        for mistake in answer.mistakes:
            fault = CATALOGUE[mistake.code]
            print(f"{mistake.code} {mistake.part!r}: {fault.message_vi}", file=sys.stderr)
            print(f"  {fault.message_en}\n  → {fault.remedy}", file=sys.stderr)
        for hit in answer.hits:
            job = house.history.job(hit.document_id)
            pdf = hit.pdf if job is None or job.delivered_path is None else job.delivered_path
            if options.json:
                names = (
                    "document_id", "score", "page", "snippet", "code", "subject", "issuer",
                    "issued_date",
                )  # fmt: skip
                line = {name: getattr(hit, name) for name in names} | {"pdf": pdf}
                print(json.dumps(line, ensure_ascii=False))
            else:
                print(f"{hit.code}  {hit.issued_date}  {hit.issuer}\n  {hit.subject}")
                print(f"  tr. {hit.page}: {hit.snippet}\n  {pdf}\n")
        if not answer.hits and not options.json:
            print("không tìm thấy / nothing found", file=sys.stderr)
        elif not options.json:
            more = "" if answer.is_total_exact else "+"
            print(f"{answer.total}{more} văn bản / documents", file=sys.stderr)
    return _GOOD


def reindex(options: argparse.Namespace) -> int:
    """`sohoa reindex`: the search index made anew from ledger and store."""
    started = time.monotonic()

    def tell(done: int, total: int) -> None:
        speed = done / max(1e-3, time.monotonic() - started)
        print(f"{done} / {total}  {speed:.0f}/s", file=sys.stderr)

    with House.open(options.data, config=options.config) as house:
        work = Reindexing(
            index=house.index, history=house.history, store=house.store, progress=tell
        )
        work.run(afresh=options.afresh)
        for document_id in work.lost:
            fault = CATALOGUE["SYS-STORE-LOST"]
            print(f"{document_id[:12]} {fault.code}: {fault.message_vi}", file=sys.stderr)
            print(f"  {fault.message_en}\n  → {fault.remedy}", file=sys.stderr)
        print(house.index.ping())
    return _BAD if work.lost else _GOOD


def verify(options: argparse.Namespace) -> int:
    """`sohoa verify FILE`: check signatures; 0 valid, 1 not valid, 2 unknown."""
    from stages.sign.status import StatusSource  # pyHanko, not at every start
    from stages.sign.verify import verify as verify_signatures

    settings = load_settings(
        Layout.at(options.data), user=options.config, environment=os.environ, overrides={}
    )
    chosen = settings.section("stages.sign", SignOptions)
    online = chosen.evidence_online or options.online
    report = verify_signatures(
        options.file,
        trust=[Path(one) for one in chosen.trust],
        intermediates=[Path(one) for one in chosen.intermediates],
        online=StatusSource(timeout_s=chosen.status_timeout_s) if online else None,
    )
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            print(line)
    return int(report.exit_code)


def doctor(options: argparse.Namespace) -> int:
    """`sohoa doctor`: is everything that sohoa leans on in order?"""
    with House.open(options.data, config=options.config) as house:
        is_good = True
        for line in (_engines(house), *Standing(house).health_check().lines()):
            sign = {Level.OK: "✓", Level.WARN: "!", Level.BAD: "✗"}[line.level]
            print(f"{sign} {line.name:<12} {line.message}")
            if line.code:
                fault = CATALOGUE[line.code]
                print(f"  {line.code}: {fault.message_vi} / {fault.message_en}")
                print(f"  → {fault.remedy}")
            is_good &= line.level is not Level.BAD
        for one in setting_views(house.settings, house.layout):
            if one.is_own:
                print(f"  {one.key} = {one.value} ({one.origin})")
    return _GOOD if is_good else _BAD


def _engines(house: House) -> HealthLine:
    """Load every engine that a page worker loads, with its models."""
    try:
        line = build_page_line(house.worker_options())
    except OperatorError as error:
        return HealthLine(name="reader", level=Level.BAD, message=error.detail, code=error.code)
    return HealthLine(name="reader", level=Level.OK, message=line.reader.version)


def _one(house: House, prefix: str) -> JobRow | None:
    found = house.history.find(prefix.lower())
    if len(found) == 1:
        return found[0]
    if not found:
        print(f"không có văn bản nào / no document: {prefix}", file=sys.stderr)
    for job in found:
        print(_status_line(job), file=sys.stderr)
    return None
