"""Views as people see them: what a status is called, what a secret document may show, times.

Nothing here asks anything; what is not shown is left out here, so that no template can show it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from markupsafe import Markup

from pipeline.model.moves import is_legal
from pipeline.model.records import FIELD_NAMES, JobState
from pipeline.web.api import EventView, FileKind, JobDetail, JobView
from pipeline.web.words import WORDS

VIETNAM = dt.timezone(dt.timedelta(hours=7), "+07")
"""Vietnamese time has no summer time; a fixed offset needs no time zone database."""

_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that would break a line, hide in it or turn its direction."""

_NOT_MARK = re.compile(r"<(?!/?mark>)")
_ENDED = frozenset({JobState.DONE, JobState.REJECTED, JobState.QUARANTINED, JobState.HALTED})


def shown(text: str) -> str:
    """Return text fit to be shown: what cannot be seen, or kept as UTF-8, becomes `�`."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(sign) in _UNSHOWN else sign for sign in text)


def marked(snippet: str) -> Markup:
    """Return a snippet of the index as HTML; anything but <mark> in it is text."""
    return Markup(_NOT_MARK.sub("&lt;", snippet))  # noqa: S704 – the port promises escaped text


def without_secrets(job: JobView) -> JobView:
    """Return what may be shown of a job: of a quarantined one hash, times, folder and reason."""
    if job.state is not JobState.QUARANTINED:
        return job
    return dataclasses.replace(
        job,
        source_name="",
        stage="",
        page_count=0,
        pages_read=0,
        fields={},
        trouble=None if job.trouble is None else dataclasses.replace(job.trouble, detail=""),
        remarks=(),
        arrival=None,
        duplicate_of=None,
        files=frozenset(),
    )


def detail_without_secrets(detail: JobDetail) -> JobDetail:
    """Return what may be shown of a job in depth."""
    job = without_secrets(detail.job)
    if job.state is not JobState.QUARANTINED:
        return detail
    events = tuple(dataclasses.replace(event, facts={}) for event in detail.events)
    return JobDetail(job=job, events=events)


def status(job: JobView) -> str:
    """Return the word that tells people most (`status.…` in `words`)."""
    if job.duplicate_of is not None:
        return "duplicate"
    if job.state is JobState.WAITING:
        return "retry" if job.next_try_at is not None else "review"
    if job.state is JobState.DONE and job.arrival is not None:
        return "registered"
    return str(job.state.value)


def title(job: JobView) -> str:
    """Return what a document is called: its subject, else its code, else its file."""
    named = (job.fields.get(name, "").strip() for name in ("subject", "code"))
    return shown(next((name for name in named if name), job.source_name))


def percent_read(job: JobView) -> int:
    """Return how much of the pages is read, 0–100."""
    if job.state in _ENDED:
        return 100
    return 100 * job.pages_read // job.page_count if job.page_count else 0


def may_retry(job: JobView) -> bool:
    """Return whether a person may let the job run again from here."""
    if job.state is JobState.RUNNING or status(job) == "review":
        return False
    return is_legal(job.state, JobState.RUNNING) and job.state is not JobState.RECEIVED


def files(job: JobView) -> list[str]:
    """Return the kinds of files that can be opened, in the order people want them."""
    return [kind.value for kind in FileKind if kind in job.files]


def field_order(name: str) -> int:
    """Return the place of a field among the others; unknown ones come last."""
    return FIELD_NAMES.index(name) if name in FIELD_NAMES else len(FIELD_NAMES)


def in_order(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return facts as `words` orders them; of a signature as the law lists them."""
    places = {key: place for place, key in enumerate(WORDS)}
    return sorted(facts.items(), key=lambda fact: places.get(f"fact.{fact[0]}", len(places)))


def event_words(event: EventView) -> str:
    """Return the key of an event in `words`."""
    return f"event.{event.name}"


def moment(at: dt.datetime, language: str) -> str:
    """Return a time in Vietnam as people write it."""
    here = at.astimezone(VIETNAM)
    return f"{here:%H:%M %d/%m/%Y}" if language == "vi" else f"{here:%Y-%m-%d %H:%M}"


def seconds(at: dt.datetime) -> str:
    """Return a time of day in Vietnam, to the second."""
    return f"{at.astimezone(VIETNAM):%H:%M:%S}"


def hours(value: float | None, language: str) -> str:
    """Return hours as people read them: minutes below one hour, days from two days on."""
    if value is None:
        return "–"
    minute, hour, day = ("phút", "giờ", "ngày") if language == "vi" else ("min", "h", "d")
    if value < 1:
        return f"{value * 60:.0f} {minute}"
    return f"{value:.1f} {hour}" if value < 48 else f"{value / 24:.1f} {day}"


def date(iso: str, language: str) -> str:
    """Return an ISO date as people write it; other text unchanged."""
    if language != "vi":
        return iso
    try:
        return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso


def iso_date(typed: str) -> str | None:
    """Return the ISO form of a date as typed (`5/4/2026`, `2026-04-05`); None when it is none."""
    text = typed.strip()
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text)
    try:
        if parts:
            day, month, year = (int(part) for part in parts.groups())
            return dt.date(year, month, day).isoformat()
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return None
