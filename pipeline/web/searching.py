"""The page of the searcher: questions, facets, pages of hits, and a page with its words boxed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from pipeline.model.records import JobState
from pipeline.model.search import FACETS, SearchRequest, SortOrder
from pipeline.web import asked
from pipeline.web.answers import fault_body, limit_of, plain
from pipeline.web.api import Desk, Trouble
from pipeline.web.gate import Gate, Right, also_note
from pipeline.web.search_api import Results
from pipeline.web.site import Site

HITS_A_PAGE = 20
_QUERY_CHARS_MAX = 2000
_QUERY_CHARS_NOTED = 200
_AS_OF_MAX = 2**62
_STATES = frozenset({JobState.DONE, JobState.WAITING, JobState.RUNNING, JobState.HALTED})


@dataclass(frozen=True, slots=True)
class Searching:
    """Asks the desk what people search for."""

    desk: Desk
    site: Site
    gate: Gate

    def router(self) -> APIRouter:
        """Return the routes for people."""
        router = APIRouter(default_response_class=HTMLResponse)
        needs = self.gate.needs(Right.READ, "search")
        router.add_api_route("/search", self.search, methods=["GET"], dependencies=needs)
        needs = self.gate.needs(Right.READ, "document.view")
        path = "/jobs/{job_id}/view/{number}"
        router.add_api_route(path, self.view, methods=["GET"], dependencies=needs)
        return router

    def api_router(self) -> APIRouter:
        """Return the route for programs."""
        router = APIRouter(prefix="/api", default_response_class=JSONResponse)
        needs = self.gate.needs(Right.READ, "search")
        router.add_api_route("/search", self.answer, methods=["GET"], dependencies=needs)
        return router

    def search(self, request: Request) -> Response:
        """Show what answers a question."""
        query = _query(request)
        also_note(request, query=query[:_QUERY_CHARS_NOTED])
        offset = asked.count(request, "offset", default=0)
        results: Results | None = None
        if query.strip():
            wanted = _request(request, query, limit=HITS_A_PAGE, offset=offset, with_facets=True)
            results = asked.desk(request, self.desk).search(wanted, state=_state(request))
        return self.site.page(request, "search.html", **_shown(request, query, offset, results))

    def answer(self, request: Request) -> Response:
        """Return hits, best first.

        `q`, `limit`, `offset`, `order`, `as_of`, and to narrow: `issuer`, `type`, `year`, `folder`,
        `state`, as the facets of an answer name them.
        """
        query = _query(request)
        also_note(request, query=query[:_QUERY_CHARS_NOTED])
        wanted = _request(
            request,
            query,
            limit=limit_of(request),
            offset=asked.count(request, "offset", default=0),
            with_facets="facets" in request.query_params,
        )
        results = asked.desk(request, self.desk).search(wanted, state=_state(request))
        answer = results.answer
        return JSONResponse(
            {
                "total": answer.total,
                "is_total_exact": answer.is_total_exact,
                "as_of": str(answer.as_of),
                "mistakes": [
                    fault_body(Trouble(code=one.code, detail=one.part)) for one in answer.mistakes
                ],
                "facets": plain({**answer.facets, "state": results.states})
                if wanted.with_facets
                else {},
                "hits": [
                    {**plain(one.hit), "job_id": one.job_id, "state": one.state.value}
                    for one in results.found
                ],
            }
        )

    def view(self, request: Request, job_id: str, number: str) -> Response:
        """Show a page as it was scanned, the words of a question boxed on it."""
        if not (number.isascii() and number.isdecimal() and len(number) <= 5):
            raise HTTPException(404)
        desk = asked.desk(request, self.desk)
        detail = desk.job(asked.job_id(job_id))
        query = _query(request)
        marks = None
        if detail is not None and detail.job.state is not JobState.QUARANTINED:
            marks = desk.page_marks(detail.job.id, int(number), query)
        if detail is None or marks is None:
            raise HTTPException(404)
        return self.site.page(
            request,
            "view.html",
            job=detail.job,
            signature=detail.signature,
            marks=marks,
            query=query,
        )


def _shown(request: Request, query: str, offset: int, results: Results | None) -> dict[str, Any]:
    """Return what the template of the search shows."""
    answer = None if results is None else results.answer
    facets = {} if answer is None or results is None else {**answer.facets, "state": results.states}
    return {
        "query": query,
        "results": results,
        "answer": answer,
        "found": () if results is None else results.found,
        "facets": {name: facets.get(name, ()) for name in (*FACETS, "state")},
        "chosen": {
            name: request.query_params[name]
            for name in (*FACETS, *(["state"] if _state(request) else []))
            if request.query_params.get(name)
        },
        "orders": [order.value for order in SortOrder],
        "order": _order(request).value,
        "offset": offset,
        "size": HITS_A_PAGE,
        "has_more": answer is not None and offset + HITS_A_PAGE < answer.total,
    }


def _request(
    request: Request, query: str, *, limit: int, offset: int, with_facets: bool
) -> SearchRequest:
    params = request.query_params
    return SearchRequest(
        query=query,
        limit=limit,
        offset=offset,
        order=_order(request),
        narrowed={name: params[name] for name in FACETS if params.get(name)},
        with_facets=with_facets,
        as_of=_as_of(params.get("as_of", "")),
    )


def _query(request: Request) -> str:
    return request.query_params.get("q", "")[:_QUERY_CHARS_MAX]


def _order(request: Request) -> SortOrder:
    given = request.query_params.get("order")
    return next((one for one in SortOrder if one.value == given), SortOrder.RELEVANCE)


def _as_of(given: str) -> int | None:
    if not (given.isascii() and given.isdecimal() and len(given) < len(str(_AS_OF_MAX))):
        return None
    return int(given)


def _state(request: Request) -> JobState | None:
    state = asked.state(request)
    return state if state in _STATES else None
