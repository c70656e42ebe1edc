"""A document's life in lines, told from the ledger alone (`sohoa explain`)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.ledger.history import History
from pipeline.ledger.rows import JobRow
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.records import FIELD_NAMES, JobState


def explain_lines(history: History, job: JobRow) -> Iterator[str]:
    """Yield what happened, oldest first, then what stands now."""
    yield f"document   {job.id}"
    yield f"name       {job.source_name!r} in {job.folder}" if job.source_name else "name       –"
    yield f"bytes      {job.document.size_bytes} ({job.document.media_type.value})"
    yield f"state      {job.state.value} (stage {job.stage or '–'})"
    if job.code is not None:
        fault = CATALOGUE[job.code]
        yield f"why        {job.code}: {fault.message_vi} / {fault.message_en}"
        if job.detail:
            yield f"           {job.detail}"
        yield f"remedy     {fault.remedy}"
    if job.arrival_number is not None:
        yield f"register   {job.book} {job.year}: {job.arrival_number}"
    if job.delivered_path is not None:
        yield f"result     {job.delivered_path}"
    if job.state is not JobState.QUARANTINED:
        yield from _made(history, job)
    yield "events"
    for event in history.events(job.id):
        facts = "  ".join(f"{name}={value}" for name, value in event.facts.items() if value)
        yield f"  {event.at.astimezone():%Y-%m-%d %H:%M:%S.%f}  {event.action}  {facts}".rstrip()


def _made(history: History, job: JobRow) -> Iterator[str]:
    fields = history.fields(job.id)
    if fields:
        yield "fields"
        for name in FIELD_NAMES:
            if name in fields:
                item = fields[name]
                where = "" if item.page is None else f"page {item.page}"
                yield (
                    f"  {name:<14} {item.confidence:4.2f}  {item.source.value:<11} {where:<7} "
                    f"{item.value!r}"
                )
    artifacts = history.artifacts(job.id)
    if artifacts:
        yield "files"
        for kind, artifact in sorted(artifacts.items()):
            yield (
                f"  {kind:<12} {artifact.size_bytes:>10} bytes  {artifact.digest[:16]}  "
                f"{artifact.made_by}"
            )
    seconds = history.seconds(job.id)
    if seconds:
        yield "seconds    " + "  ".join(f"{stage} {spent:.2f}" for stage, spent in seconds.items())
