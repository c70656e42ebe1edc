"""Templates and language: how a view becomes HTML.

Autoescape is on for every template; the one trusted piece of markup is a search snippet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.web import present, words
from pipeline.web.gate import Right, form_token, may, person_of

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

_COOKIE = "sohoa_lang"
_YEAR_S = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """Return the language asked for: by the address, else remembered, else Vietnamese."""
    for asked in (request.query_params.get("lang"), request.cookies.get(_COOKIE)):
        if asked in words.LANGUAGES:
            return asked
    return words.LANGUAGES[0]


class Site:
    """Renders templates."""

    def __init__(
        self,
        *,
        has_registry: bool = False,
        has_strips: bool = False,
        has_backlog: bool = False,
        has_sending: bool = False,
    ) -> None:
        """Load the templates.

        Args:
            has_registry: whether the register's own pages are there to be linked to.
            has_strips: whether the pages of stacks are.
            has_backlog: whether the batches' pages are.
            has_sending: whether the page of the outbox is.
        """
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "shown": present.shown,
            "marked": present.marked,
            "clock": present.seconds,
            "in_order": present.in_order,
            "as_time": dt.datetime.fromisoformat,
        }
        self._templates.globals |= {
            "has_registry": has_registry,
            "has_strips": has_strips,
            "has_backlog": has_backlog,
            "has_sending": has_sending,
            "status": present.status,
            "title_of": present.title,
            "percent_read": present.percent_read,
            "may_retry": present.may_retry,
            "files_of": present.files,
            "event_words": present.event_words,
        }

    def text(self, request: Request, template: str, **context: Any) -> str:
        """Return a rendered template."""
        language, person = language_of(request), person_of(request)
        return self._templates.get_template(template).render(
            **_spoken(language),
            request=request,
            person=person,
            csrf=form_token(request),
            may=lambda right: may(person, Right(right)),
            **context,
        )

    def page(
        self, request: Request, template: str, *, status_code: int = 200, **context: Any
    ) -> HTMLResponse:
        """Return a rendered page; a language given in the address is remembered."""
        response = HTMLResponse(self.text(request, template, **context), status_code)
        language = language_of(request)
        response.headers["Content-Language"] = language
        if request.query_params.get("lang") == language:
            response.set_cookie(
                _COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax", path="/"
            )
        return response


def _spoken(language: str) -> dict[str, str | Callable[..., str]]:
    """Return what a template says in one language."""
    return {
        "lang": language,
        "other_lang": next(one for one in words.LANGUAGES if one != language),
        "t": partial(words.word, language=language),
        "message": partial(words.message, language=language),
        "remedy": partial(words.remedy, language=language),
        "moment": partial(present.moment, language=language),
        "date": partial(present.date, language=language),
        "hours": partial(present.hours, language=language),
    }
