"""Questions of the page to the index, with what only ledger and store know: states and places."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ledger.history import History
from pipeline.ledger.indexed import unsettled
from pipeline.model.codec import pages_from_json
from pipeline.model.ports import SearchIndex
from pipeline.model.records import JobState
from pipeline.model.search import FacetValue, SearchAnswer, SearchRequest
from pipeline.store import Store
from pipeline.web.search_api import Found, PageMarks, Results
from stages.index.language import read_question
from stages.index.places import matching


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """Asks the index; the state of a document is the ledger's, so it is joined here."""

    index: SearchIndex
    history: History
    store: Store

    def search(self, request: SearchRequest, *, state: JobState | None = None) -> Results:
        """Return hits, narrowed to documents in one state, and how many are in each."""
        open_ones = unsettled(self.history.engine)
        answer = self.index.search(_in_state(request, state, open_ones))
        found = tuple(
            Found(
                hit=hit,
                job_id=hit.document_id,
                state=_state_of(hit.document_id, open_ones),
            )
            for hit in answer.hits
        )
        states: tuple[FacetValue, ...] = ()
        if request.with_facets:
            states = tuple(self._states(request, answer, state, open_ones))
        return Results(answer=answer, found=found, states=states)

    def page_marks(self, job_id: str, page: int, query: str) -> PageMarks | None:
        """Return where the words of a question stand on a page (from 1); None when there is none.

        Never of a quarantined document.
        """
        row = self.history.job(job_id)
        artifact = self.history.artifacts(job_id).get("pages")
        if row is None or row.state is JobState.QUARANTINED or artifact is None:
            return None
        pages = pages_from_json(self.store.path(artifact.digest).read_bytes())
        shown = next((one for one in pages if one.number == page), None)
        if shown is None:
            return None
        question = read_question(query)
        met = {one.number: matching([word.text for word in one.words], question) for one in pages}
        return PageMarks(
            page=page,
            pages=len(pages),
            width_pt=shown.width_pt,
            height_pt=shown.height_pt,
            boxes=tuple(shown.words[at].box for at in met[page]),
            pages_met=tuple(number for number, found in met.items() if found),
        )

    def _states(
        self,
        request: SearchRequest,
        answer: SearchAnswer,
        chosen: JobState | None,
        open_ones: Mapping[JobState, frozenset[str]],
    ) -> Sequence[FacetValue]:
        """Return how many hits are in each state; the few that are not done are counted apart."""
        if chosen is not None:
            return [_value(chosen, answer.total)] if answer.total else []
        counted = []
        plain = dataclasses.replace(request, limit=0, offset=0, with_facets=False)
        for state, ids in open_ones.items():
            count = self.index.search(dataclasses.replace(plain, only_ids=ids)).total
            if count:
                counted.append(_value(state, count))
        done = answer.total - sum(one.count for one in counted)
        return [*([_value(JobState.DONE, done)] if done > 0 else []), *counted]


def _in_state(
    request: SearchRequest,
    state: JobState | None,
    open_ones: Mapping[JobState, frozenset[str]],
) -> SearchRequest:
    if state is None:
        return request
    if state is JobState.DONE:
        every = frozenset[str]().union(*open_ones.values())
        return dataclasses.replace(request, without_ids=every)
    return dataclasses.replace(request, only_ids=open_ones.get(state, frozenset()))


def _state_of(document_id: str, open_ones: Mapping[JobState, frozenset[str]]) -> JobState:
    return next((state for state, ids in open_ones.items() if document_id in ids), JobState.DONE)


def _value(state: JobState, count: int) -> FacetValue:
    return FacetValue(value=state.value, label=state.value, count=count)
