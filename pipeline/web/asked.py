"""Parts of an address, read leniently: junk falls back to the default, never to a fault."""

from __future__ import annotations

import re

from fastapi import HTTPException, Request

from pipeline.model.records import JobState
from pipeline.web.api import Desk
from pipeline.web.gate import FORM_FIELDS_MAX, signed_in

_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_OFFSET_MAX = 10_000_000
LIMIT_MAX = 200
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


def desk(request: Request, whole: Desk) -> Desk:
    """Return the desk as the person who asks sees it: with the documents of their units."""
    return whole.within(signed_in(request).units)


def person(request: Request) -> str:
    """Return under which name the person who asks confirms, corrects and hands over."""
    return signed_in(request).full_name[:PERSON_CHARS_MAX]


async def form(request: Request) -> dict[str, str]:
    """Return the boxes of a form; files are refused."""
    boxes = await request.form(max_files=0, max_fields=FORM_FIELDS_MAX)
    return {name: value for name, value in boxes.items() if isinstance(value, str)}
