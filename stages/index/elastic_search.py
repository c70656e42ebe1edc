"""Answering a question from an Elasticsearch index, with no more work than its answer needs.

First one request of three parts: the last place given, how many documents hold all the words (with
facets), and the best of those that hold them side by side. Often that is the answer. Else all ways
are weighed; and where few hold all the words, those that nearly do are asked for too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.model.search import DEPTH_MAX, FacetValue, SearchAnswer, SearchRequest, SortOrder
from stages.index.answer import hit_of, tier_of
from stages.index.closer import CANDIDATES_MAX, close_ones
from stages.index.elastic_mapping import entry_of
from stages.index.elastic_query import (
    Partly,
    body_of,
    body_of_best,
    body_of_candidates,
    body_of_count,
    body_of_last,
    body_of_row,
)
from stages.index.plan import LOOSE_UNDER, NEAR_UNDER, ROW_TIERS, Plan, Tier, plan_of
from stages.index.question import Question

Found = Mapping[str, Any]
Ask = Callable[[Sequence[dict[str, Any]]], Sequence[Found]]
"""Bodies of searches → answers, carried out one after the other."""


class Asking:
    """One question to one index."""

    def __init__(self, ask: Ask, question: Question, request: SearchRequest) -> None:
        """Read the question's plan."""
        self._ask = ask
        self._question = question
        self._request = request
        self._plan: Plan = plan_of(question)

    def answer(self) -> SearchAnswer:
        """Return hits, number, facets."""
        counted, best = self._first()
        if _total(counted) >= NEAR_UNDER or not self._plan.has_loose:
            enough = min(_total(counted), self._request.offset + self._request.limit)
            if _total(best) < enough:
                best = self._asked(Partly.NONE, {}, with_facets=False)
            return self._answer(best, counted)
        close = self._close(best)
        found = self._asked(Partly.NEAR, close)
        if _total(found) < LOOSE_UNDER:
            found = self._asked(Partly.LOOSE, close)
        return self._answer(found, found)

    def _first(self) -> tuple[Found, Found]:
        """Return how many hold all the words, and the best of those that hold them side by side.

        Where there is nothing side by side, or an order by date is asked for, both are all that
        meet the question.
        """
        parts = (self._question, self._plan, self._request)
        if self._plan.row is not None and self._request.order is SortOrder.RELEVANCE:
            bodies = [body_of_count(*parts), body_of_best(*parts)]
        else:
            bodies = [body_of(*parts, Partly.NONE, {})]
        if self._request.as_of is not None:
            found = self._ask(bodies)
            return found[0], found[-1]
        last, *found = self._ask([body_of_last(), *bodies])
        as_of = int(last["aggregations"]["last"]["value"] or 0)
        self._request = dataclasses.replace(self._request, as_of=as_of)
        if any(one["sort"][-1] > as_of for one in found[-1]["hits"]["hits"]):
            return self._first()  # entered since the first part was carried out
        return found[0], found[-1]

    def _asked(
        self, partly: Partly, close: Mapping[str, float], *, with_facets: bool | None = None
    ) -> Found:
        request = self._request
        if with_facets is not None:
            request = dataclasses.replace(request, with_facets=with_facets)
        return self._ask([body_of(self._question, self._plan, request, partly, close)])[0]

    def _close(self, best: Found) -> Mapping[str, float]:
        """Return the documents that read nearly like the question, with their weights."""
        plan, question, request = self._plan, self._question, self._request
        if plan.loose_pairs is None or plan.row is None or self._has_row(best):
            return {}
        (held,) = self._ask([body_of_candidates(question, plan, request, CANDIDATES_MAX)])
        looked_at = (
            (one["_id"], float(one["_score"]), entry_of(one["_id"], one["_source"]["entry"]))
            for one in held["hits"]["hits"]
        )
        return close_ones(looked_at, question)

    def _has_row(self, best: Found) -> bool:
        """Return whether anybody holds the words side by side."""
        score = best["hits"]["max_score"]
        if _total(best) == 0 or (score is not None and tier_of(score) < Tier.PHRASE):
            return False
        if score is not None and tier_of(score) in ROW_TIERS:
            return True
        (row,) = self._ask([body_of_row(self._question, self._plan, self._request)])
        return _total(row) > 0

    def _answer(self, found: Found, counted: Found) -> SearchAnswer:
        total = _total(counted)
        return SearchAnswer(
            hits=tuple(
                hit_of(
                    entry_of(one["_id"], one["_source"]["entry"]),
                    one["_score"] or 0.0,
                    self._question,
                )
                for one in found["hits"]["hits"]
            ),
            total=min(total, DEPTH_MAX),
            is_total_exact=total <= DEPTH_MAX,
            facets={name: _values(one) for name, one in counted.get("aggregations", {}).items()},
            mistakes=self._question.mistakes,
            as_of=self._request.as_of or 0,
        )


def _total(found: Found) -> int:
    return int(found["hits"]["total"]["value"])


def _values(facet: Mapping[str, Any]) -> tuple[FacetValue, ...]:
    return tuple(
        FacetValue(
            value=one["key"],
            label=next((label["key"] for label in one["label"]["buckets"]), one["key"]),
            count=int(one["doc_count"]),
        )
        for one in facet["buckets"]
    )
