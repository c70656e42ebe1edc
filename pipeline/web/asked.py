"""Parts of an address, read leniently: junk falls back to the default, never to a fault."""

from __future__ import annotations

import re
from urllib.parse import unquote

from fastapi import HTTPException, Request

from pipeline.model.records import JobState

_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_OFFSET_MAX = 10_000_000
LIMIT_MAX = 200
PERSON_COOKIE = "sohoa_person"
PERSON_CHARS_MAX = 80


def job_id(given: str) -> str:
    """Return an id that a job may have.

    Raises:
        HTTPException: 404 for anything else.
    """
    if not _ID.fullmatch(given):
        raise HTTPException(404)
    return given


def count(request: Request, name: str, *, default: int, most: int = _OFFSET_MAX) -> int:
    """Return a number of the query from 0 to `most`; the default when it is none."""
    given = request.query_params.get(name, "")
    if not (given.isascii() and given.isdecimal() and len(given) < len(str(_OFFSET_MAX))):
        return default
    return min(int(given), most)


def state(request: Request) -> JobState | None:
    """Return the state asked for, None for all."""
    given = request.query_params.get("state")
    return next((one for one in JobState if one.value == given), None)


def folder(request: Request) -> str | None:
    """Return the folder asked for, None for all."""
    return request.query_params.get("folder") or None


def person(request: Request) -> str:
    """Return who confirmed last in this browser."""
    return unquote(request.cookies.get(PERSON_COOKIE, ""), errors="replace")[:PERSON_CHARS_MAX]
